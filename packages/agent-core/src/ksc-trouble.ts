import { type AppError, asAppError, type ErrorCode, errorSpec } from "@cordon/core/kernel";

/**
 * What a failed call to KSC means for the work that wanted it.
 * - `site`: KSC as a whole cannot be used just now; nothing else would fare better, everything waits [L8, D6].
 * - `again`: this one call may succeed later.
 * - `never`: the same call fails again.
 */
export type Trouble = {
  readonly reach: "site" | "again" | "never";
  readonly code: ErrorCode;
  readonly message: string;
};

/**
 * Wrong credentials and a changed certificate are mended by a person, and every action would fail alike: refusing them all
 * would lose what can still be done once the password is right, so they wait until their deadline.
 */
const SITE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ksc.unreachable",
  "ksc.timeout",
  "ksc.unavailable",
  "ksc.session_lost",
  "ksc.bad_credentials",
  "ksc.account_locked",
  "ksc.certificate_mismatch",
]);

export function troubleOf(thrown: unknown): Trouble {
  const error: AppError = asAppError(thrown);
  return troubleOfCode(error.code, error.message);
}

export function troubleOfCode(code: ErrorCode, message: string): Trouble {
  const reach = SITE_CODES.has(code) ? "site" : errorSpec(code).retry === "never" ? "never" : "again";
  return { reach, code, message };
}
