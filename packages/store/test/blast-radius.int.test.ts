import { type ActiveRules, createBrakeDesk, createIngest, type Ingest, rulesInUse } from "@cordon/coordinator-core";
import type { Brake, ReachBounds } from "@cordon/core/guards";
import {
  addMs,
  type EpochMs,
  endpointId,
  epochMs,
  ruleId,
  silentLogger,
  systemClock,
  systemRandom,
  type TenantId,
} from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  NOW,
  openRecordWorld,
  type RecordWorld,
  sendAll,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const hosts = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    anEndpoint({
      endpointId: endpointId(`host-${index}`),
      displayName: `WS-${index}`,
      hostName: `WS-${index}`,
      fqdn: `ws-${index}.acme.example`,
    }),
  );

function activeRules(rules: readonly Rule[]): ActiveRules {
  const compilation = compileJsonRules([{ name: "rules.json", text: JSON.stringify(rules) }]);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  const current = { version: 7, hash: "hash", compiled: compilation.compiled };
  return {
    current: () => current,
    inUse: () => rulesInUse(current),
    start: async () => {},
    refresh: async () => {},
    stop: () => {},
  };
}

/** A tenant with `count` hosts, and processes that take its events at a time of the test's choosing. */
async function aTenant(count: number, rules: readonly Rule[] = [aRule()]) {
  const { tenant, site } = await world.settle({ endpoints: hosts(count) });
  let now: EpochMs = NOW;
  const clock = { ...systemClock, now: () => now };
  const processes: readonly Ingest[] = [1, 2].map(() =>
    createIngest({
      store: world.ingest,
      queue: createMemoryQueueServer().open(),
      rules: activeRules(rules),
      clock,
      logger: silentLogger,
    }),
  );
  let sent = 0;
  /** One request for these hosts, in order; its events' verdicts, with the code where it is not plain. */
  const hitAs = async (name: string, ...numbers: readonly number[]): Promise<readonly string[]> => {
    const events = numbers.map((host) =>
      anEvent(tenant, `e${++sent}`, { Name: name, DestinationHostName: `ws-${host}` }),
    );
    await processes[sent % 2]?.ingest(tenant, { events, rejected: [], bytes: 100 });
    const ids = events.map(({ id }) => id);
    const decisions = await world.database.query<{ event_id: string; verdict: string; code: string }>(
      "SELECT event_id, verdict, code FROM decisions WHERE tenant_id = $1 AND event_id = ANY($2)",
      [tenant, ids],
    );
    return ids.flatMap((id) =>
      decisions
        .filter((each) => each.event_id === id)
        .map(({ verdict, code }) => (code.startsWith("rule.") ? verdict : `${verdict} ${code}`)),
    );
  };
  return {
    tenant,
    site,
    desk: createBrakeDesk({
      store: world.brakes,
      holds: world.ruleHolds,
      resets: world.coolDownResets,
      rules: activeRules(rules),
      clock,
      random: systemRandom,
      logger: silentLogger,
    }),
    at: (time: EpochMs) => {
      now = time;
    },
    hit: (...numbers: readonly number[]) => hitAs("R001", ...numbers),
    hitAs,
    limit: (per: "rule" | "ruleAtSite" | "site" | "tenant", bounds: ReachBounds, scope: Brake["scope"] = {}) =>
      world.brakes.addBrake(
        {
          type: "blastRadius",
          brakeId: `b-${tenant}-${per}-${JSON.stringify(bounds)}`,
          scope: { tenantId: tenant, ...scope },
          per,
          windowMs: HOUR_MS,
          bounds,
          reason: "no rule needs more",
          setBy: "ann",
          setAt: NOW,
        },
        100,
      ),
  };
}

const openHolds = (tenant: TenantId) => world.ruleHolds.listHolds(tenant, { openOnly: true, limit: 10 });

test("[S3] [G8] a rule that asks for too much is in hold from the one too many on, over batches and processes, until a person re-arms it", async () => {
  const { tenant, desk, at, hit, limit } = await aTenant(9);
  await limit("rule", { attemptsMax: 3 });
  expect(await hit(0, 1)).toEqual(["act", "act"]);
  expect(await hit(2, 3, 4)).toEqual(["act", "hold guard.blast_radius", "hold guard.rule_hold"]);
  expect(await openHolds(tenant)).toMatchObject([
    {
      ruleId: "isolate",
      code: "guard.blast_radius",
      eventId: "e4",
      ruleSetVersion: 7,
      trippedAt: NOW,
      message: expect.stringContaining("4 actions were asked for, 3 are allowed"),
    },
  ]);
  // Its window is over, and it is in hold all the same.
  at(addMs(NOW, 2 * HOUR_MS));
  expect(await hit(5)).toEqual(["hold guard.rule_hold"]);
  expect(await desk.rearm(tenant, ruleId("isolate"), "bob", "the rule was right")).toMatchObject({
    rearmed: { by: "bob", reason: "the rule was right" },
  });
  expect(await desk.rearm(tenant, ruleId("isolate"), "bob", "again")).toBeUndefined();
  expect(await openHolds(tenant)).toEqual([]);
  // What came before does not count any more; what comes now does.
  at(addMs(NOW, 2 * HOUR_MS + 1));
  expect(await hit(5, 6, 7, 8)).toEqual(["act", "act", "act", "hold guard.blast_radius"]);
  expect(await desk.listHolds(tenant, { limit: 10 })).toHaveLength(2);
});

test("[S3] [G8] attempts are counted before exclusions, leave the window after its length, and endpoints count once", async () => {
  const { tenant, at, hit, limit } = await aTenant(9);
  await limit("rule", { endpointsMax: 3 });
  await world.brakes.addBrake(
    {
      type: "neverTouch",
      brakeId: `n-${tenant}`,
      scope: { tenantId: tenant },
      who: [{ by: "name", pattern: "ws-1" }],
      reason: "keeps the lights on",
      setBy: "ann",
      setAt: NOW,
    },
    100,
  );
  expect(await hit(1, 1, 1, 0)).toEqual([
    "suppress guard.never_touch",
    "suppress guard.never_touch",
    "suppress guard.never_touch",
    "act",
  ]);
  at(addMs(NOW, HOUR_MS - 1));
  expect(await hit(2)).toEqual(["act"]);
  // Host 1 and 0 have left; 2, 3 and 4 are in.
  at(addMs(NOW, HOUR_MS));
  expect(await hit(3, 4)).toEqual(["act", "act"]);
  expect(await hit(1)).toEqual(["suppress guard.never_touch"]);
  expect(await openHolds(tenant)).toMatchObject([
    { message: expect.stringContaining("4 endpoints were to be touched") },
  ]);
});

test("[S3] shares are of the site's inventory, and what a rule on trial would do uses up nobody's room", async () => {
  const trial = aRule({ id: ruleId("trial"), mode: "observe" });
  const { tenant, hit, limit } = await aTenant(20, [trial, aRule()]);
  await limit("site", { shareMax: 0.1 });
  // Two of twenty; each event meets both rules, and only one of them acts.
  expect([...(await hit(0, 1))].sort()).toEqual(["act", "act", "observe", "observe"]);
  expect(await openHolds(tenant)).toEqual([]);
  await hit(2);
  expect(await openHolds(tenant)).toMatchObject([
    {
      ruleId: "isolate",
      message: expect.stringContaining("3 of 20 endpoints were to be touched, 2 (10 %) are allowed"),
    },
  ]);
});

test("[S3] one site's attempts are not another's, one tenant's never another's, and kinds are counted apart", async () => {
  const first = await aTenant(5);
  const second = await aTenant(5);
  await first.limit("tenant", { attemptsMax: 2 }, { kinds: ["iocScan"] });
  await first.limit("site", { attemptsMax: 2 }, { siteId: first.site.siteId });
  expect(await first.hit(0, 1)).toEqual(["act", "act"]);
  expect(await second.hit(0, 1, 2, 3)).toEqual(["act", "act", "act", "act"]);
  expect(await first.hit(2)).toEqual(["hold guard.blast_radius"]);
  expect(await openHolds(second.tenant)).toEqual([]);
});

test("[S3] [G9] what a cool-down swallows is no attempt", async () => {
  const { hit, limit } = await aTenant(5, [aRule({ limits: { coolDownMs: HOUR_MS } })]);
  await limit("rule", { attemptsMax: 3 });
  expect(await hit(0, 0, 0, 0, 1)).toEqual([
    "act",
    "suppress guard.cool_down",
    "suppress guard.cool_down",
    "suppress guard.cool_down",
    "act",
  ]);
  expect(await hit(0, 2, 3)).toEqual(["suppress guard.cool_down", "act", "hold guard.blast_radius"]);
});

test("[G10] an event storm of one rule on 1,000 hosts is shaped: the rule holds, nothing is lost, and another rule goes on", async () => {
  const other = aRule({ id: ruleId("scan"), actions: [{ kind: "onDemandScan", arguments: {} }] });
  const narrow = { ...other, when: { field: "Name", op: "=", value: "R002" } as const };
  const { tenant, hit, hitAs } = await aTenant(1_000, [aRule(), narrow]);
  await world.brakes.addBrake(
    {
      type: "storm",
      brakeId: `s-${tenant}`,
      scope: { tenantId: tenant },
      windowMs: 300_000,
      bounds: { endpointsMax: 20 },
      reason: "many hosts in minutes",
      setBy: "ann",
      setAt: epochMs(NOW - 1),
    },
    100,
  );
  const verdicts: string[] = [];
  for (let start = 0; start < 1_000; start += 250) {
    verdicts.push(...(await hit(...Array.from({ length: 250 }, (_, index) => start + index))));
  }
  const counted = Object.fromEntries(
    [...Map.groupBy(verdicts, (each) => each)].map(([each, all]) => [each, all.length]),
  );
  expect(counted).toEqual({ act: 20, "hold guard.storm": 1, "hold guard.rule_hold": 979 });
  expect(await openHolds(tenant)).toMatchObject([{ ruleId: "isolate", code: "guard.storm" }]);
  const [row] = await world.database.query<{ held: number; queued: number }>(
    `SELECT count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'queued') AS queued
     FROM actions WHERE tenant_id = $1`,
    [tenant],
  );
  expect(row).toEqual({ held: 980, queued: 20 });
  expect(await hitAs("R002", 0)).toEqual(["act"]);
});

test("[G11] a cool-down grows over stored acts, and a person's reset begins it anew where it says so", async () => {
  const growing = {
    coolDownMs: HOUR_MS,
    coolDownGrowth: { factor: 2, maxMs: 8 * HOUR_MS, forgetAfterMs: 24 * HOUR_MS },
  };
  const { tenant, site, desk, at, hit } = await aTenant(2, [aRule({ limits: growing })]);
  const after = async (hours: number) => {
    at(addMs(NOW, hours * HOUR_MS));
    await sendAll(world, tenant);
  };
  expect(await hit(0, 1)).toEqual(["act", "act"]);
  await after(1);
  expect(await hit(0, 1)).toEqual(["act", "act"]);
  await after(2);
  expect(await hit(0, 1)).toEqual(["suppress guard.cool_down", "suppress guard.cool_down"]);
  const reset = { ruleId: ruleId("isolate"), siteId: site.siteId, endpointId: endpointId("host-1"), reason: "cleaned" };
  expect(await desk.resetCoolDown(tenant, reset, "bob")).toMatchObject({ ...reset, resetBy: "bob" });
  expect(await hit(0, 1)).toEqual(["suppress guard.cool_down", "act"]);
  await after(3);
  // The third in a row on one, the second on the other.
  expect(await hit(0, 1)).toEqual(["act", "act"]);
  await after(5);
  expect(await hit(0, 1)).toEqual(["suppress guard.cool_down", "act"]);
  await desk.resetCoolDown(tenant, { ruleId: ruleId("isolate"), reason: "rule mended" }, "bob");
  await after(5.001);
  expect(await hit(0, 1)).toEqual(["act", "act"]);
  expect(await desk.listResets(tenant, { limit: 10 })).toHaveLength(2);
});

test("[S3] [G8] [G9] a site's window forgets what a rule asked for before its re-arm, and never had what a rule on trial asked for", async () => {
  const trial = aRule({ id: ruleId("trial"), mode: "observe", when: { field: "Name", op: "=", value: "R002" } });
  const { tenant, desk, at, hit, hitAs, limit } = await aTenant(12, [trial, aRule()]);
  await limit("site", { attemptsMax: 2 });
  await world.brakes.addBrake(
    {
      type: "neverTouch",
      brakeId: `n-${tenant}`,
      scope: { tenantId: tenant },
      who: [{ by: "name", pattern: "ws-11" }],
      reason: "keeps the lights on",
      setBy: "ann",
      setAt: NOW,
    },
    100,
  );
  expect(await hitAs("R002", 0, 1, 2, 11)).toEqual(["observe", "observe", "observe", "suppress guard.never_touch"]);
  expect(await hit(3, 4, 5)).toEqual(["act", "act", "hold guard.blast_radius"]);
  at(addMs(NOW, 1_000));
  await desk.rearm(tenant, ruleId("isolate"), "bob", "it was right");
  at(addMs(NOW, 2_000));
  expect(await hit(6)).toEqual(["act"]);
  expect(await hit(7, 8)).toEqual(["act", "hold guard.blast_radius"]);
});
