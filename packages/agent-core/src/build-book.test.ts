import { type ActionId, actionId, type EndpointId, endpointId, epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { bookWithNew, buildBook } from "./build-book.ts";
import { type LedgerEntry, slotOf } from "./entry.ts";
import type { Page } from "./ledger-pages.ts";

const ENDPOINT: EndpointId = endpointId("h1");

function entry(id: string, facts: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    order: {
      actionId: actionId(id),
      endpointId: ENDPOINT,
      spec: { kind: "onDemandScan" },
      deadline: epochMs(9_000),
    },
    state: "delivered",
    admittedAt: epochMs(1_000),
    changedAt: epochMs(1_000),
    evidence: { rung: "none" },
    sends: 0,
    inDoubt: false,
    promoted: false,
    slotFreed: false,
    ...facts,
  };
}

function page(open: readonly LedgerEntry[]): Page {
  const settled = entry("settled", { state: "succeeded" });
  return {
    endpointId: ENDPOINT,
    open: new Map(open.map((one) => [one.order.actionId, one])),
    openSlots: new Map<ActionId, never>(),
    settled: new Map([["settled", slotOf(settled) as NonNullable<ReturnType<typeof slotOf>>]]),
    settledEntries: undefined,
    occupancy: {
      endpointId: ENDPOINT,
      measuredAt: epochMs(500),
      foreign: [{ taskId: "7", kind: "isolateHost", createdAt: epochMs(100), finished: true }],
    },
    book: undefined,
    counted: { all: 0, IOC: 0, IRP: 0 },
  };
}

test("[L2] the book that a new entry is put into is the one that is built of all of them", () => {
  const first = entry("first");
  const added = entry("added");
  const before = page([first]);
  expect(bookWithNew(before, buildBook(before), added)).toEqual(buildBook(page([first, added])));
});

test("[L4] one that waits for a slot has the book built anew, with it among the waiting", () => {
  const waiting = entry("waiting", { state: "deferred" });
  const before = page([]);
  expect(bookWithNew(before, buildBook(before), waiting)).toBeUndefined();
  expect(buildBook(page([waiting])).waiting).toHaveLength(1);
});
