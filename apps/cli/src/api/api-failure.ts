import { type ErrorBody, errorBody } from "@cordon/contracts/api";

/** The coordinator's own "no", in its words. Its code may be one that this program does not know yet. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly body: ErrorBody["error"];

  constructor(status: number, body: ErrorBody["error"]) {
    super(`${body.code}: ${body.message}`);
    this.status = status;
    this.body = body;
  }
}

/** Undefined when it is not an error in the coordinator's shape. */
export function toApiFailure(status: number, json: unknown): ApiFailure | undefined {
  const parsed = errorBody.safeParse(json);
  return parsed.success ? new ApiFailure(status, parsed.data.error) : undefined;
}

export function isFailureWith(thrown: unknown, code: string): boolean {
  return thrown instanceof ApiFailure && thrown.body.code === code;
}
