import type { EndpointId } from "@cordon/core/kernel";

/**
 * Endpoints that are to be looked at. More may be wanted at once than a round may look at: whoever is left keeps its place for the
 * next one. Those where containment waits go first [D7], but for who has waited long.
 */
export interface LookQueue {
  want(endpointId: EndpointId, urgent: boolean, nowMs: number): void;
  has(endpointId: EndpointId): boolean;
  /** Takes off at most so many. */
  take(max: number, nowMs: number): readonly EndpointId[];
  readonly size: number;
}

/** Whoever has waited so long goes before all that came later. */
const PATIENCE_MS = 2 * 60_000;

export function createLookQueue(): LookQueue {
  const wanted = new Map<EndpointId, { readonly sinceMs: number; readonly urgent: boolean }>();
  return {
    want(endpointId, urgent, nowMs) {
      const known = wanted.get(endpointId);
      wanted.set(endpointId, { sinceMs: known?.sinceMs ?? nowMs, urgent: urgent || known?.urgent === true });
    },
    has: (endpointId) => wanted.has(endpointId),
    take(max, nowMs) {
      const rank = ({ sinceMs, urgent }: { readonly sinceMs: number; readonly urgent: boolean }) =>
        nowMs - sinceMs >= PATIENCE_MS ? 0 : urgent ? 1 : 2;
      const first = [...wanted].sort(([, a], [, b]) => rank(a) - rank(b) || a.sinceMs - b.sinceMs).slice(0, max);
      for (const [endpointId] of first) wanted.delete(endpointId);
      return first.map(([endpointId]) => endpointId);
    },
    get size() {
      return wanted.size;
    },
  };
}
