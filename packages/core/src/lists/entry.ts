import type { FieldValue } from "../event/index.ts";
import { type EpochMs, epochMs } from "../kernel/index.ts";
import { type ColumnType, EXPIRES_AT, type ListDefinition, type ListEntry } from "./definition.ts";
import { LIST_LIMITS as LIMITS } from "./limits.ts";

/** An entry as somebody wrote it, in JSON or in the cells of a table. */
export interface RawEntry {
  readonly key: readonly unknown[];
  readonly cells: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds, an ISO time, `never`, or nothing: as the list says. */
  readonly expiresAt?: unknown;
}

export type ReadEntry =
  | { readonly ok: true; readonly entry: ListEntry }
  /** `over`: nothing is wrong but that it has ended already. */
  | { readonly ok: false; readonly problem: string; readonly over?: true };

/** Between the parts of a key, so that it can be one text; no part may have it. */
const SEPARATOR = "\u001f";

export function keyText(key: readonly string[]): string {
  return key.length === 1 ? (key[0] as string) : key.join(SEPARATOR);
}

export function keyParts(text: string): readonly string[] {
  return text.split(SEPARATOR);
}

/** An entry that fits the list, with its values as the columns have them; or the first thing that is wrong with it [E3]. */
export function readEntry(definition: ListDefinition, raw: RawEntry, now: EpochMs): ReadEntry {
  const key = readKey(definition, raw.key);
  if (typeof key === "string") return { ok: false, problem: key };
  const cells: Record<string, FieldValue> = {};
  const types = new Map(definition.columns.map(({ name, type }) => [name, type]));
  for (const [name, given] of Object.entries(raw.cells)) {
    const type = types.get(name);
    if (type === undefined) return { ok: false, problem: noColumn(name, definition) };
    const read = readCell(type, given);
    if ("problem" in read) return { ok: false, problem: `${name}: ${read.problem}` };
    if (read.value !== undefined) cells[name] = read.value;
  }
  const end = readEnd(raw.expiresAt, definition.expireAfterMs, now);
  if (typeof end === "string") return { ok: false, problem: end };
  if (end !== undefined && end <= now) {
    return { ok: false, over: true, problem: `${EXPIRES_AT}: ${new Date(end).toISOString()} is over already` };
  }
  return { ok: true, entry: { key, cells, ...(end === undefined ? {} : { expiresAt: end }) } };
}

export function noColumn(name: string, { columns, name: list }: ListDefinition): string {
  const has = columns.length === 0 ? "it has none" : `it has ${columns.map((column) => column.name).join(", ")}`;
  return `"${list}" has no column "${name.slice(0, 80)}"; ${has}`;
}

/** A sentence when it cannot be a key. */
export function readKey({ key: names }: ListDefinition, given: readonly unknown[]): readonly string[] | string {
  if (given.length !== names.length) {
    return `a key is ${names.join(", ")} (${names.length}), but ${given.length} ${given.length === 1 ? "part is" : "parts are"} given`;
  }
  const key: string[] = [];
  for (const [place, part] of given.entries()) {
    const name = names[place] as string;
    if (typeof part !== "string" && typeof part !== "number" && typeof part !== "boolean") {
      return `${name}: a part of a key is a text or a number`;
    }
    // As a rule makes keys of an event's fields, where 0 and nothing are the same.
    const text = part === 0 ? "" : String(part);
    if (text.includes("\0") || text.includes(SEPARATOR) || !text.isWellFormed())
      return `${name}: it has characters that no key can have`;
    key.push(text);
  }
  if (key.every((part) => part === "")) return "the key is empty, and no event ever has such a one";
  const chars = key.reduce((sum, part) => sum + part.length, key.length - 1);
  return chars > LIMITS.keyCharsMax ? `the key has ${chars} characters; at most ${LIMITS.keyCharsMax}` : key;
}

type ReadCell = { readonly value: FieldValue | undefined } | { readonly problem: string };

/** Text of a table is read as what the column holds; nothing, an empty text and an empty list are no value. */
export function readCell(type: ColumnType, given: unknown): ReadCell {
  if (given === null || given === undefined || given === "") return { value: undefined };
  switch (type) {
    case "text":
      return readText(given);
    case "number":
      return readNumber(given);
    case "texts":
      return readAll(given, readText);
    case "numbers":
      return readAll(given, readNumber);
  }
}

function readText(given: unknown): { readonly value: string } | { readonly problem: string } {
  if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean") {
    return { problem: "it is no text" };
  }
  const value = String(given);
  if (value.includes("\0") || !value.isWellFormed()) return { problem: "it has characters that no text can have" };
  if (value.length <= LIMITS.cellCharsMax) return { value };
  return { problem: `it has ${value.length} characters; at most ${LIMITS.cellCharsMax}` };
}

const NUMBER = /^[-+]?\d{1,15}(?:\.\d{1,15})?$/;

function readNumber(given: unknown): { readonly value: number } | { readonly problem: string } {
  if (typeof given === "number" && Number.isFinite(given)) return { value: given };
  if (typeof given === "string" && NUMBER.test(given.trim())) return { value: Number(given) };
  return { problem: `"${String(given).slice(0, 80)}" is no number` };
}

function readAll<T extends string | number>(
  given: unknown,
  read: (given: unknown) => { readonly value: T } | { readonly problem: string },
): ReadCell {
  const elements = Array.isArray(given) ? given : typeof given === "string" ? splitElements(given) : [given];
  if (elements.length > LIMITS.cellElementsMax) {
    return { problem: `it has ${elements.length} elements; at most ${LIMITS.cellElementsMax}` };
  }
  const values: T[] = [];
  for (const element of elements) {
    const one = read(element);
    if ("problem" in one) return one;
    values.push(one.value);
  }
  return { value: values.length === 0 ? undefined : (values as readonly string[] | readonly number[]) };
}

/** Elements of a list in one cell of a table: `a|b|c`, with `\\|` for a bar and `\\\\` for a backslash. */
function splitElements(text: string): readonly string[] {
  const elements: string[] = [];
  let element = "";
  for (let place = 0; place < text.length; place++) {
    const char = text[place] as string;
    const next = text[place + 1];
    if (char === "\\" && (next === "|" || next === "\\")) {
      element += next;
      place++;
    } else if (char === "|") {
      elements.push(element);
      element = "";
    } else element += char;
  }
  return [...elements, element];
}

export function joinElements(elements: readonly (string | number)[]): string {
  return elements.map((element) => String(element).replace(/[\\|]/g, "\\$&")).join("|");
}

/** A sentence when it cannot be read; undefined: it stays. */
function readEnd(given: unknown, expireAfterMs: number | undefined, now: EpochMs): EpochMs | string | undefined {
  if (given === undefined || given === null || given === "") {
    return expireAfterMs === undefined ? undefined : epochMs(now + expireAfterMs);
  }
  if (given === "never") return undefined;
  const at =
    typeof given === "number" || (typeof given === "string" && /^\d{1,15}$/.test(given))
      ? Number(given)
      : parseTime(given);
  if (at === undefined || !Number.isSafeInteger(at)) {
    return `${EXPIRES_AT}: takes a time like 2026-03-01T02:00:00Z, epoch milliseconds, or "never"`;
  }
  if (at > now + LIMITS.expireAfterMsMax) return `${EXPIRES_AT}: is more than 10 years ahead; say "never"`;
  return epochMs(at);
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function parseTime(given: unknown): number | undefined {
  if (typeof given !== "string" || !ISO_TIME.test(given)) return undefined;
  const at = Date.parse(given);
  return Number.isNaN(at) ? undefined : at;
}
