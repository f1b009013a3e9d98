import type { Clock, EndpointId } from "@cordon/core/kernel";

/**
 * [L2] At which endpoints this process looked, and whether that still is knowledge. By the time that passed: what a clock that was set
 * makes of a look's age is no age, and what an earlier process saw others may have changed since [L8].
 */
export interface KnownLooks {
  looked(endpointId: EndpointId): void;
  isFresh(endpointId: EndpointId): boolean;
}

/** More are not looked at while a look is fresh; one that is forgotten is only looked at again. */
const LOOKS_MAX = 50_000;

export function createKnownLooks(clock: Pick<Clock, "monotonicMs">, maxAgeMs: number): KnownLooks {
  /** The oldest first. */
  const looks = new Map<EndpointId, number>();

  function dropOld(): void {
    for (const [endpointId, atMs] of looks) {
      if (clock.monotonicMs() - atMs <= maxAgeMs && looks.size <= LOOKS_MAX) return;
      looks.delete(endpointId);
    }
  }

  return {
    looked(endpointId) {
      looks.delete(endpointId);
      looks.set(endpointId, clock.monotonicMs());
      dropOld();
    },
    isFresh(endpointId) {
      const atMs = looks.get(endpointId);
      return atMs !== undefined && clock.monotonicMs() - atMs <= maxAgeMs;
    },
  };
}
