import type { AuditLine } from "./lines.ts";

/** A fact is bounded (`TEXT_CHARS_MAX`, `TARGETS_MAX`), and so is its line. */
export const LINE_CHARS_MAX = 65_536;

const HASH = /^[0-9a-f]{64}$/;

type Check = (value: unknown) => boolean;

const isHash: Check = (value) => typeof value === "string" && HASH.test(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string" && value.length <= 4_096;
const isObject: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const ROOT = { seq: isCount, hash: isHash, day: isText, at: isCount, keyId: isHash, signature: isText };

const SHAPES: Readonly<Record<AuditLine["type"], Readonly<Record<string, Check>>>> = {
  chain: { format: (value) => value === 1, chain: isText, after: isCount },
  key: {
    keyId: isHash,
    publicKey: isText,
    since: isCount,
    endorsedBy: maybe(isHash),
    endorsement: maybe(isText),
  },
  stub: {
    firstSeq: isCount,
    lastSeq: isCount,
    removedAt: isCount,
    root: (value) => isObject(value) && fits(value as object, ROOT),
  },
  entry: { seq: isCount, previous: isHash, hash: isHash, fact: isObject },
  root: ROOT,
  end: { seq: isCount, more: maybe((value) => value === true) },
};

/** A sentence about what is wrong instead of the line, when it is none. */
export function readAuditLine(text: string): AuditLine | string {
  if (text.length > LINE_CHARS_MAX) return `it is longer than ${LINE_CHARS_MAX} characters`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isObject(value)) return "it is not a JSON object";
  const { type } = value as { readonly type?: unknown };
  const shape = typeof type === "string" && Object.hasOwn(SHAPES, type) ? SHAPES[type as AuditLine["type"]] : undefined;
  if (shape === undefined) return "its type is none of an export's";
  const wrong = Object.entries(shape).find(([name, check]) => !check((value as Record<string, unknown>)[name]));
  return wrong === undefined ? (value as AuditLine) : `its \`${wrong[0]}\` is missing or wrong`;
}

function fits(value: object, shape: Readonly<Record<string, Check>>): boolean {
  return Object.entries(shape).every(([name, check]) => check((value as Record<string, unknown>)[name]));
}
