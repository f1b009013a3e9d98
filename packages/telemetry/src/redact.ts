import { AppError, Secret } from "@cordon/core/kernel";

const REDACTED = "[redacted]";
/** [S9] Values under such names are never printed, whatever their type: the second fence behind the `Secret` type. */
const SECRET_NAME =
  /^(?:.*(?:password|passwd|secret|credential|authorization|cookie|private_?key|api_?key)s?|pass|pwd|token|.*_token|.*token)$/i;
/** A line of the log stays a line: what is deeper, longer or more than this is cut and says so. */
export const LOG_LIMITS = { depthMax: 6, textCharsMax: 2_000, itemsMax: 50, causesMax: 5 } as const;

/** A copy of a log field that is safe to print: secrets hidden, errors flattened, bounded, without cycles. */
export function redact(value: unknown, depth = 0): unknown {
  if (value instanceof Secret) return REDACTED;
  if (typeof value === "string") return cut(value);
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return flattenError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (depth >= LOG_LIMITS.depthMax) return "[deeper]";
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return redact([...value], depth);
  if (Array.isArray(value) || value instanceof Set) return redactList([...value], depth);
  return redactRecord(value, depth);
}

function redactRecord(record: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const entries = Object.entries(record);
  for (const [name, value] of entries.slice(0, LOG_LIMITS.itemsMax)) {
    copy[name] = isSecret(name, value) ? REDACTED : redact(value, depth + 1);
  }
  if (entries.length > LOG_LIMITS.itemsMax) copy["…"] = `${entries.length - LOG_LIMITS.itemsMax} more`;
  return copy;
}

function redactList(items: readonly unknown[], depth: number): unknown[] {
  const copy = items.slice(0, LOG_LIMITS.itemsMax).map((item) => redact(item, depth + 1));
  if (items.length > LOG_LIMITS.itemsMax) copy.push(`… ${items.length - LOG_LIMITS.itemsMax} more`);
  return copy;
}

/** Numbers and booleans under such a name are counts and switches ("tokens: 3"), and none of them is a secret. */
function isSecret(name: string, value: unknown): boolean {
  return SECRET_NAME.test(name) && typeof value !== "number" && typeof value !== "boolean" && value != null;
}

interface FlatError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly details?: unknown;
  readonly stack?: string;
  readonly causes?: readonly string[];
}

/** What an error says, with its chain of causes as one line each. The stack only for what nobody expected. */
function flattenError(error: Error, depth: number): FlatError {
  const code = codeOf(error);
  const expected = error instanceof AppError && error.code !== "internal.unexpected";
  const causes = causesOf(error);
  return {
    name: error.name,
    message: cut(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error instanceof AppError && Object.keys(error.details).length > 0
      ? { details: redact(error.details, depth + 1) }
      : {}),
    ...(expected || error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  let cause = error.cause;
  while (cause !== undefined && causes.length < LOG_LIMITS.causesMax) {
    if (!(cause instanceof Error)) return [...causes, typeof cause === "string" ? cut(cause) : `[${typeof cause}]`];
    const code = codeOf(cause);
    causes.push(cut(code === undefined || cause.message.includes(code) ? cause.message : `${code}: ${cause.message}`));
    cause = cause.cause;
  }
  return causes;
}

/** Our codes, and the ones of Node and Postgres (`ECONNREFUSED`, `57P01`). */
export function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function cut(text: string): string {
  return text.length <= LOG_LIMITS.textCharsMax ? text : `${text.slice(0, LOG_LIMITS.textCharsMax)}…`;
}
