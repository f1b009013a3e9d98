import type { EndpointId } from "@cordon/core/kernel";
import type { Slot } from "@cordon/core/ledger";
import { createFakeClock } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type LedgerStore, type Occupancy } from "../src/index.ts";
import { createLedgerPages } from "../src/ledger-pages.ts";

const HOSTS = 50;
const LIMIT = { limit: 1_000, lifespanMs: 86_400_000, foreignAssumed: 0 };
const POLICY = { ...DEFAULT_SETTINGS.ledger, server: LIMIT, groups: { IRP: LIMIT } };

const hostId = (index: number) => `host-${index}` as EndpointId;
const slotOn = (endpointId: EndpointId): Slot => ({
  key: `file on ${endpointId}`,
  origin: "ours",
  kind: "getFile",
  actionClass: "collect",
  stage: "present",
  finished: true,
  heldAt: 0 as Slot["heldAt"],
});

/** A store in which every even host has a slot, and every host that was looked at a task of someone else. */
function pagesOf(pagesMax: number) {
  const occupancy = new Map<EndpointId, Occupancy>();
  const even = Array.from({ length: HOSTS / 2 }, (_, index) => hostId(2 * index));
  const reads: EndpointId[] = [];
  const store: Partial<LedgerStore> = {
    endpointsInUse: () => even,
    slotsOf(endpointId) {
      reads.push(endpointId);
      return even.includes(endpointId) ? [slotOn(endpointId)] : [];
    },
    occupancyOf: (endpointId) => occupancy.get(endpointId),
  };
  const pages = createLedgerPages({
    store: store as LedgerStore,
    policy: POLICY,
    pagesMax,
    clock: createFakeClock(),
    open: new Map(),
    uncommitted: new Map(),
    isNeeded: () => false,
  });
  const look = (endpointId: EndpointId) => {
    const task = { taskId: `task on ${endpointId}`, kind: "iocScan", createdAt: 0, finished: false } as const;
    const seen = { endpointId, measuredAt: 1, foreign: [task] } as unknown as Occupancy;
    pages.occupy(seen);
    occupancy.set(endpointId, seen);
  };
  return { pages, reads, look };
}

describe.each([3, 1_000])("[P7][P8] a limit that endpoints share, with %i pages in memory", (pagesMax) => {
  it("counts every slot of the server, whichever pages are there", () => {
    const { pages, look } = pagesOf(pagesMax);
    expect(pages.shared()?.serverCounts).toEqual({ all: 25, IOC: 0, IRP: 25 });
    for (let index = 0; index < HOSTS; index++) look(hostId(index));
    for (let index = HOSTS - 1; index >= 0; index -= 7) pages.page(hostId(index));
    const shared = pages.shared();
    expect(shared?.serverCounts).toEqual({ all: 75, IOC: 50, IRP: 25 });
    const keys = [...(shared?.serverSlots ?? [])].map(({ key }) => key);
    expect(new Set(keys).size).toBe(75);
    expect(keys).toHaveLength(75);
    // Each limit goes through them for itself.
    expect([...(shared?.serverSlots ?? [])]).toHaveLength(75);
  });
});

it("[P7] pages are bounded where a limit is shared, too: the slots of those that gave way are read again only when they matter", () => {
  const { pages, reads } = pagesOf(3);
  pages.page(hostId(0));
  const before = reads.length;
  pages.shared();
  expect(reads).toHaveLength(before);
  const read = [...(pages.shared()?.serverSlots ?? [])].length;
  expect(read).toBe(25);
  expect(reads.length - before).toBe(25 - 3);
});
