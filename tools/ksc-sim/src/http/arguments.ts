import { badArgument } from "../model/errors.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { isWrapped, parseDatetime } from "../model/values.ts";

/** Types of method arguments; `?` marks one that may be absent or null. */
export type ArgumentKind = "string" | "int" | "long" | "bool" | "strings" | "array" | "orders" | "params";
export type ArgumentSpec = Readonly<Record<string, ArgumentKind | `${ArgumentKind}?`>>;

export interface SortOrder {
  readonly name: string;
  readonly ascending: boolean;
}

interface Plain {
  string: string;
  int: number;
  long: number | bigint;
  bool: boolean;
  strings: readonly string[];
  array: readonly KscValue[];
  orders: readonly SortOrder[];
  params: KscParams;
}

type BaseKind<K extends string> = K extends `${infer Kind}?` ? Kind : K;

export type Arguments<S extends ArgumentSpec> = {
  readonly [Name in keyof S]: BaseKind<S[Name]> extends keyof Plain ? Plain[BaseKind<S[Name]>] : never;
};

export interface ArgumentPolicy {
  readonly nullInParams: "accept" | "refuse";
}

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 32 - 1;

/**
 * Reads a call's arguments as its method declares them. An absent optional one becomes the empty value of its type.
 * Throws KLSTD 1192 naming the argument that is missing or mistyped; members the method does not know are ignored.
 */
export function readArguments<S extends ArgumentSpec>(
  spec: S,
  body: Readonly<Record<string, unknown>>,
  policy: ArgumentPolicy,
): Arguments<S> {
  const read: Record<string, unknown> = {};
  for (const name in spec) {
    const declared: string = spec[name] ?? "";
    const optional = declared.endsWith("?");
    const kind = (optional ? declared.slice(0, -1) : declared) as ArgumentKind;
    const value = body[name];
    if (value === undefined || value === null) {
      if (!optional) throw badArgument(name, value === null ? "must not be null" : "is missing");
      read[name] = emptyValue(kind);
      continue;
    }
    read[name] = readArgument(name, kind, value, policy);
  }
  return read as Arguments<S>;
}

function emptyValue(kind: ArgumentKind): unknown {
  switch (kind) {
    case "string":
      return "";
    case "int":
    case "long":
      return 0;
    case "bool":
      return false;
    case "params":
      return {};
    default:
      return [];
  }
}

function readArgument(name: string, kind: ArgumentKind, value: unknown, policy: ArgumentPolicy): unknown {
  switch (kind) {
    case "string":
      if (typeof value !== "string") throw badArgument(name, "must be a string");
      return value;
    case "bool":
      if (typeof value !== "boolean") throw badArgument(name, "must be a boolean");
      return value;
    case "int":
      if (typeof value !== "number" || !Number.isInteger(value) || value < INT_MIN || value > INT_MAX) {
        throw badArgument(name, "must be an integer");
      }
      return value;
    case "long":
      if (typeof value !== "bigint" && !Number.isInteger(value)) throw badArgument(name, "must be an integer");
      return value;
    case "strings":
      if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
        throw badArgument(name, "must be an array of strings");
      }
      return value;
    case "array":
      if (!Array.isArray(value)) throw badArgument(name, "must be an array");
      for (const [index, item] of value.entries()) checkValue(`${name}[${index}]`, item, "accept");
      return value;
    case "orders":
      if (!Array.isArray(value)) throw badArgument(name, "must be an array");
      return value.map((item, index) => readOrder(`${name}[${index}]`, item));
    case "params":
      return readParams(name, value, policy);
  }
}

function readOrder(name: string, item: unknown): SortOrder {
  const order = isWrapped(item) && item.type === "params" ? (item.value as Record<string, unknown> | null) : undefined;
  if (typeof order !== "object" || order === null)
    throw badArgument(name, 'must be {"type":"params","value":{"Name","Asc"}}');
  const { Name, Asc } = order;
  if (typeof Name !== "string") throw badArgument(`${name}.Name`, "must be a string");
  if (Asc !== undefined && typeof Asc !== "boolean") throw badArgument(`${name}.Asc`, "must be a boolean");
  return { name: Name, ascending: Asc ?? true };
}

/** A container given as an argument is a plain object; what it holds must be encoded as inside a container. */
function readParams(name: string, value: unknown, policy: ArgumentPolicy): KscParams {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badArgument(name, "must be an object");
  let hasNull = false;
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member === null) hasNull = true;
    if (member === null && policy.nullInParams === "accept") continue;
    checkValue(`${name}.${key}`, member, policy.nullInParams);
  }
  if (!hasNull) return value as KscParams;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function checkValue(name: string, value: unknown, nulls: "accept" | "refuse"): void {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return;
    case "number":
      if (!Number.isInteger(value)) throw badArgument(name, 'must be wrapped as {"type":"double","value":…}');
      return;
    default:
      break;
  }
  if (value === null) {
    if (nulls === "refuse") throw badArgument(name, "must not be null: null is allowed in arrays only");
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(`${name}[${index}]`, item, "accept");
    return;
  }
  if (!isWrapped(value)) throw badArgument(name, 'must be wrapped as {"type":…,"value":…}');
  checkWrapped(name, value.type, value.value, nulls);
}

function checkWrapped(name: string, type: string, value: unknown, nulls: "accept" | "refuse"): void {
  switch (type) {
    case "long":
      if (typeof value === "bigint" || Number.isInteger(value) || (typeof value === "string" && /^-?\d+$/.test(value)))
        return;
      throw badArgument(name, "must hold an integer");
    case "datetime":
      if (typeof value === "string" && parseDatetime(value) !== undefined) return;
      throw badArgument(name, "must hold a time of the form YYYY-MM-DDThh:mm:ssZ");
    case "date":
      if (typeof value === "string" && DATE.test(value)) return;
      throw badArgument(name, "must hold a date of the form YYYY-MM-DD");
    case "binary":
      if (typeof value === "string" && BASE64.test(value)) return;
      throw badArgument(name, "must hold base64 text");
    case "float":
    case "double":
      if (typeof value === "number") return;
      throw badArgument(name, "must hold a number");
    case "params": {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw badArgument(name, "must hold an object");
      for (const [key, member] of Object.entries(value)) checkValue(`${name}.${key}`, member, nulls);
      return;
    }
    default:
      throw badArgument(name, `has the unknown type "${type}"`);
  }
}
