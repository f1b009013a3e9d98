import { statSync } from "node:fs";
import path from "node:path";

/**
 * What the service's own user could not read, in words with the mend: an agent that root tried out well would not start as a service.
 * Secrets are not among the files: systemd hands them over.
 */
export function unreadableFiles(files: readonly (string | undefined)[], user: string): readonly string[] {
  return files.flatMap((file) => (file === undefined ? [] : problemsOf(file, user)));
}

const READ_BY_OTHERS = 0o004;
const ENTER_BY_OTHERS = 0o001;

function problemsOf(file: string, user: string): readonly string[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [`${file} is not there`];
  const closed = foldersOf(file).filter((folder) => (statSync(folder).mode & ENTER_BY_OTHERS) === 0);
  const readable = (stat.mode & READ_BY_OTHERS) !== 0;
  return [
    ...closed.map((folder) => `${user} cannot reach ${file}; run: chmod o+x ${folder}`),
    ...(readable ? [] : [`${user} cannot read ${file}; run: chmod o+r ${file}`]),
  ];
}

function foldersOf(file: string): readonly string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [...foldersOf(folder), folder];
}
