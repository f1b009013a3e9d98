import { statfsSync } from "node:fs";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";

/** No room, a disk that is mounted read-only, a quota: of the machine, not of the file. */
const SYSTEM_CODES: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EROFS", "EDQUOT"]);
/** SQLITE_READONLY and SQLITE_FULL; SQLITE_IOERR and SQLITE_CANTOPEN mean it on a full disk. */
const SQLITE_CODES: ReadonlySet<number> = new Set([8, 13]);
const SQLITE_CODES_WHEN_FULL: ReadonlySet<number> = new Set([10, 14]);

/** What kept the state folder from being written, with the code that names the mend; undefined when it is something else. */
export function diskTroubleOf(thrown: unknown, file: string): AppError | undefined {
  const { code, errcode = 0, message } = thrown as NodeJS.ErrnoException & { readonly errcode?: number };
  const primary = errcode & 0xff;
  const isTrouble =
    SYSTEM_CODES.has(code) || SQLITE_CODES.has(primary) || (SQLITE_CODES_WHEN_FULL.has(primary) && isFull(file));
  return isTrouble ? new AppError("ledger.unwritable", `${file}: ${message}`, { cause: thrown }) : undefined;
}

function isFull(file: string): boolean {
  try {
    return statfsSync(path.dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
