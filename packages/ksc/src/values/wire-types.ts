import type { EpochMs } from "@cordon/core/kernel";

/**
 * Values in the form the Open API gives them inside a `params` container or an array (kaspersky.md 4.3): text, ints and
 * booleans plain, everything else wrapped as `{type, value}`. They are kept so: wrapping is lossless, and unwrapping is done
 * only for the fields that are read.
 */
export type KscValue = null | boolean | number | bigint | string | KscWrapped | readonly KscValue[];

export interface KscWrapped {
  readonly type: "long" | "datetime" | "date" | "binary" | "float" | "double" | "params";
  readonly value: KscValue | KscParams;
}

/** A `params` container. As a method's own argument or return value it stands plain, inside another one it is wrapped. */
export interface KscParams {
  readonly [name: string]: KscValue;
}

/** Members of one call's argument object: plain values, containers and arrays. */
export type KscArgs = Readonly<Record<string, KscValue | KscParams>>;

export const kscLong = (value: number | bigint): KscWrapped => ({ type: "long", value });

/** UTC, whole seconds: KSC refuses a fraction. */
export const kscDateTime = (time: EpochMs): KscWrapped => ({ type: "datetime", value: isoSeconds(time) });

/** `day` as `YYYY-MM-DD`. */
export const kscDate = (day: string): KscWrapped => ({ type: "date", value: day });

export const kscBinary = (bytes: Uint8Array): KscWrapped => ({
  type: "binary",
  value: Buffer.from(bytes).toString("base64"),
});

export const kscFloat = (value: number): KscWrapped => ({ type: "float", value });

export const kscDouble = (value: number): KscWrapped => ({ type: "double", value });

export const kscParams = (value: KscParams): KscWrapped => ({ type: "params", value });

/** One entry of a sort list (kaspersky.md 4.3). */
export const sortBy = (name: string, order: "ascending" | "descending"): KscWrapped =>
  kscParams({ Name: name, Asc: order === "ascending" });

export function isoSeconds(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

export function isWrapped(value: unknown): value is KscWrapped {
  return typeof value === "object" && value !== null && "type" in value && "value" in value && !Array.isArray(value);
}

/** What a value means, without its wrapping: containers as objects, times as ISO text, binary as bytes. */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/** Unwraps deeply; for showing a value or walking settings. The types are gone afterwards, so it has no inverse. */
export function unwrap(value: KscValue | KscParams): PlainValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(unwrap);
  if (isWrapped(value)) {
    if (value.type === "binary" && typeof value.value === "string") return Buffer.from(value.value, "base64");
    return unwrap(value.value);
  }
  return Object.fromEntries(
    Object.entries(value as KscParams).map(([name, member]): [string, PlainValue] => [name, unwrap(member)]),
  );
}
