import {
  createActionDesk,
  createApplyStatuses,
  createLeaseDesk,
  createLeaseWatch,
  type ReleaseVerdict,
  type SiteRef,
} from "@cordon/coordinator-core";
import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, addMs, type EpochMs, type Logger, silentLogger } from "@cordon/core/kernel";
import { createFakeClock, createSeededRandom, eventually } from "@cordon/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { addActions, NO_CHAINS, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

const ISOLATION = { spec: { kind: "isolateHost", durationSeconds: 3_600 }, actionClass: "contain" } as const;
const MIN = 60_000;
const HOUR = 60 * MIN;
let world: RecordWorld;
let leases: RecordWorld["leases"];

beforeAll(async () => {
  world = await openRecordWorld();
  leases = world.leases;
});
afterAll(() => world.close());

/** A site with one isolation that took effect just now, and a coordinator that follows it. */
async function anIsolation(names: readonly string[] = ["a"]) {
  const clock = createFakeClock(NOW);
  const settled = await world.settle();
  const actions = await addActions(world, settled.site, names, ISOLATION);
  const ids = actions.map(({ actionId }) => actionId);
  const [id] = ids as [ActionId];
  const apply = createApplyStatuses({ store: world.actions, chains: NO_CHAINS, clock, logger: silentLogger });
  await apply(settled.session, [
    { seq: 1, actionId: id, state: "succeeded", at: clock.now(), detail: { evidence: { rung: "event" } } },
  ]);
  const alarms: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (name, fields) => {
      if (fields?.tenantId === settled.tenant) alarms.push(`${name} ${String(fields.reason)}`);
    },
  };
  const asked: ActionId[] = [];
  let link: { release(actionId: ActionId): Promise<ReleaseVerdict> } | undefined;
  const linkOf = (site: SiteRef) => (site.siteId === settled.site.siteId ? link : undefined);
  const watch = createLeaseWatch({ store: leases, linkOf, clock, logger });
  const desk = createActionDesk({
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    inventory: world.inventory,
    queue: createMemoryQueueServer().open(),
    linkOf: () => undefined,
    clock,
    random: createSeededRandom(1),
    logger: silentLogger,
  } as Parameters<typeof createActionDesk>[0]);
  return {
    ...settled,
    clock,
    id,
    ids,
    watch,
    alarms,
    asked,
    /** The site is connected and answers so. */
    answering(verdict: ReleaseVerdict) {
      link = {
        async release(actionId) {
          asked.push(actionId);
          await watch.answered(settled.site, actionId, verdict);
          return verdict;
        },
      };
    },
    offline() {
      link = undefined;
    },
    desk: createLeaseDesk({ leases, actions: world.actions, cancel: desk.cancel, linkOf, clock, logger: silentLogger }),
    view: (patch: Partial<LeaseView> = {}): LeaseView => ({
      actionId: id,
      endpointId: actions[0]?.endpointId as LeaseView["endpointId"],
      state: "holding",
      wantedUntil: addMs(NOW, HOUR),
      agentEndsAt: addMs(NOW, HOUR),
      endpointEndsAt: addMs(NOW, HOUR),
      renewals: 0,
      renewalsMax: 24,
      heard: "unknown",
      ...patch,
    }),
  };
}

const RELEASED: ReleaseVerdict = { outcome: "released", endpointEndsAt: addMs(NOW, HOUR), steps: "Unblock it." };

describe("what a site tells of its isolations", () => {
  it("[S6] stands beside the coordinator's own end", async () => {
    const { tenant, session, watch, view, id } = await anIsolation();
    expect(await watch.reported(session, [view()])).toBe("stored");
    expect(await leases.getLease(tenant, id)).toMatchObject({
      state: "holding",
      coordinatorEndsAt: NOW + HOUR,
      agentEndsAt: NOW + HOUR,
      endpointEndsAt: NOW + HOUR,
      since: NOW,
      reportedAt: NOW,
      endpointName: "WS-1",
    });
    expect(await leases.getLease(tenant, id)).not.toHaveProperty("mismatch");
  });

  it("[S6] raises an alarm once when the ends are apart, and withdraws it when they agree again", async () => {
    const { tenant, session, watch, view, id, alarms, clock } = await anIsolation();
    const apart = view({ endpointEndsAt: addMs(NOW, 2 * HOUR) });
    await watch.reported(session, [apart]);
    await watch.reported(session, [{ ...apart, heard: "yes" }]);
    expect(alarms).toEqual([expect.stringContaining("lease.mismatch The agent's timer ends at")]);
    expect(await leases.listLeases(tenant, { mismatch: true, limit: 10 })).toMatchObject([
      { actionId: id, mismatchSince: NOW },
    ]);
    await clock.advance(MIN);
    await watch.reported(session, [view()]);
    expect(await leases.listLeases(tenant, { mismatch: true, limit: 10 })).toEqual([]);
    expect(await leases.listLeases(tenant, { mismatch: false, limit: 10 })).toMatchObject([{ reportedAt: NOW + MIN }]);
  });

  it("[S6] silence over an end is an alarm, raised without the site", async () => {
    const { tenant, session, watch, view, id, alarms, clock } = await anIsolation();
    await watch.reported(session, [view()]);
    await clock.advance(HOUR + 4 * MIN);
    watch.start();
    await clock.advance(10_000);
    expect(alarms).toEqual([]);
    // A look may be under way while time moves: the one after it needs time to move once more.
    await eventually(() => clock.advance(MIN).then(() => alarms.length > 0), { what: "the alarm" });
    await watch.stop();
    expect(alarms).toEqual([expect.stringContaining("the site has told of neither since")]);
    expect(await leases.getLease(tenant, id)).toMatchObject({
      mismatch: expect.stringContaining("See whether the site is connected"),
    });
  });

  it("counts only from the site's newest session, and only for isolations of that site", async () => {
    const { tenant, session, watch, view, id } = await anIsolation();
    expect(await watch.reported({ ...session, epoch: session.epoch - 1 }, [view()])).toBe("fenced");
    expect(await leases.getLease(tenant, id)).toBeUndefined();
    const other = await anIsolation();
    await other.watch.reported(other.session, [view()]);
    expect(await leases.getLease(tenant, id)).toBeUndefined();
    expect(await leases.listLeases(other.tenant, { limit: 10 })).toEqual([]);
  });

  it("is listed in pages, newest first, and by state", async () => {
    const { tenant, session, watch, view, ids, clock } = await anIsolation(["a", "b", "c"]);
    for (const [index, actionId] of ids.entries()) {
      await watch.reported(session, [view({ actionId, state: index === 1 ? "over" : "holding" })]);
      await clock.advance(1_000);
    }
    const first = await leases.listLeases(tenant, { limit: 2 });
    expect(first.map(({ actionId }) => actionId)).toEqual([ids[2], ids[1]]);
    const last = first.at(-1) as { since: EpochMs; actionId: ActionId };
    const rest = await leases.listLeases(tenant, { limit: 2, after: { since: last.since, actionId: last.actionId } });
    expect(rest.map(({ actionId }) => actionId)).toEqual([ids[0]]);
    expect((await leases.listLeases(tenant, { states: ["over"], limit: 9 })).map(({ actionId }) => actionId)).toEqual([
      ids[1],
    ]);
  });
});

describe("a release", () => {
  it("[S4] of a connected site is answered with the steps, and who asked stands in the timeline", async () => {
    const { tenant, session, watch, view, id, desk, answering } = await anIsolation();
    await watch.reported(session, [view()]);
    answering(RELEASED);
    expect(await desk.release(tenant, id, "mia", "false alarm")).toEqual({ kind: "answered", ...RELEASED });
    expect((await leases.getLease(tenant, id))?.release).toMatchObject({
      askedBy: "mia",
      reason: "false alarm",
      ...RELEASED,
      answeredAt: NOW,
    });
    const timeline = await world.actions.getTimeline(tenant, id);
    expect(timeline?.at(-1)).toMatchObject({
      source: "api",
      actor: "mia",
      outcome: "unchanged",
      detail: { code: "lease.released" },
    });
  });

  it("[S4] of an offline site is stored, and brought to it when it is back", async () => {
    const { tenant, id, desk, watch, site, asked, answering } = await anIsolation();
    expect(await desk.release(tenant, id, "mia", "false alarm")).toEqual({ kind: "stored" });
    answering(RELEASED);
    watch.connected(site);
    await eventually(async () => (await leases.getRelease(tenant, id))?.outcome === "released", { what: "the answer" });
    expect(asked).toEqual([id]);
    expect((await leases.listUnanswered(100)).filter(({ tenantId }) => tenantId === tenant)).toEqual([]);
  });

  it("[S4] that a session with another ledger may not know is asked for again on the next session", async () => {
    const { tenant, id, desk, watch, site, session, view, asked, answering } = await anIsolation();
    await watch.reported(session, [view()]);
    answering(RELEASED);
    await desk.release(tenant, id, "mia", "false alarm");
    watch.connected(site);
    const unanswered = async () =>
      (await leases.listUnanswered(100)).filter(({ tenantId }) => tenantId === tenant).length;
    await eventually(async () => asked.length === 2 && (await unanswered()) === 0, { what: "the second answer" });
    await watch.reported(session, [view({ state: "over" })]);
    await leases.reopenReleases(site);
    expect(await unanswered()).toBe(0);
  });

  it("[S4] is no answer as long as a site does not know an order that is on its way to it", async () => {
    const { tenant, ids, desk, watch, answering, site } = await anIsolation(["a", "b"]);
    const id = ids[1] as ActionId;
    await world.actions.move(tenant, [{ actionId: id, state: "delivered", at: NOW, source: "dispatch" }], NOW);
    answering({ outcome: "not_found", steps: "" });
    await desk.release(tenant, id, "mia", "false alarm");
    const unanswered = async () =>
      (await leases.listUnanswered(100)).filter(({ tenantId }) => tenantId === tenant).map(({ actionId }) => actionId);
    expect(await unanswered()).toEqual([id]);
    await watch.answered(site, id, RELEASED);
    expect(await unanswered()).toEqual([]);
  });

  it("of an isolation that has not left for its site calls it off", async () => {
    const { tenant, ids, desk, asked } = await anIsolation(["a", "b"]);
    const id = ids[1] as ActionId;
    expect(await desk.release(tenant, id, "mia", "false alarm")).toMatchObject({
      kind: "answered",
      outcome: "released",
    });
    expect(await world.actions.getAction(tenant, id)).toMatchObject({ state: "cancelled" });
    expect(asked).toEqual([]);
  });

  it("[S6] that was asked for at the site is recorded with who and why, and its early end is no alarm", async () => {
    const { tenant, session, watch, view, id, alarms, site, clock } = await anIsolation();
    await watch.reported(session, [view()]);
    await clock.advance(MIN);
    const released = { at: clock.now(), by: "ada", reason: "host is clean" };
    await watch.reported(session, [view({ state: "ending", wantedUntil: clock.now(), released })]);
    await watch.reported(session, [view({ state: "over", wantedUntil: clock.now(), released })]);
    expect(alarms).toEqual([]);
    expect(await leases.getLease(tenant, id)).toMatchObject({
      release: {
        askedAt: clock.now(),
        askedBy: `${site.siteId}: ada`,
        reason: "host is clean",
        outcome: "released",
        endpointEndsAt: NOW + HOUR,
      },
    });
    await watch.reported(session, [view({ state: "over", released: { ...released, by: "bob" } })]);
    expect((await leases.getLease(tenant, id))?.release?.askedBy).toBe(`${site.siteId}: ada`);
  });

  it("[S10] of another tenant's isolation is not found, and only isolations can be released", async () => {
    const { id } = await anIsolation();
    const stranger = await anIsolation();
    expect(await stranger.desk.release(stranger.tenant, id, "eve", "x")).toMatchObject({ kind: "not_found" });
    expect(await leases.getLease(stranger.tenant, id)).toBeUndefined();
    const [scan] = await addActions(world, stranger.site, ["scan"]);
    expect(await stranger.desk.release(stranger.tenant, scan?.actionId as ActionId, "eve", "x")).toMatchObject({
      kind: "not_an_isolation",
    });
  });
});
