import { renameSync, writeFileSync } from "node:fs";

/** The whole new text or the whole old one, whatever happens meanwhile; readable by its owner only. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
