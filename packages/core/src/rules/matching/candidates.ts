/** Places of rules in their set, ascending. */
export type Places = Int32Array;

/** From how many candidates on a general sort beats insertion. */
const INSERTION_MAX = 24;

/** The places found for one event, each once. One object serves event after event, so that finding allocates nothing. */
export class Candidates {
  readonly #places: Int32Array;
  /** Per place the number of the event for which it was found last. */
  readonly #foundFor: Uint32Array;
  #event = 0;
  #count = 0;

  constructor(rules: number) {
    this.#places = new Int32Array(rules);
    this.#foundFor = new Uint32Array(rules);
  }

  clear(): void {
    this.#count = 0;
    this.#event = (this.#event + 1) >>> 0;
    if (this.#event !== 0) return;
    // After four billion events the numbers begin again; old ones must not look like new ones.
    this.#foundFor.fill(0);
    this.#event = 1;
  }

  add(places: Places): void {
    for (let index = 0; index < places.length; index++) {
      const place = places[index] as number;
      if (this.#foundFor[place] === this.#event) continue;
      this.#foundFor[place] = this.#event;
      this.#places[this.#count++] = place;
    }
  }

  addOne(place: number): void {
    if (this.#foundFor[place] === this.#event) return;
    this.#foundFor[place] = this.#event;
    this.#places[this.#count++] = place;
  }

  get count(): number {
    return this.#count;
  }

  /** After `sort`: the places in ascending order, from 0 to `count`. */
  at(index: number): number {
    return this.#places[index] as number;
  }

  sort(): void {
    const places = this.#places;
    if (this.#count > INSERTION_MAX) {
      places.subarray(0, this.#count).sort();
      return;
    }
    for (let index = 1; index < this.#count; index++) {
      const place = places[index] as number;
      let before = index - 1;
      while (before >= 0 && (places[before] as number) > place) {
        places[before + 1] = places[before] as number;
        before--;
      }
      places[before + 1] = place;
    }
  }
}

/** Collects places under keys while an index is built; places must come in ascending order. */
export class Filing<Key> {
  readonly #places = new Map<Key, number[]>();

  file(key: Key, place: number): void {
    const places = this.#places.get(key);
    if (places === undefined) this.#places.set(key, [place]);
    else if (places.at(-1) !== place) places.push(place);
  }

  get size(): number {
    return this.#places.size;
  }

  /** Undefined when nothing was filed. */
  finished(): ReadonlyMap<Key, Places> | undefined {
    if (this.#places.size === 0) return undefined;
    return new Map([...this.#places].map(([key, places]) => [key, Int32Array.from(places)]));
  }
}
