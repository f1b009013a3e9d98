import { type IpAddress, parseIpAddress, parseSubnet } from "../subnet.ts";
import type { Candidates, Places } from "./candidates.ts";
import { type AddressRange, LaminarTable } from "./laminar-table.ts";

const V4_BASE = 0xffffn << 32n;
const V4_LAST = V4_BASE + 0xffff_ffffn;

/** Finds rules by the subnets that hold an address. IPv4, which is nearly every address, goes without big numbers. */
export class SubnetIndex {
  readonly #all: LaminarTable<bigint>;
  /** The part of the table that IPv4 addresses lie in. */
  readonly #v4: LaminarTable<number>;
  /** Per first octet: 1 when an address that begins with it may lie in one of the subnets. */
  readonly #octets = new Uint8Array(256);

  constructor(subnets: ReadonlyMap<string, Places>) {
    const ranges = [...subnets].flatMap(([text, places]): readonly AddressRange<bigint>[] => {
      const subnet = parseSubnet(text);
      if (subnet === undefined) return [];
      const free = BigInt(128 - subnet.prefixBits);
      const first = (bigAddress(subnet.base) >> free) << free;
      return [{ first, last: first + (1n << free) - 1n, places }];
    });
    const merged = mergeEqual(ranges);
    this.#all = new LaminarTable(merged, (address) => address + 1n);
    const v4 = merged
      .filter(({ first, last }) => first <= V4_LAST && last >= V4_BASE)
      .map(({ first, last, places }) => ({
        first: Number((first < V4_BASE ? V4_BASE : first) - V4_BASE),
        last: Number((last > V4_LAST ? V4_LAST : last) - V4_BASE),
        places,
      }));
    for (const { first, last } of v4) this.#octets.fill(1, Math.floor(first / OCTET), Math.floor(last / OCTET) + 1);
    this.#v4 = new LaminarTable(v4, (address) => address + 1);
  }

  collect(text: string, found: Candidates): void {
    const octet = readFirstOctet(text);
    if (octet >= 0 && this.#octets[octet] === 0) return;
    const plain = readPlainIpv4(text);
    if (plain >= 0) {
      this.#v4.collect(plain, found);
      return;
    }
    const address = parseIpAddress(text);
    if (address !== undefined) this.#all.collect(bigAddress(address), found);
  }
}

/** Addresses with the same first octet. */
const OCTET = 2 ** 24;

/** What stands before the first dot: 1 to 255 without leading zeros; -1 for whatever is spelled otherwise. */
function readFirstOctet(text: string): number {
  let octet = 0;
  for (let at = 0; at < 4 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) return octet > 0 && octet < 256 ? octet : -1;
    if (code < 48 || code > 57 || (code === 48 && octet === 0)) return -1;
    octet = octet * 10 + code - 48;
  }
  return -1;
}

/** Two spellings of one subnet (`10.1.2.3/8`, `10.0.0.0/8`) are one range. */
function mergeEqual(ranges: readonly AddressRange<bigint>[]): readonly AddressRange<bigint>[] {
  const byRange = Map.groupBy(ranges, ({ first, last }) => `${first} ${last}`);
  return [...byRange.values()].flatMap((equal): readonly AddressRange<bigint>[] => {
    const [one] = equal;
    if (one === undefined) return [];
    const places = equal.length === 1 ? one.places : Int32Array.from(equal.flatMap((each) => [...each.places]));
    return [{ ...one, places }];
  });
}

function bigAddress(address: IpAddress): bigint {
  return address.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** The 32 bits of four numbers from 0 to 255 without leading zeros; -1 for whatever is spelled otherwise. */
export function readPlainIpv4(text: string): number {
  if (text.length > 15) return -1;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (octet < 0) return -1;
      address = address * 256 + octet;
      octet = -1;
      dots++;
    } else if (code >= 48 && code <= 57) {
      if (octet === 0) return -1;
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return -1;
    } else return -1;
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}
