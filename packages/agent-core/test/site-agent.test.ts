import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const submitsOf = (world: SiteWorld) => world.edr.calls.filter((call) => call.startsWith("submit "));

describe("an offer", () => {
  it("[D5] is answered only after the entry is on disk", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    const handled = world.offer(order);
    expect(world.verdicts()).toEqual([]);
    expect(world.state(order)).toBeUndefined();
    await handled;
    expect(world.verdicts()).toEqual([{ kind: "accepted" }]);
    expect(world.state(order)).toBeDefined();
  });

  it("many at once share one commit", async () => {
    const world = new SiteWorld().start();
    await world.pass(0);
    const before = world.store.commits;
    await world.offer(...Array.from({ length: 100 }, (_, index) => world.order(`h${index}`, SCAN)));
    expect(world.store.commits - before).toBe(1);
    expect(world.verdicts()).toHaveLength(100);
  });

  it("of another epoch is refused: its coordinator is no longer ours", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    await world.agent.handle({ kind: "offer", order, epoch: 99 });
    expect(world.verdicts()).toMatchObject([{ kind: "refused", code: "session.stale_epoch" }]);
  });

  it("beyond what the agent may hold is refused and can come again later", async () => {
    const world = new SiteWorld({ openEntriesMax: 2 }).start();
    world.edr.trouble = "ksc.unreachable";
    const orders = [1, 2, 3].map((index) => world.order(`h${index}`, ISOLATE));
    await world.offer(...orders);
    const receipts = world.sent.filter((message) => message.kind === "receipt");
    const told = orders.map(({ actionId }) => receipts.find((one) => one.actionId === actionId)?.verdict.kind);
    expect(told).toEqual(["accepted", "accepted", "refused"]);
  });
});

describe("sending", () => {
  it("[D5] the intent is on disk before KSC is called", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    world.edr.gate = new Promise(() => {});
    await world.offer(order);
    await world.pass(0);
    expect(submitsOf(world)).toEqual([`submit ${order.actionId}`]);
    expect(world.store.find(order.actionId)).toMatchObject({ state: "submitting", inDoubt: true, sends: 1 });
  });

  it("[D6] what is cancelled or expires while its endpoint is looked at is not sent", async () => {
    const world = new SiteWorld().start();
    const gate = Promise.withResolvers<void>();
    world.edr.lookGate = gate.promise;
    const cancelled = world.order("h1", ISOLATE);
    const late = world.order("h2", ISOLATE, { deadline: addMs(world.clock.now(), 5_000) });
    await world.offer(cancelled, late);
    await world.pass(0);
    await world.agent.handle({ kind: "cancel", actionId: cancelled.actionId, reason: "false alarm" });
    await world.pass(10_000);
    gate.resolve();
    await world.pass(10_000);
    expect([world.state(cancelled), world.state(late)]).toEqual(["cancelled", "expired"]);
    expect(submitsOf(world)).toEqual([]);
  });

  it("[D7] of what waits, the highest class goes first, then the oldest", async () => {
    const world = new SiteWorld({ submissionsMax: 1 }).start();
    const gate = Promise.withResolvers<void>();
    world.edr.gate = gate.promise;
    await world.offer(world.order("h0", SCAN));
    await world.pass(10);
    const orders = [];
    for (const spec of [SCAN, KILL, SCAN, ISOLATE]) {
      const order = world.order(`h${orders.length + 1}`, spec);
      orders.push(order);
      await world.offer(order);
      await world.pass(10);
    }
    gate.resolve();
    await world.pass(100);
    const [scan, kill, late, isolate] = orders.map(({ actionId }) => `submit ${actionId}`);
    expect(submitsOf(world).slice(1)).toEqual([kill, isolate, scan, late]);
  });

  it("one at a time per endpoint, as many at once as there are sessions", async () => {
    const world = new SiteWorld({ submissionsMax: 3 }).start();
    const gate = Promise.withResolvers<void>();
    world.edr.gate = gate.promise;
    await world.offer(...["h1", "h1", "h1", "h2", "h3", "h4"].map((host) => world.order(host, KILL)));
    await world.pass(0);
    expect(submitsOf(world)).toHaveLength(3);
    gate.resolve();
    await world.pass(100);
    expect(submitsOf(world)).toHaveLength(6);
    expect(world.edr.underWayMax).toBe(3);
  });

  it("[D6] while KSC cannot be reached all waits, is told once, and expires at its deadline, never sent", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 30_000) });
    const longer = world.order("h2", ISOLATE);
    await world.offer(order, longer);
    await world.pass(29_000);
    expect(world.state(order)).not.toBe("expired");
    const told = world.statuses.filter(({ detail }) => detail.code === "ksc.unreachable");
    expect(told.map(({ actionId }) => actionId).sort()).toEqual([order.actionId, longer.actionId]);
    await world.pass(3_000);
    expect(world.state(order)).toBe("expired");
    world.edr.trouble = undefined;
    await world.pass(120_000);
    expect(world.edr.stored.map((one) => one.order.actionId)).toEqual([longer.actionId]);
  });

  it("a trouble of the whole site is met by few calls, not by one per action", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.bad_credentials";
    await world.offer(...Array.from({ length: 200 }, (_, index) => world.order(`h${index}`, ISOLATE)));
    await world.pass(600_000);
    expect(world.edr.calls.length).toBeLessThan(150);
    expect(world.agent.facts().kscProblem?.code).toBe("ksc.bad_credentials");
  });

  it("what KSC refuses for good is refused with KSC's reason, and the rest goes on", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push({ reject: "ksc.malformed_argument" });
    const [first, second] = [world.order("h1", ISOLATE), world.order("h2", ISOLATE)];
    await world.offer(first);
    await world.pass(100);
    await world.offer(second);
    await world.pass(100);
    expect(world.store.find(first.actionId)).toMatchObject({ state: "refused", code: "ksc.malformed_argument" });
    expect(world.state(second)).toBe("submitted");
  });

  it("[L8] when the look at the endpoint is refused, contain goes out and a scan waits", async () => {
    const world = new SiteWorld().start();
    world.edr.refused.set("tasks h1", "ksc.access_denied");
    const [scan, isolate] = [world.order("h1", SCAN), world.order("h1", ISOLATE)];
    await world.offer(scan, isolate);
    await world.pass(5_000);
    expect(world.edr.stored.map((one) => one.order.actionId)).toEqual([isolate.actionId]);
    expect(world.store.find(scan.actionId)).toMatchObject({ state: "delivered", code: "ksc.access_denied" });
  });

  it("[L1][L2] others' tasks are counted before anything is sent: an isolation that could rotate out another waits", async () => {
    const world = new SiteWorld().start();
    world.edr.addForeign("h1", 99, "iocScan");
    world.edr.addForeign("h1", 1, "isolateHost");
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(1_000);
    expect(world.store.find(order.actionId)).toMatchObject({ state: "deferred", code: "ledger.full" });
    expect(world.edr.stored).toEqual([]);
  });
});

describe("a lost answer", () => {
  it.each([
    ["arrived", "store_lose" as const, 1],
    ["did not arrive", "lose" as const, 1],
  ])("[D4] of a request that %s leads to exactly one incident", async (_what, script, incidents) => {
    const world = new SiteWorld().start();
    world.edr.submits.push(script);
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(60_000);
    expect(world.state(order)).toBe("submitted");
    expect(world.edr.stored).toHaveLength(incidents);
  });

  it("[D4] is not sent again while the look-up itself fails", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push("store_lose");
    const order = world.order("h1", ISOLATE);
    world.edr.refused.set(`find ${order.actionId}`, "ksc.unavailable");
    await world.offer(order);
    await world.pass(600_000);
    expect(submitsOf(world)).toHaveLength(1);
    expect(world.state(order)).toBe("submitting");
    world.edr.refused.clear();
    await world.pass(120_000);
    expect(world.state(order)).toBe("submitted");
    expect(world.edr.stored).toHaveLength(1);
  });

  it("[D4] past the deadline and the grace without an answer it is unknown", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push("lose");
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 10_000) });
    world.edr.refused.set(`find ${order.actionId}`, "ksc.unavailable");
    await world.offer(order);
    await world.pass(10_000 + DEFAULT_SETTINGS.doubt.graceMs + 200_000);
    expect(world.store.find(order.actionId)).toMatchObject({ state: "unknown", code: "ksc.effect_unknown" });
    expect(submitsOf(world)).toHaveLength(1);
  });

  it("[D6] found absent after the deadline it expires instead of being sent late", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push("lose");
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 1_000) });
    await world.offer(order);
    await world.pass(60_000);
    expect(world.state(order)).toBe("expired");
    expect(submitsOf(world)).toHaveLength(1);
  });

  it("the next order for the endpoint does not overtake the one in doubt", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push("store_lose");
    const [first, second] = [world.order("h1", SCAN), world.order("h1", ISOLATE)];
    await world.offer(first);
    await world.pass(10);
    await world.offer(second);
    await world.pass(500);
    expect(submitsOf(world)).toHaveLength(1);
    await world.pass(30_000);
    expect([world.state(first), world.state(second)]).toEqual(["submitted", "submitted"]);
  });
});

describe("watching", () => {
  it("[T1] climbs rung by rung and says on which one the outcome stands", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(100);
    const task = world.edr.makeTask(order.actionId);
    await world.pass(2_000);
    world.edr.states.set(task.taskId, { kind: "present", hostState: 2, description: "" });
    await world.pass(20_000);
    world.edr.states.set(task.taskId, { kind: "present", hostState: 4, description: "" });
    await world.pass(20_000);
    const { endpointId, displayName: taskDisplayName } = task;
    const event = { eventDbId: 9, endpointId, taskDisplayName, description: "", newState: 4, at: world.clock.now() };
    world.edr.events = [event];
    await world.pass(20_000);
    const steps = world.statuses.map(({ state, detail }) => `${state} on ${detail.evidence.rung}`);
    expect(steps).toEqual([
      "submitted on incident",
      "task_seen on task",
      "running on host_state",
      "succeeded on host_state",
      "succeeded on event",
    ]);
  });

  it("[R3] two like actions on one endpoint never share a task", async () => {
    const world = new SiteWorld().start();
    const orders = [world.order("h1", KILL), world.order("h1", KILL)];
    await world.offer(...orders);
    await world.pass(100);
    for (const { actionId } of [...orders].reverse()) world.edr.makeTask(actionId);
    await world.pass(5_000);
    const tasks = orders.map(({ actionId }) => world.store.find(actionId)?.task?.taskId);
    const own = orders.map(
      ({ actionId }) => world.edr.stored.find((one) => one.order.actionId === actionId)?.incidentId,
    );
    expect(tasks).toEqual(own.map((incidentId) => `t${incidentId}`));
  });

  it("[T1] a task whose end only an event tells is settled by the event, before and after it is gone", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(100);
    const { endpointId, displayName: taskDisplayName, taskId } = world.edr.makeTask(order.actionId);
    await world.pass(2_000);
    world.edr.removeTask("h1", taskId);
    await world.pass(20_000);
    expect(world.state(order)).toBe("deleted_by_operator");
    world.edr.events = [
      { eventDbId: 9, endpointId, taskDisplayName, description: "", newState: 4, at: world.clock.now() },
    ];
    await world.pass(20_000);
    expect(world.state(order)).toBe("succeeded");
  });

  it("[T1] a site without work tells that its service console is gone", async () => {
    const world = new SiteWorld().start();
    world.edr.console = false;
    await world.pass(60_000);
    const reports = world.sent.flatMap((message) => (message.kind === "budgetReport" ? [message.serviceConsole] : []));
    expect(reports.at(-1)).toBe("down");
  });

  it("asks KSC nothing when there is nothing to watch, and ever less while nothing happens", async () => {
    const world = new SiteWorld({ inventoryIntervalMs: 1e9 }).start();
    await world.pass(60_000);
    expect(world.edr.calls).toEqual(["capabilities", "console", "inventory"]);
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(100);
    world.edr.makeTask(order.actionId);
    await world.pass(60_000);
    const from = world.edr.calls.length;
    await world.pass(600_000);
    // Events and states, every 15 s.
    expect(world.edr.calls.length - from).toBeLessThanOrEqual(2 * 41);
  });

  it("one rung that KSC refuses does not keep the others from settling the action", async () => {
    const world = new SiteWorld().start();
    world.edr.refused.set("events", "ksc.access_denied");
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(100);
    world.edr.makeTask(order.actionId, 4);
    await world.pass(10_000);
    expect(world.state(order)).toBe("succeeded");
  });
});

describe("reports", () => {
  it("[D5] what is not acknowledged is sent again on the next session, in order and without gaps", async () => {
    const world = new SiteWorld().start();
    world.agent.sessionDown();
    world.connect();
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    world.agent.sessionDown();
    await world.pass(1_000);
    expect(world.statuses).toEqual([]);
    world.connect();
    await world.pass(1_000);
    expect(world.statuses.map(({ state }) => state)).toEqual(["submitted"]);
  });

  it("`submitting` is told only when it lasts", async () => {
    const world = new SiteWorld().start();
    const gate = Promise.withResolvers<void>();
    world.edr.gate = gate.promise;
    await world.offer(world.order("h1", ISOLATE));
    await world.pass(1_000);
    expect(world.statuses.map(({ state }) => state)).toEqual(["submitting"]);
    gate.resolve();
    await world.pass(1_000);
    expect(world.statuses.map(({ state }) => state)).toEqual(["submitting", "submitted"]);
  });

  it("a lost ledger starts its sequence after what the coordinator holds", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(1_000);
    await world.lose();
    await world.offer(world.order("h2", ISOLATE));
    await world.pass(1_000);
    expect(world.statuses.map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
