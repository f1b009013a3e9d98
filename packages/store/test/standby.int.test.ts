import { addMs, agentId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addSession, LEASE_MS, NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const standingOf = async ({ site }: Settled) => (await world.sessions.standings([site]))[0];
const quietOf = async (settled: Settled) => {
  const { epoch, beats } = (await standingOf(settled)) ?? { epoch: -1, beats: -1 };
  return { epoch, beats };
};

/** A site whose active agent keeps a lease beside a second one that waits. */
async function aPair() {
  const settled = await world.settle();
  const { site, session } = settled;
  const spare = await addSession(world, site, `spare-${session.agentId}`);
  // The first welcome binds it, the second hello proves it.
  await addSession(world, site, session.agentId);
  const active = await addSession(world, site, session.agentId);
  return { ...settled, active, spare, spareName: spare.agentId };
}

test("[L8] beside a living agent another one waits: it gets the site's epoch, no new one, and is listed", async () => {
  const { site, tenant, active, spare } = await aPair();
  expect(spare.start).toMatchObject({ role: "standby", reason: "unleased", actingLeaseMs: 0, redeliver: false });
  expect(await world.sessions.getSession(tenant, site.siteId)).toMatchObject({
    agentId: active.agentId,
    epoch: active.epoch,
    actingLeaseMs: LEASE_MS,
  });
  const again = await addSession(world, site, spare.agentId);
  expect(again.start).toMatchObject({ role: "standby", reason: "active_alive", epoch: active.epoch });
  expect(await world.sessions.listStandbys(tenant, site.siteId)).toMatchObject([
    { agentId: spare.agentId, connected: true, reason: "active_alive", standBy: false },
  ]);
});

test("[L8] the take-over is decided with the site locked: of two processes that saw the same silence one wins", async () => {
  const pair = await aPair();
  const third = await addSession(world, pair.site, `third-${pair.spareName}`);
  const quiet = await quietOf(pair);
  const answers = await Promise.all(
    [pair.spareName, third.agentId].map((name) => addSession(world, pair.site, name, { rules: { quiet } })),
  );
  expect(answers.map(({ role }) => role).sort()).toEqual(["active", "standby"]);
});

test("[L8] a beat of the active agent's gateway voids what another process saw before it", async () => {
  const pair = await aPair();
  const quiet = await quietOf(pair);
  expect(await world.sessions.touchSessions([pair.active], NOW)).toMatchObject([{ epoch: pair.active.epoch }]);
  expect((await addSession(world, pair.site, pair.spareName, { rules: { quiet } })).role).toBe("standby");
});

test("a session that is not its site's any more is missing in the answer to its beat", async () => {
  const pair = await aPair();
  const quiet = await quietOf(pair);
  const next = await addSession(world, pair.site, pair.spareName, { rules: { quiet } });
  expect(next.start).toMatchObject({ role: "active", redeliver: true, actingLeaseMs: LEASE_MS });
  expect(next.epoch).toBeGreaterThan(pair.active.epoch + 1);
  expect(await world.sessions.touchSessions([pair.active], NOW)).toEqual([]);
  expect((await addSession(world, pair.site, pair.active.agentId)).role).toBe("standby");
});

test("the lease is to be agreed when a second agent is enrolled, and ends with it", async () => {
  const settled = await world.settle();
  const { site, session } = settled;
  const beat = async (of: typeof session) => (await world.sessions.touchSessions([of], NOW))[0]?.leaseChanges;
  expect(await beat(session)).toBe(false);
  const spare = await addSession(world, site, `spare-${session.agentId}`);
  expect(await beat(session)).toBe(true);
  const bound = await addSession(world, site, session.agentId);
  expect(bound.start.actingLeaseMs).toBe(LEASE_MS);
  // Not before a hello proves that it is on the agent's disk.
  expect(await beat(bound)).toBe(true);
  const proven = await addSession(world, site, session.agentId);
  expect(await beat(proven)).toBe(false);
  await world.agents.revokeAgent(settled.tenant, spare.agentId, { decommission: false }, NOW);
  expect(await beat(proven)).toBe(true);
  expect((await addSession(world, site, session.agentId)).start.actingLeaseMs).toBe(0);
});

test("[L8] a promotion fences the active session at once, and only the chosen agent takes over", async () => {
  const pair = await aPair();
  const { tenant, site } = pair;
  const promoted = await world.sessions.promote(tenant, site.siteId, { oldIsStopped: false }, NOW);
  expect(promoted).toEqual({ kind: "ordered", agentId: pair.spareName, epoch: pair.active.epoch + 1 });
  expect(await world.sessions.touchSessions([pair.active], NOW)).toEqual([]);
  const former = await addSession(world, site, pair.active.agentId, { epoch: pair.active.epoch });
  expect(former.start).toMatchObject({ role: "standby", reason: "other_promoted" });
  expect((await addSession(world, site, pair.spareName)).role).toBe("standby");
  const quiet = await quietOf(pair);
  const next = await addSession(world, site, pair.spareName, { rules: { quiet } });
  expect(next.role).toBe("active");
  expect((await standingOf(pair))?.promotion).toBeUndefined();
});

test("a promotion that nobody follows is void after a while: the former agent goes on", async () => {
  const pair = await aPair();
  await world.sessions.promote(pair.tenant, pair.site.siteId, { oldIsStopped: false }, NOW);
  const later = addMs(NOW, 10 * 60_000);
  expect((await addSession(world, pair.site, pair.active.agentId, { now: later })).role).toBe("active");
});

test("a promotion beside an agent that keeps no lease needs a person's word that it is off", async () => {
  const settled = await world.settle();
  const { tenant, site, session } = settled;
  const order = (oldIsStopped: boolean) => world.sessions.promote(tenant, site.siteId, { oldIsStopped }, NOW);
  expect(await order(true)).toEqual({ kind: "no_standby" });
  const spare = await addSession(world, site, `spare-${session.agentId}`);
  expect(await order(false)).toEqual({ kind: "unleased", agentId: session.agentId });
  expect(await order(true)).toMatchObject({ kind: "ordered", agentId: spare.agentId });
  const quiet = await quietOf(settled);
  expect((await addSession(world, site, spare.agentId, { rules: { quiet } })).role).toBe("active");
  const named = (name: string) =>
    world.sessions.promote(tenant, site.siteId, { agentId: agentId(name), oldIsStopped: true }, NOW);
  expect(await named(spare.agentId)).toEqual({ kind: "already_active", agentId: spare.agentId });
  expect(await named("nobody")).toEqual({ kind: "no_standby" });
});

test("an agent keeps the cursors of a bounded number of ledgers, the newest", async () => {
  const { site, session } = await world.settle();
  for (let count = 0; count < 20; count++) {
    await addSession(world, site, session.agentId, { ledgerId: `anew-${count}`, now: addMs(NOW, count) });
  }
  const rows = await world.database.query<{ id: string }>(
    "SELECT ledger_id AS id FROM agent_ledgers WHERE agent_id = $1 ORDER BY last_hello_at DESC",
    [session.agentId],
  );
  expect(rows).toHaveLength(16);
  expect(rows[0]?.id).toBe("anew-19");
});

test("what a stand-by says of its way to KSC is kept with it, and its end is noted", async () => {
  const { tenant, site, spareName } = await aPair();
  const kscProblem = { code: "ksc.unreachable", message: "no route" } as const;
  await world.sessions.putStandbyHealth(tenant, spareName, { serviceConsole: "down", kscProblem });
  await world.sessions.endStandby(tenant, spareName, addMs(NOW, 5_000));
  const show = () => world.sessions.listStandbys(tenant, site.siteId);
  expect(await show()).toMatchObject([
    { serviceConsole: "down", kscProblem, connected: false, lastSeenAt: NOW + 5_000 },
  ]);
  await world.sessions.touchStandbys([spareName], addMs(NOW, 6_000));
  expect(await show()).toMatchObject([{ connected: true, lastSeenAt: NOW + 6_000 }]);
  await world.sessions.markSilent(addMs(NOW, 7_000));
  expect(await show()).toMatchObject([{ connected: false }]);
});
