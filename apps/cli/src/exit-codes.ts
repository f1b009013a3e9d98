import { CommanderError } from "@commander-js/extra-typings";
import { AppError, type ErrorCode } from "@cordon/core/kernel";
import { ApiFailure } from "./api/api-failure.ts";

/** What scripts decide by. A number never changes its meaning; docs/cli.md lists them. */
export const EXIT = {
  /** Done; for a question: yes. */
  ok: 0,
  /** Done, and the answer is no: a check found mistakes, an action did not succeed, it was too late to cancel. */
  no: 1,
  /** The command line, a file or the profile is wrong. Nothing was asked of the coordinator. */
  usage: 2,
  /** Not logged in, or the token is not accepted. */
  unauthorized: 3,
  /** There is no such thing, at least not in this tenant. */
  notFound: 4,
  /** The coordinator understood and refuses: wrong input, or the present state forbids it. Trying again does not help. */
  refused: 5,
  /** Unreachable, overloaded, a certificate that is not trusted, or a failure inside. Trying again later may help. */
  unavailable: 6,
  /** `--timeout` passed while waiting. */
  timedOut: 7,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  "cli.certificate_untrusted": EXIT.unavailable,
  "cli.endpoint_ambiguous": EXIT.refused,
  "cli.not_confirmed": EXIT.no,
  "cli.not_logged_in": EXIT.unauthorized,
  "cli.profile_invalid": EXIT.usage,
  "cli.timed_out": EXIT.timedOut,
  "cli.unexpected_answer": EXIT.unavailable,
  "cli.unreachable": EXIT.unavailable,
  "cli.usage": EXIT.usage,
  "enrolment.ca_mismatch": EXIT.unavailable,
  "enrolment.unreachable": EXIT.unavailable,
  "rules.invalid": EXIT.no,
};

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (thrown instanceof ApiFailure) return exitCodeOfStatus(thrown.status);
  if (thrown instanceof AppError) return BY_CODE[thrown.code] ?? exitCodeOfStatus(thrown.spec.http);
  return EXIT.unavailable;
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.unauthorized;
  if (status === 404) return EXIT.notFound;
  if (status === 429 || status >= 500) return EXIT.unavailable;
  return EXIT.refused;
}
