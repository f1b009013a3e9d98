import type { Brake } from "@cordon/core/guards";
import type { Clock } from "@cordon/core/kernel";
import { NO_FACTS } from "@cordon/core/rules";
import { describe, expect, it } from "vitest";
import {
  ACME,
  anEndpoint,
  anEstate,
  aSet,
  at,
  DAY_MS,
  eventsStore,
  HOUR_MS,
  isolating,
  received,
  START,
} from "../../test/replay-world.ts";
import type { ReceivedEvent } from "../ports/replay-store.ts";
import type { ActiveRuleSet } from "../rules/rules-in-use.ts";
import { REPLAY_PAGE_EVENTS, type ReplayInput, replayRange } from "./replay-range.ts";

const clock: Pick<Clock, "sleep"> = { sleep: (_ms, signal) => Promise.resolve(signal?.throwIfAborted()) };

function play(
  events: readonly ReceivedEvent[],
  sets: { readonly active?: ActiveRuleSet; readonly draft: ActiveRuleSet },
  patch: Partial<ReplayInput> = {},
  signal = new AbortController().signal,
) {
  const input = {
    tenantId: ACME,
    from: START,
    to: at(30 * DAY_MS),
    estate: anEstate(10),
    lists: NO_FACTS.lists,
    ...sets,
    ...patch,
  };
  return replayRange(input, { store: eventsStore(events), clock, signal, onProgress: () => {} });
}

const BRAKE = { scope: { tenantId: ACME }, reason: "test", setBy: "ada", setAt: START };

describe("a replay", () => {
  it("gives the same bytes twice, over pages and moments that pages part", async () => {
    const events = Array.from({ length: 3 * REPLAY_PAGE_EVENTS }, (_, index) =>
      received(index, Math.floor(index / 7) * 1_000, index % 3 === 0 ? "alarm" : "noise", index % 10),
    );
    const active = aSet(1, [isolating("a", "alarm", { limits: { coolDownMs: 60_000 } })]);
    const draft = aSet(2, [isolating("a", "alarm"), isolating("b", "noise", { mode: "observe" })]);
    const first = await play(events, { active, draft });
    expect(first.events).toBe(events.length);
    expect(JSON.stringify(await play(events, { active, draft }))).toBe(JSON.stringify(first));
    expect(first.draft.decisions.act).toBe(events.length / 3);
    expect(first.active?.decisions.suppress).toBeGreaterThan(0);
  });

  it("names actions that come, go and change, with whom they newly touch", async () => {
    const events = [received(1, 0, "alarm", 1), received(2, 1_000, "other", 2), received(3, 2_000, "third", 3)];
    const active = aSet(1, [isolating("a", "alarm"), isolating("gone", "third")]);
    const longer = { actions: [{ kind: "isolateHost", arguments: { durationSeconds: 7_200 } }] } as const;
    const draft = aSet(2, [isolating("a", "alarm", longer), isolating("new", "other", { mode: "hold" })]);
    const { diff, draft: done } = await play(events, { active, draft });
    expect(diff.added).toMatchObject({
      total: 1,
      examples: [{ name: "WS-2", after: { ruleId: "new", state: "held" } }],
    });
    expect(diff.removed).toMatchObject({ total: 1, byRule: [{ ruleId: "gone", kind: "isolateHost", actions: 1 }] });
    expect(diff.changed.examples).toMatchObject([
      {
        name: "WS-1",
        before: { arguments: { durationSeconds: 3_600 } },
        after: { arguments: { durationSeconds: 7_200 } },
      },
    ]);
    expect(diff.newlyTouched).toMatchObject({ total: 1, endpoints: [{ name: "WS-2", actions: 1 }] });
    expect(diff.noLongerTouched.total).toBe(1);
    expect(done.approvals).toEqual({ total: 1, perHourMax: 1, busiestHour: START });
  });

  it("is silent where both sets do the same, whatever rule asks for it", async () => {
    const events = [received(1, 0, "alarm", 1)];
    const { diff } = await play(events, {
      active: aSet(1, [isolating("a", "alarm")]),
      draft: aSet(2, [isolating("b", "alarm")]),
    });
    expect([diff.added.total, diff.removed.total, diff.changed.total]).toEqual([0, 0, 0]);
  });

  it("[S3] trips a limit when the events would have, and holds from then on", async () => {
    const events = Array.from({ length: 6 }, (_, index) => received(index, index * 60_000, "alarm", index));
    const limited = isolating("a", "alarm", { limits: { maxActions: { count: 3, windowMs: HOUR_MS } } });
    const { draft } = await play(events, { draft: aSet(2, [limited]) });
    expect(draft.decisions).toMatchObject({ act: 3, hold: 3 });
    expect(draft.trips).toMatchObject([{ ruleId: "a", at: at(3 * 60_000) }]);
    const apart = events.map((_event, index) => received(index, index * HOUR_MS, "alarm", index));
    expect((await play(apart, { draft: aSet(2, [limited]) })).draft.decisions).toMatchObject({ act: 6, hold: 0 });
  });

  it("[S3] a brake of today counts over rules and batches, for the site and the tenant", async () => {
    const brakes: Brake[] = [
      {
        ...BRAKE,
        brakeId: "brk-1",
        type: "blastRadius",
        per: "tenant",
        windowMs: HOUR_MS,
        bounds: { endpointsMax: 2 },
      },
    ];
    const events = [
      received(1, 0, "one", 1),
      received(2, 1_000, "two", 2),
      received(3, 2_000, "one", 1),
      received(4, 3_000, "two", 3),
    ];
    const draft = aSet(2, [isolating("a", "one"), isolating("b", "two")]);
    const report = await play(events, { draft }, { estate: anEstate(10, { brakes }) });
    expect(report.draft.trips).toMatchObject([{ ruleId: "b", at: at(3_000) }]);
    expect(report.draft.decisions).toMatchObject({ act: 3, hold: 1 });
  });

  it("[S2] counts never-touch hits, and tells those that only the draft brings", async () => {
    const brakes: Brake[] = [{ ...BRAKE, brakeId: "brk-1", type: "neverTouch", who: [{ by: "tag", tag: "crown" }] }];
    const endpoints = [anEndpoint(1, { tags: ["crown"] }), anEndpoint(2)];
    const events = [received(1, 0, "alarm", 1), received(2, 1, "alarm", 2)];
    const report = await play(
      events,
      { active: aSet(1, [isolating("x", "nothing")]), draft: aSet(2, [isolating("a", "alarm")]) },
      {
        estate: anEstate(0, { endpoints, brakes }),
      },
    );
    expect(report.draft.neverTouchHits).toBe(1);
    expect(report.diff.neverTouch).toMatchObject({ total: 1, endpoints: [{ name: "WS-1" }] });
  });

  it("keeps what has to stay up while an isolation holds, and not after it", async () => {
    const brakes: Brake[] = [
      { ...BRAKE, brakeId: "brk-1", type: "redundancy", group: { by: "role", role: "dc" }, bounds: { upMin: 1 } },
    ];
    const endpoints = [anEndpoint(1, { roles: ["dc"] }), anEndpoint(2, { roles: ["dc"] })];
    const events = [received(1, 0, "alarm", 1), received(2, 1_000, "alarm", 2), received(3, 2 * HOUR_MS, "alarm", 2)];
    const report = await play(
      events,
      { draft: aSet(2, [isolating("a", "alarm")]) },
      { estate: anEstate(0, { endpoints, brakes }) },
    );
    expect(report.draft.decisions).toMatchObject({ act: 2, suppress: 1 });
  });

  it("[R19] counts in a window by the time of the events, and forgets what is older", async () => {
    const when = {
      count: {
        of: { field: "Name", op: "=", value: "fail" },
        windowMs: 60_000,
        by: ["DestinationHostName"],
        atLeast: 3,
      },
    } as const;
    const events = [0, 20_000, 40_000, 300_000, 310_000].map((ms, index) => received(index, ms, "fail", 1));
    const { draft } = await play(events, { draft: aSet(2, [isolating("c", "", { when })]) });
    expect(draft.decisions.act).toBe(1);
  });

  it("gives cool-downs the past before the range, which itself is not counted", async () => {
    const rule = isolating("a", "alarm", { limits: { coolDownMs: 2 * HOUR_MS } });
    const events = [received(1, 0, "alarm", 1), received(2, HOUR_MS, "alarm", 1)];
    const report = await play(events, { draft: aSet(2, [rule]) }, { from: at(HOUR_MS) });
    expect(report).toMatchObject({
      events: 1,
      warmedUpFrom: at(-HOUR_MS),
      draft: { decisions: { act: 0, suppress: 1 } },
    });
  });

  it("[L3] foretells endpoints whose places for tasks would not have been enough", async () => {
    const endpoints = [anEndpoint(1, { slots: { limit: 100, foreignUsed: 63 } })];
    const scans = { actions: [{ kind: "onDemandScan", arguments: {} }] } as const;
    const events = Array.from({ length: 5 }, (_, index) => received(index, index * DAY_MS, "alarm", 1));
    const { draft } = await play(
      events,
      { draft: aSet(2, [isolating("a", "alarm", scans)]) },
      { estate: anEstate(0, { endpoints }) },
    );
    expect(draft.slots).toMatchObject({
      waiting: 3,
      endpoints: [{ name: "WS-1", usedMax: 65, perDayMax: 1, waiting: 3 }],
    });
  });

  it("ends within a page when it is cancelled", async () => {
    const abort = new AbortController();
    const events = Array.from({ length: 3 * REPLAY_PAGE_EVENTS }, (_, index) => received(index, index, "noise", 1));
    const store = eventsStore(events);
    const reason = new Error("cancelled");
    let pages = 0;
    const replay = replayRange(
      {
        tenantId: ACME,
        from: START,
        to: at(DAY_MS),
        estate: anEstate(1),
        lists: NO_FACTS.lists,
        draft: aSet(2, [isolating("a", "alarm")]),
      },
      {
        store,
        clock,
        signal: abort.signal,
        onProgress: () => {
          pages++;
          abort.abort(reason);
        },
      },
    );
    await expect(replay).rejects.toBe(reason);
    expect(pages).toBe(1);
  });
});
