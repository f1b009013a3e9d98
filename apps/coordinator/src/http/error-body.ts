import type { ErrorBody } from "@cordon/contracts/api";
import { type AppError, asAppError } from "@cordon/core/kernel";

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Seconds for passing troubles whose end nobody knows: soon enough for one host on fire, late enough for a struggling database. */
const RETRY_AFTER_SECONDS = 5;

/** What outsiders see of a failure: the code's public text and mend, and the details; never the internal text. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = asAppError(thrown);
  return {
    status: error.spec.http,
    body: {
      error: {
        code: error.code,
        message: error.spec.text,
        mend: error.spec.mend,
        ...(Object.keys(error.details).length === 0 ? {} : { details: { ...error.details } }),
      },
    },
    ...(error.spec.retry === "backoff" ? { retryAfterSeconds: retryAfter(error) } : {}),
  };
}

function retryAfter(error: AppError): number {
  const { retryAfterSeconds } = error.details;
  return typeof retryAfterSeconds === "number" ? retryAfterSeconds : RETRY_AFTER_SECONDS;
}
