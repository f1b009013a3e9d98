import type { EpochMs } from "@cordon/core/kernel";
import {
  type Failures,
  failedAgain,
  type Pressure,
  pressureAfter,
  SLOW_DOWN_LIMITS,
  type SlowDownLimits,
  waitMs,
} from "@cordon/core/login";

/** Remembered keys; of more the longest unseen are forgotten first. */
const KEYS_MAX = 10_000;
/** Credentials remembered per key, wrong and good ones each. */
const CREDENTIALS_MAX = 8;

interface Failing {
  readonly failures: Failures;
  readonly wrong: readonly string[];
}

/**
 * [T1]-[T5] Slows the guessing of credentials down, per key: who guesses from where. A credential is told here as a digest, and only
 * when it cannot be guessed from its digest.
 */
export class SlowDown {
  readonly #failing = new Map<string, Failing>();
  readonly #good = new Map<string, readonly string[]>();
  readonly #limits: SlowDownLimits;
  readonly #keysMax: number;
  #pressure: Pressure | undefined;

  constructor(limits: SlowDownLimits = SLOW_DOWN_LIMITS, keysMax = KEYS_MAX) {
    this.#limits = limits;
    this.#keysMax = keysMax;
  }

  /** Milliseconds until the key may try again; 0 = now. */
  blockedForMs(key: string, now: EpochMs, credential?: string): number {
    if (credential !== undefined && this.#good.get(key)?.includes(credential) === true) return 0;
    return waitMs(this.#failing.get(key)?.failures, this.#pressure, this.#limits, now);
  }

  failed(key: string, now: EpochMs, credential?: string): void {
    const known = this.#failing.get(key);
    if (credential !== undefined && known?.wrong.includes(credential) === true) return;
    const wrong = credential === undefined ? (known?.wrong ?? []) : withLatest(known?.wrong, credential);
    this.#keep(this.#failing, key, { failures: failedAgain(known?.failures, this.#limits, now), wrong });
    this.#pressure = pressureAfter(this.#pressure, this.#limits, now);
  }

  /** The credential is good from here; what failed before stays counted. */
  succeeded(key: string, credential: string): void {
    const known = this.#good.get(key);
    if (known?.at(-1) === credential) return;
    this.#keep(this.#good, key, withLatest(known, credential));
  }

  /** Whoever the key stands for is known now, and what failed before is forgotten. */
  forgive(key: string): void {
    this.#failing.delete(key);
  }

  get size(): number {
    return this.#failing.size;
  }

  #keep<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key);
    map.set(key, value);
    if (map.size <= this.#keysMax) return;
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}

function withLatest(known: readonly string[] = [], credential: string): readonly string[] {
  return [...known.filter((one) => one !== credential), credential].slice(-CREDENTIALS_MAX);
}
