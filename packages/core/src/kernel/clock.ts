/** Milliseconds since 1970-01-01T00:00:00Z, a safe integer. */
export type EpochMs = number & { readonly __brand: "EpochMs" };

export function epochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a time in epoch milliseconds: ${value}`);
  return value as EpochMs;
}

export function addMs(time: EpochMs, durationMs: number): EpochMs {
  return epochMs(time + Math.round(durationMs));
}

/** Time as an argument. Wall time (`now`) is for records, monotonic time for durations. */
export interface Clock {
  now(): EpochMs;
  monotonicMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `durationMs`; the returned function cancels. */
  after(durationMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now() as EpochMs,
  // The clock of `performance.now()`, without the measuring that Node loads with `performance`.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (durationMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, durationMs);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  after: (durationMs, callback) => {
    const timer = setTimeout(callback, durationMs);
    return () => clearTimeout(timer);
  },
};
