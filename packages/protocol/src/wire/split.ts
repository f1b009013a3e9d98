import type { Endpoint } from "@cordon/core/endpoint";
import type { Status } from "../messages.ts";
import { ITEMS_PER_LIST_MAX, TO_COORDINATOR_BYTES_MAX } from "./frame-limits.ts";
import { cordon } from "./generated/agent.js";
import { encodeEndpoint } from "./inventory.ts";
import { encodeStatus } from "./status.ts";

/** Left for the envelope around a list and the tags and lengths of its items. */
const FRAME_OVERHEAD_BYTES = 1_024;
const ITEM_OVERHEAD_BYTES = 8;

/** An inventory in parts that each fit a frame; at least one part, also for an empty inventory. */
export function splitEndpoints(endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] {
  return split(
    endpoints,
    ITEMS_PER_LIST_MAX,
    (endpoint) => cordon.agent.v1.Endpoint.encode(encodeEndpoint(endpoint)).len,
  );
}

/** Statuses in batches that each fit a frame and the bound of the welcome. */
export function splitStatuses(
  statuses: readonly Status[],
  statusesPerBatchMax: number,
): readonly (readonly Status[])[] {
  return split(
    statuses,
    Math.min(statusesPerBatchMax, ITEMS_PER_LIST_MAX),
    (status) => cordon.agent.v1.Status.encode(encodeStatus(status)).len,
  );
}

function split<Item>(items: readonly Item[], itemsMax: number, bytesOf: (item: Item) => number): Item[][] {
  const budget = TO_COORDINATOR_BYTES_MAX - FRAME_OVERHEAD_BYTES;
  let part: Item[] = [];
  let bytes = 0;
  const parts = [part];
  for (const item of items) {
    const size = bytesOf(item) + ITEM_OVERHEAD_BYTES;
    if (part.length >= itemsMax || (part.length > 0 && bytes + size > budget)) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(item);
    bytes += size;
  }
  return parts;
}
