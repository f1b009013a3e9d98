import type { Endpoint } from "@cordon/core/endpoint";
import type { EndpointId } from "@cordon/core/kernel";

/** What the coordinator is known to hold of each endpoint, as one comparable text. */
export type InventoryState = ReadonlyMap<EndpointId, string>;

export interface InventoryChange {
  readonly upserted: readonly Endpoint[];
  readonly removed: readonly EndpointId[];
  readonly state: InventoryState;
}

const HOUR_MS = 3_600_000;

/** Devices are seen every few minutes; by the hour is enough to resolve a target, and keeps deltas small. */
export function fingerprintOf(endpoint: Endpoint): string {
  const lastSeenHour = Math.floor((endpoint.lastSeenAt ?? 0) / HOUR_MS);
  return JSON.stringify({ ...endpoint, lastSeenAt: lastSeenHour });
}

export function diffInventory(held: InventoryState, now: readonly Endpoint[]): InventoryChange {
  const state = new Map(now.map((endpoint) => [endpoint.endpointId, fingerprintOf(endpoint)]));
  return {
    upserted: now.filter(({ endpointId }) => held.get(endpointId) !== state.get(endpointId)),
    removed: [...held.keys()].filter((endpointId) => !state.has(endpointId)),
    state,
  };
}
