import { closeSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";

/**
 * Writes a small file that the running agent is to read: whole or not at all, 0600, and belonging to whoever the state folder belongs
 * to. An admin mostly runs commands as root, and the service is a user of its own that could not read root's file. The draft is made
 * anew and never followed, so that nothing in the folder can lead root's write elsewhere.
 */
export function writeForAgent(file: string, text: string, stateDir: string): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const fd = openSync(draft, "wx", 0o600);
  try {
    writeSync(fd, text);
    giveToOwner(fd, stateDir);
    fsyncSync(fd);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
}

/** Without root there is nobody to give it to, and Windows has access lists instead. */
export function giveToOwner(fd: number, stateDir: string): void {
  if (process.getuid?.() !== 0) return;
  const owner = statSync(stateDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) fchownSync(fd, owner.uid, owner.gid);
}
