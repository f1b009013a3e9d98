import type { EpochMs } from "@cordon/core/kernel";

export interface ThrottleLimits {
  /** Failures within the window before a key is blocked until the window ends. */
  readonly failuresMax: number;
  readonly windowMs: number;
  /** Keys remembered; the longest unseen are forgotten first. */
  readonly keysMax: number;
}

/** Ten tries a minute: a person who mistypes passes, a list of passwords does not. */
export const DEFAULT_THROTTLE: ThrottleLimits = { failuresMax: 10, windowMs: 60_000, keysMax: 10_000 };

interface Window {
  readonly startedAt: EpochMs;
  failures: number;
}

/** Slows the guessing of passwords down, per key (sender's address and user), without a word on which of both was wrong. */
export class FailureThrottle {
  readonly #windows = new Map<string, Window>();
  readonly #limits: ThrottleLimits;

  constructor(limits: ThrottleLimits = DEFAULT_THROTTLE) {
    this.#limits = limits;
  }

  /** Milliseconds until the key may try again; 0 = now. */
  blockedForMs(key: string, now: EpochMs): number {
    const window = this.#windows.get(key);
    if (!window || window.failures < this.#limits.failuresMax) return 0;
    return Math.max(0, window.startedAt + this.#limits.windowMs - now);
  }

  failed(key: string, now: EpochMs): void {
    const known = this.#windows.get(key);
    this.#windows.delete(key);
    if (known && now - known.startedAt < this.#limits.windowMs) {
      known.failures += 1;
      this.#windows.set(key, known);
      return;
    }
    this.#windows.set(key, { startedAt: now, failures: 1 });
    if (this.#windows.size > this.#limits.keysMax) {
      const oldest = this.#windows.keys().next();
      if (!oldest.done) this.#windows.delete(oldest.value);
    }
  }

  succeeded(key: string): void {
    this.#windows.delete(key);
  }

  get size(): number {
    return this.#windows.size;
  }
}
