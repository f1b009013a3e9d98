import type { Endpoint } from "@cordon/core/endpoint";
import type { Clock, EndpointId } from "@cordon/core/kernel";

/** Who endpoints are, as KSC said lately. */
export interface KnownEndpoints {
  find(endpointId: EndpointId): Endpoint | undefined;
  learn(endpoint: Endpoint): void;
}

/** Those that actions are on their way to, and room for a storm; who is not here is asked for. */
const KNOWN_MAX = 2_000;
/** Names, addresses and groups change; an older answer is asked for again. */
const KNOWN_MS = 10 * 60_000;

export function createKnownEndpoints(clock: Clock): KnownEndpoints {
  const known = new Map<EndpointId, { readonly endpoint: Endpoint; readonly atMs: number }>();
  return {
    find(endpointId) {
      const found = known.get(endpointId);
      if (found === undefined || clock.monotonicMs() - found.atMs <= KNOWN_MS) return found?.endpoint;
      known.delete(endpointId);
      return undefined;
    },
    learn(endpoint) {
      known.delete(endpoint.endpointId);
      known.set(endpoint.endpointId, { endpoint, atMs: clock.monotonicMs() });
      const [oldest] = known.keys();
      if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
    },
  };
}
