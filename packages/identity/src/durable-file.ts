import { open, rename } from "node:fs/promises";
import path from "node:path";

/** Replaces the file in one step: after a crash it holds the old or the new text, whole. The mode holds from its first byte. */
export async function writeFileDurably(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, "w", mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  const directory = await open(path.dirname(file), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
