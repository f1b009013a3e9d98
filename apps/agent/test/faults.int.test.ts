import { existsSync } from "node:fs";
import { AppError, addMs, epochMs, systemClock } from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { loadConfig, startAgent } from "../src/index.ts";
import { hostOf, startTestSite } from "./test-site.ts";

const SCAN = { kind: "onDemandScan" } as const;
const ISOLATE = { kind: "isolateHost", durationSeconds: 3_600 } as const;
const KILL = { kind: "terminateProcess", pid: 7 } as const;

describe("what KSC can do to an action", () => {
  it("[D4] an answer that is lost after the store leads to one incident and one task", async () => {
    await using site = await startTestSite();
    site.ksc.control.addFault({ kind: "drop_after", method: "HostGroup.AddIncident", times: 1 });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    await site.coordinator.reached(order.actionId, "succeeded");
    expect(site.incidentsOf(order.actionId)).toBe(1);
    expect(site.ksc.control.truth().effects).toHaveLength(1);
  });

  it("[D4] a request that never arrived is sent once more, after KSC said twice that it is not there", async () => {
    await using site = await startTestSite();
    site.ksc.control.addFault({ kind: "drop_before", method: "HostGroup.AddIncident", times: 1 });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    await site.coordinator.reached(order.actionId, "succeeded");
    expect(site.incidentsOf(order.actionId)).toBe(1);
    expect(site.ksc.control.truth().calls["HostGroup.FindIncidents"]).toBeGreaterThanOrEqual(2);
  });

  it("[D4] what cannot be known is unknown, with the reason, and is not sent again", async () => {
    await using site = await startTestSite();
    site.ksc.control.addFault({ kind: "drop_before", method: "HostGroup.AddIncident" });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    const { detail } = await site.coordinator.reached(order.actionId, "unknown");
    expect(detail).toMatchObject({ code: "ksc.effect_unknown", message: expect.stringContaining("settle it by hand") });
  });

  it("[T1] without a service console it ends as no_console, and is corrected when the console works off its backlog", async () => {
    const config = { polling: { consoleDeadlineSeconds: 0.3 } };
    await using site = await startTestSite({ knobs: { serviceConsole: "down", backlogOnReconnect: true }, config });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    const { detail } = await site.coordinator.reached(order.actionId, "no_console");
    expect(detail).toMatchObject({ code: "evidence.no_console", evidence: { rung: "incident" } });
    site.ksc.control.setConsole("up");
    await site.coordinator.reached(order.actionId, "succeeded");
  });

  it("[T1] a console that makes no task out of the request ends as unknown, and says so", async () => {
    const config = { polling: { taskDeadlineSeconds: 0.3 }, edr: { shapes: { onDemandScan: { task: "noSuchTask" } } } };
    await using site = await startTestSite({ config });
    await site.start();
    const order = site.coordinator.order(hostOf(site), SCAN);
    await site.coordinator.offer(order);
    const { detail } = await site.coordinator.reached(order.actionId, "unknown");
    expect(detail).toMatchObject({ code: "evidence.no_task", evidence: { rung: "console" } });
  });

  it("[T1] a device that is off is told early, stays pending and is never called done", async () => {
    await using site = await startTestSite();
    site.ksc.control.setHost(hostOf(site), { behaviour: "offline" });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    const warned = () => {
      const last = site.coordinator.lastOf(order.actionId);
      return last?.state === "task_seen" && last.detail.code === "evidence.offline";
    };
    await eventually(warned, { what: "the warning that KSC does not hear the device" });
    site.ksc.control.setHost(hostOf(site), { behaviour: "online" });
    await site.coordinator.reached(order.actionId, "succeeded");
    expect(site.coordinator.statesOf(order.actionId).filter((state) => state === "task_seen")).toHaveLength(2);
  });

  it("a device on which the task fails tells why", async () => {
    await using site = await startTestSite();
    site.ksc.control.setHost(hostOf(site), { behaviour: "fail" });
    await site.start();
    const order = site.coordinator.order(hostOf(site), KILL);
    await site.coordinator.offer(order);
    const { detail } = await site.coordinator.reached(order.actionId, "failed");
    expect(detail.message).toContain("access to the object is denied");
  });

  it("[T1] a task that others' tasks pushed out is rotated, one that a person deleted is deleted_by_operator", async () => {
    const config = { ledger: { limit: 6, containReserve: 2, remediateReserve: 1, foreignMargin: 1 } };
    await using site = await startTestSite({ knobs: { limit: 6, syncInterval: 3_600 }, config });
    await site.start();
    const [first, second] = [
      site.coordinator.order(hostOf(site), ISOLATE),
      site.coordinator.order(hostOf(site, 1), ISOLATE),
    ];
    for (const order of [first, second]) {
      await site.coordinator.offer(order);
      await site.coordinator.reached(order.actionId, "task_seen");
    }
    site.ksc.control.createForeignTasks({ hostId: hostOf(site), kind: "iocScan", count: 6 });
    const rotated = await site.coordinator.reached(first.actionId, "rotated");
    expect(rotated.detail).toMatchObject({ code: "evidence.rotated", message: expect.stringContaining("6 of 6") });
    const taskId = site.coordinator.lastOf(second.actionId)?.detail.evidence.taskId ?? "";
    site.ksc.control.deleteTask(taskId);
    expect((await site.coordinator.reached(second.actionId, "deleted_by_operator")).detail.code).toBe(
      "evidence.deleted",
    );
  });

  it("[L4] without a slot it is deferred with the reason, and goes out when a person frees one", async () => {
    const config = {
      ledger: { limit: 6, containReserve: 2, remediateReserve: 1, foreignMargin: 1 },
      polling: { deferredLookSeconds: 0.2 },
    };
    await using site = await startTestSite({ knobs: { limit: 6 }, config });
    const foreign = site.ksc.control.createForeignTasks({ hostId: hostOf(site), kind: "iocScan", count: 3 });
    await site.start();
    const order = site.coordinator.order(hostOf(site), SCAN);
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    const { detail } = await site.coordinator.reached(order.actionId, "deferred");
    expect(detail).toMatchObject({ code: "ledger.full", message: expect.stringContaining("3 of 6") });
    expect(detail.earliest).toBeGreaterThan(systemClock.now() + 29 * 86_400_000);
    site.ksc.control.deleteTask(foreign[0] ?? "");
    await site.coordinator.reached(order.actionId, "succeeded");
  });

  it("a wrong password is tried once, nothing is lost, and the coordinator is told why the site stands still", async () => {
    await using site = await startTestSite({ password: "wrong" });
    await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE, { deadline: addMs(systemClock.now(), 5_000) });
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    const isTold = () =>
      site.coordinator.messages.some(
        (one) => one.kind === "budgetReport" && one.kscProblem?.code === "ksc.bad_credentials",
      );
    await eventually(isTold, { what: "the report of the wrong password" });
    await site.coordinator.reached(order.actionId, "expired");
    const { calls } = site.ksc.control.truth();
    expect((calls["Session.StartSession"] ?? 0) + (calls.login ?? 0)).toBe(1);
    expect(site.incidentsOf(order.actionId)).toBe(0);
  });

  it("a session that KSC forgot, and a restart of KSC, cost nothing but time", async () => {
    await using site = await startTestSite();
    await site.start();
    const orders = [0, 1].map((index) => site.coordinator.order(hostOf(site, index), ISOLATE));
    for (const order of orders) {
      await site.coordinator.offer(order);
      await site.coordinator.reached(order.actionId, "succeeded");
      site.ksc.control.restart();
    }
    for (const order of orders) expect(site.incidentsOf(order.actionId)).toBe(1);
  });
});

describe("what the coordinator can do to an action", () => {
  it("[D4][D6] repeats are duplicates, late, foreign and malformed orders are refused, each with its code", async () => {
    await using site = await startTestSite();
    await site.start();
    const { coordinator } = site;
    const order = coordinator.order(hostOf(site), ISOLATE);
    await coordinator.offer(order);
    await coordinator.reached(order.actionId, "succeeded");
    expect(await coordinator.offer(order)).toEqual({ kind: "duplicate", state: "succeeded" });
    const late = coordinator.order(hostOf(site), ISOLATE, { deadline: epochMs(1_000) });
    expect(await coordinator.offer(late)).toMatchObject({ kind: "refused", code: "action.expired" });
    const endless = coordinator.order(hostOf(site), { kind: "isolateHost", durationSeconds: 5 });
    expect(await coordinator.offer(endless)).toMatchObject({ kind: "refused", code: "action.invalid_arguments" });
    expect(site.ksc.control.truth().incidents).toHaveLength(1);
  });

  it("a cancel stops what was not sent, and tells how far the rest is", async () => {
    await using site = await startTestSite();
    site.ksc.control.addFault({ kind: "latency", latencyMs: 5_000, method: "Tasks.GetAllTasksOfHost", times: 1 });
    await site.start();
    const { coordinator } = site;
    const order = coordinator.order(hostOf(site), SCAN);
    await coordinator.offer(order);
    coordinator.send({ kind: "cancel", actionId: order.actionId, reason: "false alarm" });
    expect((await coordinator.reached(order.actionId, "cancelled")).detail.message).toBe("false alarm");
    const sent = coordinator.order(hostOf(site, 1), ISOLATE);
    await coordinator.offer(sent);
    await coordinator.reached(sent.actionId, "succeeded");
    coordinator.send({ kind: "cancel", actionId: sent.actionId, reason: "too late" });
    const answered = () =>
      coordinator.messages.find((one) => one.kind === "cancelResult" && one.actionId === sent.actionId);
    expect(await eventually(answered, { what: "the answer to the cancel" })).toMatchObject({ outcome: "too_late" });
    expect(site.incidentsOf(order.actionId)).toBe(0);
  });

  it("[D5] what happened while the line was cut arrives afterwards, once and in order", async () => {
    await using site = await startTestSite({ knobs: { taskCreateDelay: 2 } });
    await site.start();
    const { coordinator } = site;
    const order = coordinator.order(hostOf(site), ISOLATE);
    await coordinator.offer(order);
    await site.line.refuse();
    await eventually(() => site.ledgerState(order.actionId) === "succeeded", { what: "the site to finish alone" });
    expect(coordinator.lastOf(order.actionId)?.state).not.toBe("succeeded");
    await site.line.heal();
    // The test coordinator refuses gaps and repeats.
    await coordinator.reached(order.actionId, "succeeded");
    expect(coordinator.sessionCount).toBe(2);
  });

  it("the inventory arrives whole, and then only what changed", async () => {
    await using site = await startTestSite({
      config: { polling: { inventorySeconds: 0.2 }, inventory: { fullIntervalSeconds: 0.2 } },
    });
    await site.start();
    const { messages } = site.coordinator;
    const snapshot = await eventually(() => messages.find((one) => one.kind === "inventorySnapshot"), {
      what: "the inventory",
    });
    expect(
      snapshot.kind === "inventorySnapshot" && snapshot.endpoints.map(({ endpointId }) => endpointId).sort(),
    ).toEqual([...site.hosts].sort());
    site.ksc.control.removeHost(hostOf(site, 3));
    const delta = await eventually(() => messages.find((one) => one.kind === "inventoryDelta"), { what: "the change" });
    expect(delta).toMatchObject({ removed: [hostOf(site, 3)], upserted: [] });
  });

  it("a question about a name is answered out of KSC", async () => {
    await using site = await startTestSite();
    await site.start();
    site.coordinator.send({ kind: "resolveRequest", requestId: "r1", by: "name", value: "ws-1" });
    const answer = await eventually(() => site.coordinator.messages.find((one) => one.kind === "resolveAnswer"), {
      what: "the answer",
    });
    expect(answer.kind === "resolveAnswer" && answer.endpoints.map(({ endpointId }) => endpointId)).toEqual([
      hostOf(site, 1),
    ]);
  });
});

describe("starting and stopping", () => {
  it("a second agent on the same state folder is refused and says which process has it", async () => {
    await using site = await startTestSite();
    await site.start();
    const config = loadConfig(site.configFile, {});
    const start = () => startAgent(config, { logger: { debug() {}, info() {}, warn() {}, error() {} } });
    await expect(start()).rejects.toThrow(AppError);
    await expect(start()).rejects.toThrow(
      `agent.already_running: ${site.stateDir} is in use by process ${process.pid}`,
    );
  });

  it("a stopped agent leaves a ledger that the next one goes on with", async () => {
    await using site = await startTestSite({ knobs: { syncInterval: 3_600, forcedSyncDelay: 3_600 } });
    const first = await site.start();
    const order = site.coordinator.order(hostOf(site), ISOLATE);
    await site.coordinator.offer(order);
    await site.coordinator.reached(order.actionId, "task_seen");
    await first.stop();
    expect(existsSync(site.stateDir)).toBe(true);
    site.ksc.control.setKnobs({ syncInterval: 0.1 });
    site.ksc.control.advance(3_700_000);
    await site.start();
    await site.coordinator.reached(order.actionId, "succeeded");
    expect(site.incidentsOf(order.actionId)).toBe(1);
  });
});
