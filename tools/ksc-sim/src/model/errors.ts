/** The Open API's error codes, in one table. Marks: S seen in public documentation, U not confirmed. */
export const KSC_ERRORS = {
  noAccess: { module: "KLSTD", code: 1184, text: "Access denied" }, // S
  exists: { module: "KLSTD", code: 1185, text: "Object already exists" }, // U
  notFound: { module: "KLSTD", code: 1186, text: "Object not found" }, // S
  tooBig: { module: "KLSTD", code: 1187, text: "Too many subscriptions in this session" }, // U
  badFormat: { module: "KLSTD", code: 1192, text: "Malformed argument" }, // S
  notPermitted: { module: "KLSTD", code: 1193, text: "Operation not permitted" }, // S
  unavailable: { module: "KLSTD", code: 1195, text: "Temporarily unavailable" }, // S
  limit: { module: "KLSTD", code: 1229, text: "Limit exceeded" }, // S
  settingAbsent: { module: "KLPRSS", code: 1125, text: "Settings section or value does not exist" }, // S
  noSuchCall: { module: "KLCONN", code: 1194, text: "Unknown method" }, // S
  badCredentials: { module: "KLWAT", code: 1453, text: "Wrong user name or password" }, // S
  badWebToken: { module: "KLWAT", code: 1454, text: "Token authentication failed" }, // S
  accountLocked: { module: "SPL", code: 2013, text: "The account is blocked after too many wrong passwords" }, // S
} as const;

export type KscErrorName = keyof typeof KSC_ERRORS;

export interface KscErrorBody {
  readonly module: string;
  readonly code: number;
  readonly subcode: number;
  readonly message: string;
  readonly args: readonly string[];
}

/** A refusal by the simulated server; it leaves as `PxgError` with HTTP 200. */
export class KscError extends Error {
  override readonly name = "KscError";
  readonly body: KscErrorBody;

  constructor(
    error: KscErrorName | { module: string; code: number },
    message?: string,
    options?: { subcode?: number; args?: readonly string[] },
  ) {
    const known = typeof error === "string" ? KSC_ERRORS[error] : { ...error, text: "Error" };
    super(message ?? known.text);
    this.body = {
      module: known.module,
      code: known.code,
      subcode: options?.subcode ?? 0,
      message: message ?? known.text,
      args: options?.args ?? [],
    };
  }
}

export function notFound(what: string, id: string | number): KscError {
  return new KscError("notFound", `${what} ${id} not found`, { args: [String(id)] });
}

export function badArgument(name: string, why: string): KscError {
  return new KscError("badFormat", `Argument "${name}" ${why}`, { args: [name] });
}
