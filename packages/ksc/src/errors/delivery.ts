import { AppError, type ErrorCode } from "@cordon/core/kernel";

/**
 * Whether a failed call reached KSC. `not_sent`: no byte of the request left, or KSC turned it away before it looked at it.
 * `unknown`: the request was handed to a verified connection and the answer was lost; it may have had its effect [D4].
 * `answered`: KSC answered with an error, so nothing was done.
 */
export type Delivery = "not_sent" | "unknown" | "answered";

export function callError(
  code: ErrorCode,
  method: string,
  problem: string,
  delivery: Delivery,
  cause?: unknown,
): AppError {
  return new AppError(code, `${method}: ${problem}`, {
    details: { method, delivery },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a thrown error of this package says about the request's effect. An error that does not say leaves it unknown. */
export function deliveryOf(error: unknown): Delivery {
  if (!(error instanceof AppError)) return "unknown";
  if ("kscCode" in error.details) return "answered";
  const delivery = error.details.delivery;
  return delivery === "not_sent" || delivery === "answered" ? delivery : "unknown";
}

/** The same failure as seen by a call that had to wait for it (a login, a pause) and therefore never left. */
export function asNotSent(error: AppError, why: string): AppError {
  const { kscCode: _kscCode, ...details } = error.details;
  return new AppError(error.code, `${why}${withoutCode(error)}`, {
    cause: error,
    details: { ...details, delivery: "not_sent" },
  });
}

/** An AppError's text starts with its code; a new error would repeat it. */
function withoutCode(error: AppError): string {
  const prefix = `${error.code}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
