import type { ActionArgs } from "@cordon/core/action";
import { addMs, type EndpointId } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { serves } from "./scripted-edr.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const iocScan = (...names: string[]): ActionArgs => ({
  kind: "iocScan",
  indicators: names.map((value) => ({ type: "fileName", value })),
});
const many = (count: number, from: number) => iocScan(...Array.from({ length: count }, (_, at) => `f${from + at}`));
const indicatorsOf = (world: SiteWorld, at = 0) => {
  const spec = world.edr.stored[at]?.order.spec;
  return spec?.kind === "iocScan" ? spec.indicators.map(({ value }) => value) : [];
};
const statesOf = (world: SiteWorld, actionId: string) =>
  world.statuses.filter((status) => status.actionId === actionId).map(({ state }) => state);

/** KSC cannot be reached, so what is offered stays pending until `healed`. */
function cutOff(): SiteWorld {
  const world = new SiteWorld().start();
  world.edr.trouble = "ksc.unreachable";
  return world;
}

async function healed(world: SiteWorld): Promise<void> {
  world.edr.trouble = undefined;
  await world.pass(90_000);
}

describe("merging", () => {
  it("[L5][M2] pending IoC scans of one endpoint become one task with the union of their indicators; other endpoints' do not", async () => {
    const world = cutOff();
    await world.offer(
      world.order("h1", iocScan("a", "b")),
      world.order("h1", iocScan("b", "c")),
      world.order("h2", iocScan("d")),
    );
    await healed(world);
    expect(world.verdicts()).toEqual([{ kind: "accepted" }, { kind: "accepted" }, { kind: "accepted" }]);
    const onFirst = world.edr.stored.filter(({ order }) => order.endpointId === "h1");
    expect(onFirst).toHaveLength(1);
    expect(indicatorsOf(world, world.edr.stored.indexOf(onFirst[0] as never))).toEqual(["a", "b", "c"]);
    expect(world.edr.stored).toHaveLength(2);
  });

  it("[L5] every merged action has its own history and ends with the task that served it, with its evidence", async () => {
    const world = cutOff();
    const orders = [world.order("h1", SCAN), world.order("h1", SCAN), world.order("h1", SCAN)];
    await world.offer(...orders);
    await healed(world);
    const task = world.edr.makeTask(orders[0]?.actionId ?? "");
    await world.pass(20_000);
    world.edr.states.set(task.taskId, { kind: "present", hostState: 2, description: "" });
    await world.pass(60_000);
    world.edr.states.set(task.taskId, { kind: "present", hostState: 4, description: "" });
    await world.pass(120_000);
    for (const { actionId } of orders) {
      expect(statesOf(world, actionId).slice(-4)).toEqual(["submitted", "task_seen", "running", "succeeded"]);
      expect(world.statuses.findLast((status) => status.actionId === actionId)?.detail.evidence).toMatchObject({
        rung: "host_state",
        taskId: task.taskId,
      });
    }
    const told = world.statuses.findLast((status) => status.actionId === orders[1]?.actionId);
    expect(told?.detail.message).toContain(`served by the task of ${orders[0]?.actionId}`);
  });

  it("[L5][M5] those that ride take no slot, and a full endpoint takes no more of them than one", async () => {
    const limits = { ...DEFAULT_SETTINGS.ledger, endpoint: { limit: 10, lifespanMs: 1e9 }, containReserve: 2 };
    const world = new SiteWorld({ ledger: { ...limits, remediateReserve: 1, foreignMargin: 1 } }).start();
    world.edr.trouble = "ksc.unreachable";
    await world.offer(...Array.from({ length: 20 }, () => world.order("h1", SCAN)));
    await world.pass(3_000);
    const budgets = world.sent.flatMap((message) => (message.kind === "budgetReport" ? message.budgets : []));
    expect(budgets.at(-1)).toMatchObject({ used: 1, deferred: 0 });
    expect(world.agent.facts().ledger).toMatchObject({ open: 20 });
  });

  it("[L5][M5] one that rides is cancelled alone, and its indicators are not looked for", async () => {
    const world = cutOff();
    const [first, second, third] = [iocScan("a"), iocScan("b"), iocScan("c")].map((spec) => world.order("h1", spec));
    if (first === undefined || second === undefined || third === undefined) throw new Error("three orders");
    await world.offer(first, second, third);
    await world.agent.handle({ kind: "cancel", actionId: second.actionId, reason: "false alarm" });
    expect(world.sent.at(-1)).toMatchObject({ kind: "cancelResult", outcome: "cancelled" });
    await healed(world);
    expect(indicatorsOf(world)).toEqual(["a", "c"]);
    expect([first, second, third].map((order) => world.state(order))).toEqual(["submitted", "cancelled", "submitted"]);
  });

  it("[L5][M4] when the carrier is cancelled or expires unsent, another carries on with the rest", async () => {
    const world = cutOff();
    const soon = { deadline: addMs(world.clock.now(), 20_000) };
    const [carrier, late, third, fourth] = [
      world.order("h1", iocScan("a")),
      world.order("h1", iocScan("b"), soon),
      world.order("h1", iocScan("c")),
      world.order("h1", iocScan("d"), soon),
    ];
    await world.offer(carrier, late, third, fourth);
    await world.agent.handle({ kind: "cancel", actionId: carrier.actionId, reason: "false alarm" });
    await world.pass(30_000);
    expect([late, fourth].map((order) => world.state(order))).toEqual(["expired", "expired"]);
    await healed(world);
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([third.actionId]);
    expect(indicatorsOf(world)).toEqual(["c"]);
    expect(world.state(third)).toBe("submitted");
  });

  it("[L5][D6] one whose deadline passes between the intent and the send is not in what is sent", async () => {
    const world = new SiteWorld({ submissionsMax: 1 }).start();
    const hold = Promise.withResolvers<void>();
    world.edr.gate = hold.promise;
    // The one session is taken, so the intent is written and waits for it.
    await world.offer(world.order("h2", KILL));
    await world.pass(100);
    const orders = [
      world.order("h1", iocScan("a")),
      world.order("h1", iocScan("b"), { deadline: addMs(world.clock.now(), 5_000) }),
    ];
    await world.offer(...orders);
    await world.pass(1_000);
    expect(world.entryOf(orders[1])).toMatchObject({ state: "submitting", inDoubt: true });
    await world.pass(10_000);
    hold.resolve();
    await world.pass(10_000);
    const scans = world.edr.stored.filter(({ order }) => order.endpointId === "h1");
    expect(scans).toHaveLength(1);
    expect(indicatorsOf(world, world.edr.stored.indexOf(scans[0] as never))).toEqual(["a"]);
    expect(orders.map((order) => world.state(order))).toEqual(["submitted", "expired"]);
  });

  it("[L5][M3] what passes the bound of indicators becomes a second task", async () => {
    const world = cutOff();
    const orders = [many(600, 0), many(500, 600), many(300, 600)].map((spec) => world.order("h1", spec));
    await world.offer(...orders);
    expect(world.entryOf(orders[2])?.servedBy).toBe(orders[0]?.actionId);
    expect(world.entryOf(orders[1])?.servedBy).toBeUndefined();
  });

  it("[L5][M1] contain is never merged, nor a file action with other flags", async () => {
    const world = cutOff();
    const file = { kind: "deleteFile", path: "C:\\a" } as const;
    await world.offer(
      ...[ISOLATE, ISOLATE, KILL, KILL, file, { ...file, searchInSubfolders: true }, file].map((spec) =>
        world.order("h1", spec),
      ),
    );
    await healed(world);
    const sent = world.edr.stored.map(({ order }) => `${order.spec.kind} for ${1 + (order.serves?.length ?? 0)}`);
    expect(sent.sort()).toEqual([
      "deleteFile for 1",
      "deleteFile for 2",
      "isolateHost for 1",
      "isolateHost for 1",
      "terminateProcess for 1",
      "terminateProcess for 1",
    ]);
  });

  it("[L5][M6] a union that KSC refuses for good is taken apart, and each finds its own answer", async () => {
    const world = cutOff();
    const orders = ["a", "b", "c"].map((name) => world.order("h1", iocScan(name)));
    await world.offer(...orders);
    world.edr.submits.push({ reject: "ksc.malformed_argument" }, "store", { reject: "ksc.malformed_argument" });
    world.edr.trouble = undefined;
    await world.pass(3 * 600_000);
    const states = orders.map((order) => world.state(order));
    expect(states).toContain("refused");
    expect(states.filter((state) => state === "refused")).toHaveLength(1);
    expect(world.edr.stored.map(({ order }) => order.serves)).toEqual([undefined, undefined]);
  });

  it.each([
    ["store_lose", "unknown"],
    ["lose", "cancelled"],
  ] as const)(
    "[L5][D4] an answer that is lost (%s) leaves one incident, whatever crashes, nobody joins meanwhile, and who is called off ends as %s",
    async (script, calledOff) => {
      const world = cutOff();
      const [first, second] = [world.order("h1", iocScan("a")), world.order("h1", iocScan("b"))];
      await world.offer(first, second);
      world.edr.submits.push(script);
      world.edr.refused.set(`find ${first.actionId}`, "ksc.unavailable");
      world.edr.trouble = undefined;
      await world.pass(60_000);
      expect(world.store.find(second.actionId)).toMatchObject({ state: "submitting", inDoubt: true });
      await world.agent.handle({ kind: "cancel", actionId: second.actionId, reason: "too late" });
      expect(world.sent.at(-1)).toMatchObject({ kind: "cancelResult", outcome: "too_late" });
      const third = world.order("h1", iocScan("c"));
      await world.offer(third);
      expect(world.store.find(third.actionId)?.servedBy).toBeUndefined();
      await world.crash();
      world.edr.refused.clear();
      await world.pass(3 * 600_000);
      const served = (actionId: string) => world.edr.stored.filter(({ order }) => serves(order, actionId)).length;
      expect([first, third].map(({ actionId }) => served(actionId))).toEqual([1, 1]);
      expect(served(second.actionId)).toBe(calledOff === "cancelled" ? 0 : 1);
      expect([first, second, third].map((order) => world.state(order))).not.toContain("submitting");
      expect(world.state(second)).toBe(calledOff);
    },
  );

  it("[L5][L8] after a lost ledger, those that one incident served are settled by it, offered again in any order", async () => {
    const world = cutOff();
    const orders = ["a", "b", "c"].map((name) => world.order("h1", iocScan(name)));
    await world.offer(...orders);
    const firstOfferedAt = world.clock.now();
    await healed(world);
    world.edr.makeTask(orders[0]?.actionId ?? "");
    await world.lose();
    for (const order of [...orders].reverse()) await world.reoffer(order, firstOfferedAt);
    await world.pass(60_000);
    expect(world.edr.stored).toHaveLength(1);
    expect(orders.map((order) => world.state(order))).toEqual(["task_seen", "task_seen", "task_seen"]);
    expect(world.budget("h1" as EndpointId)).toMatchObject({ used: 1, foreign: 0 });
  });
});
