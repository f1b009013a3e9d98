import type { Candidates, Places } from "./candidates.ts";

/** A range of addresses, both ends included. Two of a table are apart or one lies in the other, as subnets do. */
export interface AddressRange<Address> {
  readonly first: Address;
  readonly last: Address;
  readonly places: Places;
}

/** Finds all ranges that hold an address: one binary search for the narrowest, then outwards. */
export class LaminarTable<Address extends number | bigint> {
  /** Where the narrowest range that holds an address changes, ascending. */
  readonly #bounds: Address[] = [];
  /** From that bound on: the narrowest range, -1 for none. */
  readonly #narrowest: number[] = [];
  readonly #parent: number[] = [];
  readonly #places: Places[] = [];

  constructor(ranges: readonly AddressRange<Address>[], next: (address: Address) => Address) {
    // Wide ones before those that begin at the same address and lie in them.
    const sorted = ranges.toSorted((left, right) => order(left.first, right.first) || order(right.last, left.last));
    const open: number[] = [];
    const closeBefore = (first: Address | undefined): void => {
      for (;;) {
        const innermost = open.at(-1);
        const range = innermost === undefined ? undefined : sorted[innermost];
        if (range === undefined || (first !== undefined && range.last >= first)) return;
        open.pop();
        this.#bound(next(range.last), open.at(-1) ?? -1);
      }
    };
    for (const [number, { first, places }] of sorted.entries()) {
      closeBefore(first);
      this.#parent.push(open.at(-1) ?? -1);
      this.#places.push(places);
      open.push(number);
      this.#bound(first, number);
    }
    closeBefore(undefined);
  }

  collect(address: Address, found: Candidates): void {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] as Address) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return;
    for (let range = this.#narrowest[low - 1] as number; range >= 0; range = this.#parent[range] as number) {
      found.add(this.#places[range] as Places);
    }
  }

  #bound(at: Address, narrowest: number): void {
    if (this.#bounds.at(-1) === at) this.#narrowest[this.#narrowest.length - 1] = narrowest;
    else {
      this.#bounds.push(at);
      this.#narrowest.push(narrowest);
    }
  }
}

function order<Address extends number | bigint>(left: Address, right: Address): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
