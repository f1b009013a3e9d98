/** What is audited is flat; a line of somebody else's making must not exhaust the stack. */
export const DEPTH_MAX = 32;

/**
 * The one text of a JSON value, whoever writes it (RFC 8785): members in the order of their names by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript prints them. Members that are undefined are left out. Throws RangeError beyond `DEPTH_MAX`.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX}`);
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members).filter((name) => members[name] !== undefined);
  // Without an order of its own, `sort` compares code units.
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name], depth + 1)}`)
    .join(",")}}`;
}
