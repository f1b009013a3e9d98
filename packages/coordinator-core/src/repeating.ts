import type { Clock } from "@cordon/core/kernel";

/** Work that is done again and again until it is stopped, at once first, with a rest after each time. */
export interface Repeating {
  start(): void;
  /** Ends the rest; resolves when the work that is under way has ended. */
  stop(): Promise<void>;
  /** Aborted by `stop`, for work that has steps of its own. */
  readonly signal: AbortSignal;
}

export function createRepeating(deps: {
  readonly clock: Pick<Clock, "sleep">;
  readonly restMs: number;
  readonly work: () => Promise<unknown>;
  /** It is tried again after the rest. */
  readonly onFailure: (error: unknown) => void;
}): Repeating {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await deps.work().catch(deps.onFailure);
      // Rejects only when told to stop.
      await deps.clock.sleep(deps.restMs, stopping.signal).catch(() => {});
    }
  }

  return {
    signal: stopping.signal,
    start() {
      running = loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
