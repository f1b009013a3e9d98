import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

export interface EventuallyOptions {
  /** How long the condition may take. A generous bound: it is only reached when the test fails. */
  readonly withinMs?: number;
  /** What is waited for, as a sentence's end: "the job to come back". */
  readonly what: string;
  readonly everyMs?: number;
}

/**
 * Waits until the condition gives something truthy and returns it. A condition that throws counts as "not yet". On failure
 * the error names what was waited for and the last thing seen.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  options: EventuallyOptions,
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const { withinMs = 15_000, everyMs = 10, what } = options;
  const deadline = performance.now() + withinMs;
  let last = "the condition never ran";
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | "">;
      last = `last value: ${inspect(value, { depth: 4 })}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : inspect(error)}`;
    }
    if (performance.now() >= deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}; ${last}`);
    await sleep(everyMs);
  }
}
