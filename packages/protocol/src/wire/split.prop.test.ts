import type { Endpoint } from "@cordon/core/endpoint";
import type { ActionId, EndpointId, EpochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Status } from "../messages.ts";
import { encodeFrame } from "./frame.ts";
import { ITEMS_PER_LIST_MAX, TO_COORDINATOR_BYTES_MAX } from "./frame-limits.ts";
import { splitEndpoints, splitStatuses } from "./split.ts";

const bulky = (chars: number): Endpoint => ({
  endpointId: "host" as EndpointId,
  displayName: "ж".repeat(chars),
  addresses: [],
  statusMask: 0,
});

describe("splitting what is long", () => {
  it("[F13] every endpoint is in one part, in order, and every part fits a frame", () => {
    const sizes = fc.array(fc.constantFrom(0, 10, 5_000, 300_000), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, (chars) => {
        const endpoints = chars.map(bulky);
        const parts = splitEndpoints(endpoints);
        expect(parts.flat()).toEqual(endpoints);
        for (const part of parts) {
          const body = { kind: "inventorySnapshot", version: 1, part: 0, last: false, endpoints: part } as const;
          encodeFrame({ seq: 1, traceparent: "", body }, TO_COORDINATOR_BYTES_MAX);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("[F13] an empty inventory still has one part, and no part has more items than a list may", () => {
    expect(splitEndpoints([])).toEqual([[]]);
    const parts = splitEndpoints(Array.from({ length: 2 * ITEMS_PER_LIST_MAX + 1 }, () => bulky(1)));
    expect(parts.map(({ length }) => length)).toEqual([ITEMS_PER_LIST_MAX, ITEMS_PER_LIST_MAX, 1]);
  });

  it("[F13] batches of statuses keep to the bound of the welcome", () => {
    const status: Status = {
      seq: 1,
      actionId: "act_1" as ActionId,
      state: "running",
      at: 1 as EpochMs,
      detail: { evidence: { rung: "task" } },
    };
    const batches = splitStatuses([status, status, status], 2);
    expect(batches.map(({ length }) => length)).toEqual([2, 1]);
  });
});
