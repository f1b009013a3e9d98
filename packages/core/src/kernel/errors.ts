import { ERROR_CODES, type ErrorCode, type ErrorSpec } from "./error-codes/index.ts";

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Facts a program may need (ids, candidates, retry-after). Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A failed dependency or refused input. `code` is for programs and never changes meaning; `internal` is for our log and may
 * name hosts and ids; what outsiders see is the code's public text and mend.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, internal: string, options: AppErrorOptions = {}) {
    super(`${code}: ${internal}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get spec(): ErrorSpec {
    return ERROR_CODES[this.code];
  }
}

export function errorSpec(code: ErrorCode): ErrorSpec {
  return ERROR_CODES[code];
}

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_CODES, value);
}

/** Any thrown thing as an AppError, so that one handler can print it. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("internal.unexpected", text, { cause: thrown });
}
