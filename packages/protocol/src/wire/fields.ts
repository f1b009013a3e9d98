import { AppError, type EpochMs, type ErrorCode, isErrorCode } from "@cordon/core/kernel";
import { ITEMS_PER_LIST_MAX } from "./frame-limits.ts";

/** How protobufjs hands over what is not set. */
type Absent = null | undefined;

const UINT32_MAX = 0xffff_ffff;

/** `wire.bad_frame` that names the field; callers put the names of the messages around it in front. */
export function badField(field: string, problem: string): AppError {
  return new AppError("wire.bad_frame", `${field} ${problem}`, { details: { field, problem } });
}

/** Runs `convert`; what it finds wrong is named as a field of `name`. */
export function inside<Raw, Value>(name: string, raw: Raw | Absent, convert: (raw: Raw) => Value): Value {
  if (raw === null || raw === undefined) throw badField(name, "is missing");
  try {
    return convert(raw);
  } catch (thrown) {
    throw below(name, thrown);
  }
}

export function each<Raw, Value>(name: string, items: readonly Raw[] | Absent, convert: (raw: Raw) => Value): Value[] {
  const list = items ?? [];
  // Sending is checked here; what was received is counted before it is decoded.
  if (list.length > ITEMS_PER_LIST_MAX) {
    throw badField(name, `has ${list.length} items; at most ${ITEMS_PER_LIST_MAX}`);
  }
  let index = 0;
  try {
    const values: Value[] = [];
    for (; index < list.length; index++) values.push(convert(list[index] as Raw));
    return values;
  } catch (thrown) {
    throw below(`${name}[${index}]`, thrown);
  }
}

/** A field that may be absent: `{[name]: converted}` or nothing, so that absence stays absence. */
export function optional<Name extends string, Raw, Value>(
  name: Name,
  raw: Raw | Absent,
  convert: (raw: Raw) => Value,
): { readonly [Key in Name]?: Value } {
  if (raw === null || raw === undefined) return {};
  return { [name]: convert(raw) } as { readonly [Key in Name]?: Value };
}

export function requiredText(name: string, raw: string | Absent): string {
  if (raw === null || raw === undefined || raw === "") throw badField(name, "is missing");
  return raw;
}

/** An id, checked by the kernel's own function. */
export function id<Id extends string>(name: string, raw: string | Absent, parse: (value: string) => Id): Id {
  const value = requiredText(name, raw);
  try {
    return parse(value);
  } catch (thrown) {
    throw badField(name, thrown instanceof AppError ? thrown.message : "is not an id");
  }
}

/**
 * A 64-bit number as a safe integer. protobufjs decodes them to Long whatever its types say, and would encode a BigInt as 0.
 */
export function int64(name: string, raw: unknown): number {
  const value = asNumber(raw);
  if (!Number.isSafeInteger(value))
    throw badField(name, `must be a whole number of at most 53 bits, is ${String(raw)}`);
  return value;
}

/** For a field that may be absent. */
export function maybeInt64(name: string, value: number | undefined): number | undefined {
  return value === undefined ? undefined : int64(name, value);
}

export function uint64(name: string, raw: unknown): number {
  const value = int64(name, raw);
  if (value < 0) throw badField(name, `must not be negative, is ${value}`);
  return value;
}

export function uint32(name: string, raw: unknown): number {
  const value = uint64(name, raw);
  if (value > UINT32_MAX) throw badField(name, `must be at most ${UINT32_MAX}, is ${value}`);
  return value;
}

/** A number whose 0 means that it was not set. */
export function positive(name: string, value: number): number {
  if (value === 0) throw badField(name, "is missing");
  return value;
}

export function time(name: string, raw: unknown): EpochMs {
  return positive(name, int64(name, raw)) as EpochMs;
}

/** Codes of a newer peer are not known here: they read as `internal.unexpected`, and the text keeps the name. */
export function errorCode(raw: string, message: string): { readonly code: ErrorCode; readonly message: string } {
  if (isErrorCode(raw)) return { code: raw, message };
  return { code: "internal.unexpected", message: `[${raw.slice(0, 64)}] ${message}` };
}

function asNumber(raw: unknown): number {
  if (typeof raw === "number") return raw;
  if (raw === null || raw === undefined) return 0;
  if (typeof raw !== "object" || !("low" in raw) || !("high" in raw) || !("unsigned" in raw)) return Number.NaN;
  const high = raw.unsigned ? Number(raw.high) >>> 0 : Number(raw.high);
  return high * 0x1_0000_0000 + (Number(raw.low) >>> 0);
}

function below(name: string, thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== "wire.bad_frame") return thrown;
  return badField(`${name}.${String(thrown.details.field)}`, String(thrown.details.problem));
}
