import {
  CANARY_LIMITS,
  type CanarySetting,
  canarySpec,
  createActionDesk,
  createCanaryDesk,
  createCanaryWatch,
} from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import {
  type Clock,
  type EpochMs,
  endpointId,
  epochMs,
  type Logger,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SETTING: CanarySetting = {
  endpointId: endpointId("host-1"),
  spec: canarySpec("iocScan"),
  everyMs: DAY,
  lateAfterMs: HOUR,
  slots: CANARY_LIMITS.slots.default,
};

let postgres: TestPostgres;
let world: RecordWorld;
let settled: Settled;
let now: EpochMs;
let alarms: object[];
beforeAll(async () => {
  postgres = await startTestPostgres();
});
// Due is due for every tenant: each test has a database of its own.
beforeEach(async () => {
  now = NOW;
  alarms = [];
  world = await openRecordWorld(postgres);
  settled = await world.settle();
});
afterEach(() => world.close());
afterAll(() => postgres.stop());

const clock: Clock = { ...systemClock, now: () => now };
const logger: Logger = { ...silentLogger, error: (_name, fields) => void alarms.push(fields ?? {}) };

/** One coordinator's; `orders: false`: it dies between its claim and its order. */
function aWatch({ orders = true }: { readonly orders?: boolean } = {}) {
  const desk = createActionDesk({
    store: world.actions,
    inventory: world.inventory,
    brakes: world.brakes,
    labels: world.labels,
    queue: { add: async () => {}, remove: async () => {} },
    linkOf: () => undefined,
    clock,
    random: systemRandom,
    logger: silentLogger,
  } as never);
  const dies = async () => {
    throw new Error("the process ended");
  };
  return createCanaryWatch({ store: world.canaries, actions: { order: orders ? desk.order : dies }, clock, logger });
}

const put = (setting = SETTING) =>
  createCanaryDesk({ store: world.canaries, clock, logger }).put(settled.site, setting, "admin");
const probes = () => world.canaries.listProbes(settled.site, 100);
const actions = () => world.actions.listActions(settled.tenant, { limit: 100 });

async function become(state: ActionState, at: number): Promise<void> {
  const [action] = await actions();
  if (action === undefined) throw new Error("no probe was ordered");
  now = epochMs(at);
  await world.actions.move(settled.tenant, [{ actionId: action.actionId, state, at: now, source: "agent" }], now);
}

test("a due probe is ordered once over several coordinators, and the schedule goes on", async () => {
  await put();
  const watches = [aWatch(), aWatch(), aWatch()];
  await Promise.all(watches.map((watch) => watch.runOnce()));
  expect(await actions()).toMatchObject([{ spec: { kind: "iocScan" }, actionClass: "scan", state: "queued" }]);
  expect(await world.canaries.getCanary(settled.site)).toMatchObject({ nextAt: NOW + DAY });
  now = epochMs(NOW + DAY - 1);
  await Promise.all(watches.map((watch) => watch.runOnce()));
  expect(await actions()).toHaveLength(1);
});

test("[A8] a demand for approval does not hold a probe: a person has set it up", async () => {
  await put();
  const policy = { need: 1, onTimeout: "deny", notAuthor: true } as const;
  const set = { setBy: "ann", setAt: NOW, reason: "ask us" };
  await world.brakes.addBrake(
    { brakeId: "all", type: "approval", policy, scope: { tenantId: settled.tenant }, ...set },
    10,
  );
  await aWatch().runOnce();
  expect(await actions()).toMatchObject([{ state: "queued" }]);
});

test("[D1] a probe that its process claimed and did not order is ordered by another, once", async () => {
  await put();
  await aWatch({ orders: false }).runOnce();
  expect(await actions()).toHaveLength(0);
  now = epochMs(NOW + 2 * 60_000);
  await aWatch().runOnce();
  await aWatch().runOnce();
  expect(await actions()).toHaveLength(1);
  expect(await probes()).toMatchObject([{ state: "ordered", dueAt: NOW }]);
});

test("a probe that is proven passes, with the time of each stage", async () => {
  await put();
  await aWatch().runOnce();
  await become("delivered", NOW + 1_000);
  await become("submitted", NOW + 3_000);
  await become("succeeded", NOW + 60_000);
  await aWatch().runOnce();
  expect(await probes()).toMatchObject([
    {
      state: "passed",
      stages: [
        { stage: "delivered", ms: 1_000 },
        { stage: "submitted", ms: 2_000 },
        { stage: "succeeded", ms: 57_000 },
        { stage: "total", ms: 60_000 },
      ],
    },
  ]);
  expect(await world.canaries.getCanary(settled.site)).toMatchObject({
    passed: 1,
    failed: 0,
    lastPassedAt: NOW + 60_000,
  });
  expect(alarms).toEqual([]);
});

test("a dead site is in alarm before the next probe is due, once, and out of it when one passes", async () => {
  await put();
  const watches = [aWatch(), aWatch()];
  const look = () => Promise.all(watches.map((watch) => watch.runOnce()));
  await look();
  now = epochMs(NOW + HOUR);
  await look();
  await look();
  expect(await world.canaries.getCanary(settled.site)).toMatchObject({ alarm: { since: NOW + HOUR } });
  expect(alarms).toMatchObject([{ outcome: "late", siteId: "hq" }]);
  await become("delivered", NOW + 2 * HOUR);
  await become("succeeded", NOW + 3 * HOUR);
  await look();
  expect(await world.canaries.getCanary(settled.site)).not.toHaveProperty("alarm");
  expect(alarms).toHaveLength(1);
});

test("what is still not proven when the next one is due has failed, and the next one goes out", async () => {
  await put();
  const watch = aWatch();
  await watch.runOnce();
  now = epochMs(NOW + HOUR);
  await watch.runOnce();
  now = epochMs(NOW + DAY);
  await watch.runOnce();
  expect(await probes()).toMatchObject([
    { state: "ordered", dueAt: NOW + DAY },
    { state: "failed", dueAt: NOW, code: "canary.late" },
  ]);
});

test("what was missed while nobody ran is not made up for", async () => {
  await put();
  now = epochMs(NOW + 10 * DAY + HOUR);
  await aWatch().runOnce();
  expect(await actions()).toHaveLength(1);
  expect(await world.canaries.getCanary(settled.site)).toMatchObject({ nextAt: NOW + 11 * DAY });
});

test("a canary has its own allowance of slots, and no probe goes beyond it", async () => {
  await put({ ...SETTING, everyMs: HOUR, slots: 2 });
  const watch = aWatch();
  for (let hour = 0; hour < 4; hour++) {
    now = epochMs(NOW + hour * HOUR);
    await watch.runOnce();
    if ((await probes())[0]?.state === "ordered") {
      await become("delivered", now + 1);
      await become("succeeded", now + 2);
      await watch.runOnce();
    }
  }
  expect((await probes()).map(({ state, code }) => code ?? state)).toEqual([
    "canary.no_slot",
    "canary.no_slot",
    "passed",
    "passed",
  ]);
  // It says nothing of the site.
  expect(alarms).toEqual([]);
});

test("[S4] what people stopped is skipped and is no alarm; an endpoint that is gone is one", async () => {
  const brake = {
    brakeId: "k-1",
    type: "killSwitch",
    scope: { tenantId: settled.tenant },
    reason: "x",
    setBy: "admin",
    setAt: NOW,
  };
  await world.brakes.addBrake(brake as never, 10);
  await put();
  await aWatch().runOnce();
  expect(await probes()).toMatchObject([{ state: "skipped", code: "guard.kill_switch" }]);
  expect(alarms).toEqual([]);
  await world.brakes.liftBrake(settled.tenant, "k-1", { at: NOW, by: "admin", reason: "x" });
  await world.database.query("DELETE FROM endpoints");
  await world.canaries.makeDue(settled.site, epochMs(NOW + 1));
  now = epochMs(NOW + 1);
  await aWatch().runOnce();
  expect((await probes())[0]).toMatchObject({ state: "failed", code: "endpoint.not_found" });
  expect(alarms).toHaveLength(1);
});

test("a canary wants an endpoint of its site, and can be taken away with a probe under way", async () => {
  expect(await put({ ...SETTING, endpointId: endpointId("nobody") })).toBe("no_endpoint");
  await put();
  await aWatch().runOnce();
  expect(await world.canaries.getCanary(settled.site)).toMatchObject({ endpointName: "WS-1" });
  expect(await world.canaries.removeCanary(settled.site)).toBe(true);
  await aWatch().runOnce();
  expect(await world.canaries.removeCanary(settled.site)).toBe(false);
  expect(await world.canaries.listCanaries(settled.tenant)).toEqual([]);
});
