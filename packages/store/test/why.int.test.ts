import { createWhyDesk, type EvaluatedEvent, PARTITION_MS } from "@cordon/coordinator-core";
import type { CorrelationEvent } from "@cordon/core/event";
import { addMs, endpointId, epochMs, eventId, ruleId, siteId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  addActions,
  anAction,
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  NOW,
  openRecordWorld,
  type RecordWorld,
  type Settled,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const MINUTE = 60_000;
const HQ = { siteId: siteId("hq"), endpointId: endpointId("host-1") };
const rules = [aRule(), aRule({ id: ruleId("other"), when: { field: "FileName", op: "=", value: "b.exe" } })];

function aDesk(now = NOW) {
  return createWhyDesk({
    store: world.why,
    records: world.actions,
    inventory: world.inventory,
    ruleSets: world.ruleSets,
    // Whether lists are there is another port's matter; these rules ask none.
    compile: (...given: readonly unknown[]) => Promise.resolve(compileJsonRules(given.at(-1) as never)),
    clock: { now: () => now } as never,
  });
}

async function publish({ tenant }: Settled, set: readonly unknown[], activatedAt: number = NOW): Promise<number> {
  const files = [{ name: "rules.json", text: JSON.stringify(set) }];
  const added = await world.ruleSets.addRuleSet(tenant, {
    contentHash: `hash of ${files[0]?.text.length}`,
    files,
    publishedAt: NOW,
    publishedBy: "admin",
    listNeeds: [],
  } as never);
  const version = added?.ruleSet.version ?? 0;
  await world.ruleSets.activateRuleSet(tenant, { version, activatedAt: epochMs(activatedAt), activatedBy: "admin" });
  return version;
}

async function receive(
  { tenant }: Settled,
  event: CorrelationEvent,
  parts: { readonly at?: number; readonly versions?: readonly number[] } = {},
): Promise<void> {
  const { at = NOW, versions } = parts;
  const evaluated: EvaluatedEvent = versions === undefined ? event : { ...event, ruleSetVersions: versions };
  const batch = { events: [evaluated], quarantine: [], receivedAt: epochMs(at) };
  await world.ingest.commit(tenant, batch, new Set(), async () => ({ decisions: [], actions: [] }));
}

const around = { ...HQ, at: NOW, aroundMs: 30 * MINUTE, limit: 10 };

test("[T2] an event that met no rule is found by the endpoint that it names, with the first clause that failed", async () => {
  const settled = await world.settle();
  const version = await publish(settled, rules);
  await receive(settled, anEvent(settled.tenant, "quiet", { Name: "R002", FileName: "a.exe" }), {
    versions: [version],
  });
  await receive(settled, anEvent(settled.tenant, "foreign", { Name: "R002", DestinationHostName: "ws-2" }), {
    versions: [version],
  });
  const answer = await aDesk().endpoint(settled.tenant, around);
  expect(answer?.events).toMatchObject([
    {
      event: { eventId: "quiet" },
      namedBy: [{ field: "DestinationHostName", value: "ws-1", by: "hostName" }],
      decisions: [],
      ruleSet: { version, knownBy: "event" },
      rules: [
        { ruleId: "isolate", kind: "not_matched", clause: { message: "Name = 'R001' fails: Name is \"R002\"." } },
        {
          ruleId: "other",
          kind: "not_matched",
          clause: { message: "FileName = 'b.exe' fails: FileName is \"a.exe\"." },
        },
      ],
    },
  ]);
});

test("[T2] it is explained by the set it was evaluated with, however often rules changed since", async () => {
  const settled = await world.settle();
  const first = await publish(settled, rules);
  await receive(settled, anEvent(settled.tenant, "e1", { Name: "R002" }), { versions: [first] });
  await publish(settled, [aRule({ id: ruleId("newer") })], NOW + MINUTE);
  const [found] = (await aDesk().endpoint(settled.tenant, around))?.events ?? [];
  expect(found?.rules.map((each) => each.ruleId)).toEqual(["isolate", "other"]);
});

test("[T2] what an older release stored is explained by when sets were activated", async () => {
  const settled = await world.settle();
  await publish(settled, rules, NOW - MINUTE);
  await publish(settled, [aRule({ id: ruleId("newer") })], NOW + MINUTE);
  await receive(settled, anEvent(settled.tenant, "e1", { Name: "R002" }));
  expect((await aDesk().endpoint(settled.tenant, around))?.events).toMatchObject([
    { ruleSet: { version: 1, knownBy: "history" } },
  ]);
  const long = { ...around, at: epochMs(NOW - 10 * MINUTE) };
  expect((await aDesk().endpoint(settled.tenant, long))?.state).not.toHaveProperty("ruleSetVersion");
});

test("[T2] decisions prove what was met, and orders by hand stand beside", async () => {
  const settled = await world.settle();
  const version = await publish(settled, rules);
  const { decision, action } = anAction(settled.site, "act", { ruleId: ruleId("isolate") });
  await receive(settled, anEvent(settled.tenant, "event-act"), { versions: [version] });
  await world.actions.addOrdered(
    settled.tenant,
    { ...decision, ruleId: ruleId("isolate"), ruleSetVersion: version, eventId: eventId("event-act") },
    action,
    "test",
  );
  const byHand = anAction(settled.site, "hand");
  await world.actions.addOrdered(settled.tenant, { ...byHand.decision, ruleSetVersion: 0 }, byHand.action, "test");
  const answer = await aDesk().endpoint(settled.tenant, around);
  expect(answer?.events).toMatchObject([
    { decisions: [{ verdict: "act" }], rules: [{ ruleId: "isolate", kind: "matched" }, { kind: "not_matched" }] },
  ]);
  expect(answer?.orders).toMatchObject([{ decisionId: byHand.decision.decisionId }]);
});

test("[T2] brakes, holds and slots are told as they stood then, whatever became of them since", async () => {
  const settled = await world.settle();
  const { tenant, site, session } = settled;
  const brake = { scope: { tenantId: tenant }, setBy: "admin", setAt: NOW } as const;
  const times = { zone: "UTC", weekly: [] as never[], periods: [] as never[] };
  await world.brakes.addBrake({ ...brake, brakeId: `k-${tenant}`, type: "killSwitch", reason: "a test" } as never, 10);
  await world.brakes.liftBrake(tenant, `k-${tenant}`, { at: addMs(NOW, 5 * MINUTE), by: "admin", reason: "over" });
  await world.brakes.addBrake(
    { ...brake, brakeId: `f-${tenant}`, type: "freeze", reason: "nights", times } as never,
    10,
  );
  const budget = (used: number, at: number) => ({
    serviceConsole: "up" as const,
    ledger: { endpoints: 1, open: 0, deferred: 0 },
    budgets: [
      { endpointId: HQ.endpointId, limit: 100, used, foreign: 1, deferred: 0, known: true, measuredAt: epochMs(at) },
    ],
  });
  for (const [used, at] of [
    [10, NOW],
    [10, NOW + MINUTE],
    [90, NOW + 9 * MINUTE],
  ] as const) {
    await world.inventory.putBudgets(tenant, site.siteId, session.epoch, budget(used, at), NOW);
  }
  const desk = aDesk();
  const state = async (minutes: number) =>
    (await desk.endpoint(tenant, { ...around, at: epochMs(NOW + minutes * MINUTE) }))?.state;
  expect(await state(1)).toMatchObject({
    brakes: [
      { held: false, brake: { brakeId: `f-${tenant}` } },
      { held: true, brake: { brakeId: `k-${tenant}` } },
    ],
    budget: { used: 10 },
  });
  expect(await state(7)).toMatchObject({ brakes: [{ held: false }], budget: { used: 10 } });
  expect(await state(10)).toMatchObject({ budget: { used: 90 } });
  expect(await state(-1)).toMatchObject({ brakes: [] });
  expect(await state(-1)).not.toHaveProperty("budget");
});

test("pages of events follow each other, also over weeks", async () => {
  const settled = await world.settle();
  await world.retention.keepPartitions(NOW);
  for (let index = 0; index < 5; index++) {
    await receive(settled, anEvent(settled.tenant, `p${index}`), {
      at: NOW + index * (PARTITION_MS / 2),
      versions: [],
    });
  }
  const question = { ...around, at: epochMs(NOW + PARTITION_MS), aroundMs: 2 * PARTITION_MS, limit: 2 };
  const seen: string[] = [];
  for (let after: { receivedAt: never; eventId: never } | undefined; ; ) {
    const page = await aDesk().endpoint(settled.tenant, { ...question, ...(after === undefined ? {} : { after }) });
    seen.push(...(page?.events ?? []).map(({ event }) => event.eventId));
    after = page?.next as never;
    if (after === undefined) break;
  }
  expect(seen).toEqual(["p4", "p3", "p2", "p1", "p0"]);
});

test("a name with the wild cards of patterns finds itself and nothing else", async () => {
  const settled = await world.settle({
    endpoints: [anEndpoint({ hostName: "w_1%", displayName: "w_1%", fqdn: "w_1%.acme.example", addresses: [] })],
  });
  await receive(settled, anEvent(settled.tenant, "mine", { DestinationHostName: "W_1%" }), { versions: [] });
  await receive(settled, anEvent(settled.tenant, "not", { DestinationHostName: "wx1y" }), { versions: [] });
  const answer = await aDesk().endpoint(settled.tenant, around);
  expect(answer?.events.map(({ event }) => event.eventId)).toEqual(["mine"]);
});

test("[S10] another tenant's events and endpoints are not found", async () => {
  const [mine, other] = [await world.settle(), await world.settle()];
  await receive(other, anEvent(other.tenant, "theirs"), { versions: [] });
  await addActions(world, other.site, ["theirs"]);
  expect((await aDesk().endpoint(mine.tenant, around))?.events).toEqual([]);
  expect(await aDesk().event(mine.tenant, eventId("theirs"))).toBeUndefined();
  expect(await aDesk().endpoint(mine.tenant, { ...around, endpointId: endpointId("nobody") })).toBeUndefined();
});
