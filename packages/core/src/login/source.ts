const GROUPS = 8;
/** A subscriber of IPv6 has a /64 of addresses and may use another for each try. */
const PREFIX_GROUPS = 4;

/**
 * What an address counts as when failures are counted: an IPv4 address as it is, also when it is written as IPv6, and the /64 of an
 * IPv6 address. Anything else as it is.
 */
export function sourceOf(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%");
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!/^[0-9a-f:]+$/.test(plain) || !plain.includes(":")) return plain;
  const [head = "", tail, ...more] = plain.split("::");
  if (more.length > 0) return plain;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = GROUPS - left.length - right.length;
  if (missing < 0 || (tail === undefined && missing > 0)) return plain;
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  return `${groups
    .slice(0, PREFIX_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
