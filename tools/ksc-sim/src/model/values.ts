/**
 * Values in the form the Open API gives them inside a container: strings, ints and booleans plain, everything else
 * wrapped as `{type, value}`. The model keeps them so, because nearly all of its data leaves inside containers.
 */
export type KscValue = string | number | boolean | bigint | null | KscWrapped | KscValue[];

export interface KscWrapped {
  readonly type: "long" | "datetime" | "date" | "binary" | "float" | "double" | "params";
  readonly value: KscValue | KscParams;
}

export interface KscParams {
  [name: string]: KscValue;
}

/** Whole seconds, UTC, no fraction: `2026-03-02T09:14:07Z`. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function datetime(ms: number): KscWrapped {
  return { type: "datetime", value: isoSeconds(ms) };
}

export function long(value: number | bigint): KscWrapped {
  return { type: "long", value };
}

export function binary(bytes: Uint8Array): KscWrapped {
  return { type: "binary", value: Buffer.from(bytes).toString("base64") };
}

export function params(value: KscParams): KscWrapped {
  return { type: "params", value };
}

export function isWrapped(value: unknown): value is KscWrapped {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "type" in value && "value" in value;
}

/** The members of a `params` value, wrapped or plain; undefined when it is something else. */
export function paramsOf(value: KscValue | undefined): KscParams | undefined {
  if (isWrapped(value) && value.type === "params" && typeof value.value === "object" && value.value !== null) {
    return value.value as KscParams;
  }
  return undefined;
}

/** Epoch milliseconds of a wrapped datetime. */
export function datetimeMs(value: KscValue | undefined): number | undefined {
  if (!isWrapped(value) || value.type !== "datetime" || typeof value.value !== "string") return undefined;
  return parseDatetime(value.value);
}

const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The API's own form only: a fraction or an offset is refused, as the real server does. */
export function parseDatetime(text: string): number | undefined {
  if (!DATETIME.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
