import type { Endpoint } from "@cordon/core/endpoint";
import { type EndpointId, epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { diffInventory } from "./inventory-diff.ts";

const host = (id: string, patch: Partial<Endpoint> = {}): Endpoint => ({
  endpointId: id as EndpointId,
  displayName: id,
  addresses: ["10.0.0.1"],
  statusMask: 12,
  lastSeenAt: epochMs(7_200_000),
  ...patch,
});

describe("inventory changes", () => {
  const { state } = diffInventory(new Map(), [host("a"), host("b")]);

  it("an endpoint that is new, changed or gone is a change; one that is the same is none", () => {
    const change = diffInventory(state, [host("a"), host("b", { addresses: ["10.0.0.2"] }), host("c")]);
    expect(change.upserted.map(({ endpointId }) => endpointId)).toEqual(["b", "c"]);
    expect(change.removed).toEqual([]);
    expect(diffInventory(state, [host("a")]).removed).toEqual(["b"]);
  });

  it("being seen again within the hour is no news, being seen after it is", () => {
    expect(diffInventory(state, [host("a", { lastSeenAt: epochMs(7_300_000) }), host("b")]).upserted).toEqual([]);
    expect(diffInventory(state, [host("a", { lastSeenAt: epochMs(10_900_000) }), host("b")]).upserted).toHaveLength(1);
  });
});
