/**
 * Calls that wait for the connection: urgent ones first, each kind in order of arrival [D7]. Bounded: what does not fit is the
 * caller's to try again later.
 */
export class CallQueue<T> {
  readonly #urgent: T[] = [];
  readonly #normal: T[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get length(): number {
    return this.#urgent.length + this.#normal.length;
  }

  /** False: the queue is full and the call was not taken. */
  add(call: T, urgent: boolean): boolean {
    if (this.length >= this.#max) return false;
    (urgent ? this.#urgent : this.#normal).push(call);
    return true;
  }

  next(): T | undefined {
    return this.#urgent.shift() ?? this.#normal.shift();
  }

  remove(call: T): void {
    for (const list of [this.#urgent, this.#normal]) {
      const index = list.indexOf(call);
      if (index >= 0) list.splice(index, 1);
    }
  }
}
