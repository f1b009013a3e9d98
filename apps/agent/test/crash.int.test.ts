import { readFileSync } from "node:fs";
import type { ActionState } from "@cordon/core/action";
import type { Fault, Knobs } from "@cordon/ksc-sim";
import { eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { listeningSockets } from "./listening-sockets.ts";
import { hostOf, startTestSite } from "./test-site.ts";

const ISOLATE = { kind: "isolateHost", durationSeconds: 3_600 } as const;

/** How the simulated KSC is made to hold an action in each state until the agent has been killed. */
const STAGES: readonly {
  readonly state: ActionState;
  readonly what: string;
  readonly fault?: Fault;
  readonly held?: Partial<Knobs>;
}[] = [
  {
    state: "submitting",
    what: "the request reached KSC and its answer did not reach us",
    fault: { kind: "latency", method: "HostGroup.AddIncident", latencyMs: 3_000, times: 1 },
  },
  { state: "submitted", what: "the incident is stored, no task is there yet", held: { taskCreateDelay: 3 } },
  { state: "task_seen", what: "the task waits for the device", held: { syncInterval: 4 } },
];

describe("an agent that is killed", () => {
  it.each(STAGES)("[D4][D5] in $state ($what) goes on after its start, with exactly one incident", async (stage) => {
    await using site = await startTestSite({ knobs: stage.held ?? {} });
    if (stage.fault !== undefined) site.ksc.control.addFault(stage.fault);
    const first = await site.spawn();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    await eventually(() => site.ledgerState(order.actionId) === stage.state, {
      what: `the ledger to say ${stage.state}`,
    });
    await first.kill9();
    expect(site.ledgerState(order.actionId)).toBe(stage.state);
    await site.spawn();
    await site.coordinator.reached(order.actionId, "succeeded");
    expect(site.incidentsOf(order.actionId)).toBe(1);
    expect(site.ksc.control.truth().effects).toHaveLength(1);
  });

  it("[D5] right after its receipt has lost nothing of what it accepted", async () => {
    await using site = await startTestSite();
    const first = await site.spawn();
    const orders = site.hosts.map((host) => site.coordinator.order(host, ISOLATE));
    await Promise.all(orders.map((order) => site.coordinator.offer(order)));
    await first.kill9();
    await site.spawn();
    for (const order of orders) {
      await site.coordinator.reached(order.actionId, "succeeded");
      expect(site.incidentsOf(order.actionId)).toBe(1);
    }
  });

  it("[S7] opens no port while it works, ends within its grace on SIGTERM, and leaves no secret in its output", async () => {
    await using site = await startTestSite();
    site.ksc.control.addFault({ kind: "latency", method: "HostGroup.AddIncident", latencyMs: 2_000, times: 1 });
    const agent = await site.spawn();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    await eventually(() => site.ledgerState(order.actionId) === "submitting", { what: "the send" });
    // This process, which has KSC and the coordinator in it, shows that the look sees what there is.
    expect(listeningSockets(process.pid)).not.toEqual([]);
    expect(listeningSockets(agent.pid)).toEqual([]);
    expect(await agent.end({ signal: "SIGTERM" })).toEqual({ code: 0, signal: null });
    expect(site.ledgerState(order.actionId)).toBe("submitted");
    const key = readFileSync(`${site.stateDir}/identity/agent.key.pem`, "utf8").split("\n")[1] ?? "no key";
    expect(agent.output()).not.toMatch(/secret"|c2VjcmV0/);
    expect(agent.output()).not.toContain(key);
  });
});
