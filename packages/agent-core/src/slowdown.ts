/**
 * Backs off from a KSC that answers slowly: the measured time of a call against what is still normal says how many times longer all
 * intervals are. Old measurements fade, so that a recovered server is watched as before.
 */
export interface Slowdown {
  /** `calls` calls, one after the other, took `durationMs`. */
  observe(durationMs: number, calls: number): void;
  /** 1 = normal. */
  readonly factor: number;
}

/** Weight of the newest measurement: about four of them decide. */
const NEWEST = 0.4;

export function createSlowdown(limits: { readonly slowCallMs: number; readonly slowdownMax: number }): Slowdown {
  let callMs = 0;
  return {
    observe(durationMs, calls) {
      callMs += NEWEST * (durationMs / calls - callMs);
    },
    get factor() {
      return Math.min(limits.slowdownMax, Math.max(1, callMs / limits.slowCallMs));
    },
  };
}
