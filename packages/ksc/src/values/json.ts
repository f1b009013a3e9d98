/**
 * JSON as KSC speaks it: a `long` has 64 bits, so a whole number beyond 2^53 becomes a bigint instead of a wrong number. The
 * exact parser costs several times the plain one, so it runs only when a cheap look finds a number of 16 digits or more.
 */
const LONG_NUMBER = /(?:^|[:,[\s-])\d{16}/;
const WHOLE = /^-?\d+$/;

/** Engine features of Node 24 that the type library does not list yet (ECMAScript's "JSON.parse source text access"). */
const json = JSON as unknown as {
  parse(text: string, reviver: (name: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};

/** Throws a SyntaxError when `text` is not JSON. */
export function parseKscJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_name, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && WHOLE.test(source)
      ? BigInt(source)
      : value,
  );
}

/** Bigints are written as the whole numbers they are. */
export function stringifyKscJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses a bigint; to look for one beforehand would cost every call that has none.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_name, member: unknown) =>
      typeof member === "bigint" ? json.rawJSON(String(member)) : member,
    );
  }
}
