import { AppError } from "@cordon/core/kernel";

/** Codes of Node for a server that cannot be reached or went away. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * SQLSTATEs of a server that is there but cannot serve now (Postgres manual, appendix A): connection exceptions, out of
 * resources, operator intervention. 40001 and 40P01 are transactions that lost against another and may be tried again.
 */
const SERVER_CLASSES = ["08", "53", "57"];
const LOST_RACES: ReadonlySet<string> = new Set(["40001", "40P01"]);

/** node-postgres reports these without a code (pg 8, client.js and pg-pool). */
const CODELESS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|connection is closed/i;

/** Every failure of the driver becomes an AppError here and nowhere else. */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  const isPassing =
    SOCKET_CODES.has(code) ||
    LOST_RACES.has(code) ||
    (code.length === 5 && SERVER_CLASSES.includes(code.slice(0, 2))) ||
    (code === "" && CODELESS.test(message));
  return new AppError(isPassing ? "store.unavailable" : "internal.unexpected", `database: ${code} ${message}`.trim(), {
    cause: error,
  });
}
