/** An IP address as eight 16-bit groups; IPv4 is held as its IPv6-mapped form, so both compare alike. */
export type IpAddress = readonly number[];

export interface Subnet {
  readonly base: IpAddress;
  /** Of 128 bits. */
  readonly prefixBits: number;
}

const MAPPED = [0, 0, 0, 0, 0, 0xffff] as const;
/** Leading zeros are refused: some programs read them as octal. */
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const LONGEST_ADDRESS_CHARS = 64;

export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > LONGEST_ADDRESS_CHARS) return undefined;
  const [bare = ""] = text.trim().split("%", 1);
  return bare.includes(":") ? parseIpv6(bare) : parseIpv4(bare);
}

/** `10.0.0.0/8`, `fc00::/7`, or one address, which is a subnet of itself. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = "", bits, ...rest] = text.trim().split("/");
  const base = parseIpAddress(address);
  if (base === undefined || rest.length > 0) return undefined;
  const width = address.includes(":") ? 128 : 32;
  if (bits === undefined) return { base, prefixBits: 128 };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  return { base, prefixBits: 128 - width + Number(bits) };
}

export function isInSubnet(address: IpAddress, subnet: Subnet): boolean {
  let bitsLeft = subnet.prefixBits;
  for (let index = 0; index < 8 && bitsLeft > 0; index++, bitsLeft -= 16) {
    const mask = bitsLeft >= 16 ? 0xffff : (0xffff << (16 - bitsLeft)) & 0xffff;
    if (((address[index] ?? 0) & mask) !== ((subnet.base[index] ?? 0) & mask)) return false;
  }
  return true;
}

/** Dotted for IPv4, groups without short forms for IPv6: two spellings of one address become one text. */
export function printIpAddress(address: IpAddress): string {
  if (MAPPED.every((group, index) => address[index] === group)) {
    return [6, 7].flatMap((index) => [(address[index] ?? 0) >> 8, (address[index] ?? 0) & 0xff]).join(".");
  }
  return address.map((group) => group.toString(16)).join(":");
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const octets = parts.map((part) => (OCTET.test(part) && Number(part) <= 255 ? Number(part) : -1));
  if (octets.includes(-1)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  return [...MAPPED, a * 256 + b, c * 256 + d];
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "");
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".") && index === parts.length - 1) {
      const embedded = parseIpv4(part);
      if (embedded === undefined) return undefined;
      groups.push(...embedded.slice(6));
    } else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
