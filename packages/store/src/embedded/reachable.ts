import { statSync } from "node:fs";
import path from "node:path";

/** Whether a user who is neither the owner nor in the group can walk down to `target` and read it (or enter it). */
export function isReachableByOthers(target: string): boolean {
  const mode = statSync(target).mode;
  return (mode & 0o005) === 0o005 && areParentsEnterable(target);
}

export function areParentsEnterable(target: string): boolean {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}
