import { inspect } from "node:util";

const REDACTED = "[redacted]";

/** [S9] A value that must not be printed. Only `reveal()` hands it out; every way of printing shows `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
