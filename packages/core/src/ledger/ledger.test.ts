import { describe, expect, it } from "vitest";
import { type ActionKind, classOf } from "../action/index.ts";
import { type ActionId, type EndpointId, type EpochMs, epochMs } from "../kernel/index.ts";
import { admit, promote } from "./admit.ts";
import { type EndpointBook, emptyBook, type Slot } from "./book.ts";
import { budgetOf } from "./budget.ts";
import { type PlaceView, place } from "./place.ts";
import { checkLedgerPolicy, type LedgerPolicy, DEFAULT_LEDGER_POLICY as POLICY } from "./policy.ts";

const NOW = epochMs(1_800_000_000_000);
const HOST = "host-1" as EndpointId;
const DAY_MS = 86_400_000;

function ours(kind: ActionKind, count: number, patch: Partial<Slot> = {}): Slot[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${kind}-${index}`,
    origin: "ours",
    kind,
    actionClass: classOf(kind),
    stage: "present",
    finished: false,
    heldAt: epochMs(NOW - 1_000_000 + index),
    ...patch,
  }));
}

function foreign(count: number, patch: Partial<Slot> = {}): Slot[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `t${index}`,
    origin: "foreign",
    kind: undefined,
    actionClass: undefined,
    stage: "present",
    finished: false,
    heldAt: NOW,
    createdAt: epochMs(NOW - DAY_MS + index),
    ...patch,
  }));
}

function bookOf(slots: readonly Slot[], patch: Partial<EndpointBook> = {}): EndpointBook {
  return { ...emptyBook(HOST), measuredAt: NOW, slots, ...patch };
}

const request = (kind: ActionKind, heldAt: EpochMs = NOW) => ({ key: "new", actionClass: classOf(kind), heldAt });
const placed = (kind: ActionKind, book: EndpointBook, view: Partial<PlaceView> = {}, policy = POLICY) =>
  place({ book, ...view }, request(kind), NOW, policy);

function offer(kind: "onDemandScan" | "isolateHost", book: EndpointBook, deadline = NOW + 1_000) {
  const spec = kind === "isolateHost" ? { kind, durationSeconds: 3_600 } : { kind };
  const order = { actionId: "new" as ActionId, endpointId: HOST, spec, deadline: epochMs(deadline) };
  return admit({ book, order, known: undefined }, NOW, POLICY);
}

describe("placing", () => {
  it.each([
    ["onDemandScan", 65],
    ["getFile", 65],
    ["quarantineFile", 75],
    ["isolateHost", 98],
  ] as const)("[L3][P1] %s fills at most %i of 100 slots while tasks that must not be lost are there", (kind, cap) => {
    expect(placed(kind, bookOf(foreign(cap - 1))).kind).toBe("room");
    expect(placed(kind, bookOf(foreign(cap))).kind).toBe("full");
  });

  it("[L2][C1] held, in-flight, present and foreign slots all count, finished ones too", () => {
    const mixed = [
      ...ours("getFile", 20, { stage: "held" }),
      ...ours("iocScan", 20, { stage: "in_flight" }),
      ...ours("onDemandScan", 20, { finished: true }),
      ...foreign(5),
    ];
    expect(placed("onDemandScan", bookOf(mixed)).kind).toBe("full");
    expect(placed("onDemandScan", bookOf(mixed.slice(1))).kind).toBe("room");
  });

  it("[D7][C3] unsent orders of a lower class never stand in the way of a higher one", () => {
    const scans = ours("onDemandScan", 65, { stage: "held" });
    expect(placed("quarantineFile", bookOf([...scans, ...foreign(74)])).kind).toBe("room");
  });

  it("[C3] of two unsent orders of one class the older goes first", () => {
    const slots = [...foreign(64), ...ours("getFile", 1, { key: "other", stage: "held", heldAt: NOW })];
    const view = { book: bookOf(slots) };
    const older = { key: "new", actionClass: "collect", heldAt: epochMs(NOW - 1) } as const;
    expect(place(view, older, NOW, POLICY).kind).toBe("room");
    expect(place(view, { ...older, heldAt: epochMs(NOW + 1) }, NOW, POLICY).kind).toBe("full");
  });

  it("[L1][P3] at the limit contain goes on only when every task there can be spared", () => {
    const finished = ours("onDemandScan", 100, { finished: true });
    expect(placed("isolateHost", bookOf(finished)).kind).toBe("room");
    expect(placed("isolateHost", bookOf(ours("onDemandScan", 100))).kind).toBe("room");
    const precious: [string, Slot[]][] = [
      ["an unfinished isolation", ours("isolateHost", 1)],
      ["an unfinished termination in flight", ours("terminateProcess", 1, { stage: "in_flight" })],
      ["an isolation that still holds", ours("isolateHost", 1, { finished: true, effectUntil: NOW + 1 })],
      ["a prevention", ours("preventExecution", 1, { finished: true, effectUntil: Number.POSITIVE_INFINITY })],
      ["a task of someone else that nobody can judge", foreign(1)],
    ];
    for (const [what, slots] of precious) {
      expect(placed("isolateHost", bookOf([...finished.slice(1), ...slots])).kind, what).toBe("full");
    }
    const over = ours("isolateHost", 1, { finished: true, effectUntil: NOW });
    expect(placed("isolateHost", bookOf([...finished.slice(1), ...over])).kind).toBe("room");
  });

  it("[L1][P3] at the limit contain waits for a task that is still to come, of whatever class: it could rotate the newer one out", () => {
    const finished = ours("onDemandScan", 100, { finished: true });
    const late = ours("iocScan", 1, { stage: "in_flight" });
    const full = placed("isolateHost", bookOf([...finished.slice(1), ...late]));
    expect(full).toMatchObject({ kind: "full", reason: expect.stringContaining("iocScan-0") });
    expect(placed("isolateHost", bookOf([...finished.slice(1), ...ours("iocScan", 1)])).kind).toBe("room");
    // With room below the cap it is counted, and nothing is rotated when it comes.
    expect(placed("isolateHost", bookOf([...finished.slice(4), ...late])).kind).toBe("room");
  });

  it("[L1] the reason names the task that could be lost", () => {
    const slots = [...ours("onDemandScan", 99, { finished: true }), ...ours("isolateHost", 1)];
    expect(placed("terminateProcess", bookOf(slots))).toMatchObject({
      reason: expect.stringContaining("isolateHost-0"),
    });
  });

  it("[L2][P5] an endpoint never seen, or seen too long ago, must be looked at first, whatever the class", () => {
    for (const kind of ["onDemandScan", "isolateHost"] as const) {
      expect(placed(kind, emptyBook(HOST)).kind).toBe("look_first");
      const stale = bookOf([], { measuredAt: epochMs(NOW - POLICY.occupancyMaxAgeMs - 1) });
      expect(placed(kind, stale).kind).toBe("look_first");
    }
  });

  it("[L8][P6] when the look fails contain still goes out, unless something of ours could be lost; scans wait", () => {
    const blind = { lookFailed: true };
    expect(placed("isolateHost", emptyBook(HOST), blind).kind).toBe("room");
    expect(placed("quarantineFile", emptyBook(HOST), blind).kind).toBe("full");
    const withOurs = { ...emptyBook(HOST), slots: ours("isolateHost", 1) };
    expect(placed("terminateProcess", withOurs, blind).kind).toBe("full");
    const reserveUsed = { ...emptyBook(HOST), slots: ours("getFile", 25, { finished: true }) };
    expect(placed("isolateHost", reserveUsed, blind).kind).toBe("full");
  });

  it("[L8][P6][P7][P8] sent blind, contain may lose nothing on the other endpoints either, where a limit counts them too", () => {
    const blind = { lookFailed: true };
    const shared = { ...POLICY.endpoint, foreignAssumed: 10 };
    const perServer = { ...POLICY, server: shared };
    const perGroup = { ...POLICY, groups: { IRP: shared } };
    const blindPlace = (policy: LedgerPolicy, serverSlots: readonly Slot[]) =>
      place(
        { ...blind, book: emptyBook(HOST), serverSlots },
        { ...request("isolateHost"), kind: "isolateHost" },
        NOW,
        policy,
      );
    const elsewhere = ours("isolateHost", 1, { finished: true, effectUntil: NOW + 1 });
    for (const policy of [perServer, perGroup]) {
      expect(blindPlace(policy, elsewhere)).toMatchObject({
        kind: "full",
        reason: expect.stringContaining("isolateHost-0"),
      });
      expect(blindPlace(policy, ours("terminateProcess", 1, { stage: "in_flight" })).kind).toBe("full");
      // What can be spared may be lost, and is no sign that the reserve is used up.
      expect(blindPlace(policy, ours("getFile", 30, { finished: true })).kind).toBe("room");
      expect(blindPlace(policy, ours("isolateHost", 1, { stage: "held", heldAt: epochMs(NOW + 1) })).kind).toBe("room");
    }
    expect(blindPlace(perGroup, ours("iocScan", 1, { stage: "in_flight" })).kind).toBe("room");
    // Where each endpoint has its own limit the others do not matter.
    expect(blindPlace(POLICY, elsewhere).kind).toBe("room");
  });

  it("[P7] a limit per server counts the slots of all its endpoints and the assumed ones", () => {
    const policy = { ...POLICY, server: { ...POLICY.endpoint, foreignAssumed: 10 } };
    const book = bookOf([]);
    expect(placed("onDemandScan", book, { serverSlots: foreign(54) }, policy).kind).toBe("room");
    expect(placed("onDemandScan", book, { serverSlots: foreign(55) }, policy).kind).toBe("full");
    const spareable = ours("onDemandScan", 90, { finished: true });
    expect(placed("isolateHost", book, { serverSlots: spareable }, policy).kind).toBe("full");
  });

  it("[P8] with a limit per group of tasks, IoC scans of the whole server count against IOC, and only they", () => {
    const limits = { limit: 10, lifespanMs: 30 * DAY_MS, foreignAssumed: 1 };
    const policy = checkLedgerPolicy({ ...POLICY, groups: { IOC: limits } });
    const serverSlots = [...ours("iocScan", 7), ...ours("onDemandScan", 50)];
    const ask = (kind: ActionKind, slots: Slot[]) =>
      place({ book: bookOf([]), serverSlots: slots }, { ...request(kind), kind }, NOW, policy).kind;
    // No reserve is kept for classes that never come into the group; the margin and the assumed one are.
    expect(ask("iocScan", serverSlots.slice(1))).toBe("room");
    expect(ask("iocScan", serverSlots)).toBe("full");
    expect(ask("onDemandScan", serverSlots)).toBe("room");
    // A task that nobody can judge may be in any group.
    expect(ask("iocScan", [...serverSlots.slice(1), ...foreign(1)])).toBe("full");
  });

  it("[P8] while the server's counts show that a shared limit is far, its slots are not read", () => {
    const policy = { ...POLICY, server: { limit: 100, lifespanMs: 30 * DAY_MS, foreignAssumed: 0 } };
    const serverSlots: Iterable<Slot> = {
      [Symbol.iterator]: () => {
        throw new Error("the slots were read");
      },
    };
    const at = (all: number) => () =>
      placed("onDemandScan", bookOf([]), { serverSlots, serverCounts: { all, IOC: 0, IRP: all } }, policy).kind;
    expect(at(64)()).toBe("room");
    expect(at(65)).toThrow("the slots were read");
  });

  it("a policy that leaves scans no slot is refused", () => {
    expect(() => checkLedgerPolicy({ ...POLICY, containReserve: 90 })).toThrow("config.invalid");
  });
});

describe("admitting", () => {
  it("[D4][A1] a second offer of one action is a duplicate and tells the state of the first", () => {
    const order = {
      actionId: "a" as ActionId,
      endpointId: HOST,
      spec: { kind: "onDemandScan" },
      deadline: NOW,
    } as const;
    expect(admit({ book: emptyBook(HOST), order, known: "running" }, NOW, POLICY)).toEqual({
      kind: "duplicate",
      state: "running",
    });
  });

  it("[D6][A2] past its deadline an order is refused", () => {
    expect(offer("isolateHost", bookOf([]), NOW)).toMatchObject({ kind: "refused", code: "action.expired" });
  });

  it("[L8][A7] what may be at KSC already is taken whatever its deadline and its slots: first it is found out", () => {
    const order = {
      actionId: "a" as ActionId,
      endpointId: HOST,
      spec: { kind: "onDemandScan" },
      deadline: NOW,
    } as const;
    const input = { book: bookOf(foreign(100)), order, inDoubt: true } as const;
    expect(admit({ ...input, known: undefined }, NOW, POLICY)).toEqual({ kind: "accepted", placement: "held" });
    expect(admit({ ...input, known: "running" }, NOW, POLICY).kind).toBe("duplicate");
  });

  it("[L4][A3] without room it is deferred until enough tasks reach their lifespan, by KSC's clock", () => {
    const deferred = offer("onDemandScan", bookOf(foreign(66)));
    // 66 are there and 65 are allowed: the two oldest must go first.
    expect(deferred).toMatchObject({ placement: "deferred", earliest: NOW - DAY_MS + 1 + 30 * DAY_MS });
  });

  it("[L2] an order for an unknown endpoint is admitted and holds its slot; the look comes before the send", () => {
    expect(offer("onDemandScan", emptyBook(HOST))).toEqual({ kind: "accepted", placement: "held" });
  });

  it("[D7][A4] nobody overtakes those that wait already, and contain overtakes all scans", () => {
    const waiting = [{ key: "w", actionClass: "scan", heldAt: NOW } as const];
    expect(offer("onDemandScan", bookOf([], { waiting }))).toMatchObject({ placement: "deferred" });
    expect(offer("isolateHost", bookOf([], { waiting }))).toMatchObject({ placement: "held" });
  });

  it("[A5] what waits on one endpoint is bounded", () => {
    const waiting = Array.from({ length: 200 }, (_, i) => ({
      key: `w${i}`,
      actionClass: "scan" as const,
      heldAt: NOW,
    }));
    expect(offer("onDemandScan", bookOf(foreign(65), { waiting }))).toMatchObject({
      kind: "refused",
      code: "ledger.full",
    });
  });

  it("[A6] freed slots go to the most urgent first, and only as many as there are", () => {
    const waiting = [
      { key: "scan", actionClass: "scan", heldAt: epochMs(NOW - 9) },
      { key: "late", actionClass: "remediate", heldAt: NOW },
      { key: "early", actionClass: "remediate", heldAt: epochMs(NOW - 5) },
    ] as const;
    const keys = promote({ book: bookOf(foreign(73), { waiting }) }, NOW, POLICY).map(({ key }) => key);
    expect(keys).toEqual(["early", "late"]);
  });

  it("the budget tells ours, others' and what waits, and whether it is knowledge", () => {
    const book = bookOf([...foreign(3), ...ours("getFile", 2)], {
      waiting: [{ key: "w", actionClass: "scan", heldAt: NOW }],
    });
    expect(budgetOf(book, NOW, POLICY)).toMatchObject({ limit: 100, used: 5, foreign: 3, deferred: 1, known: true });
  });
});
