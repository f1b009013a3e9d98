import type { EdrTask } from "@cordon/agent-core";
import { type EndpointId, endpointId } from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import { orderFor, type SimulatedSite, startSimulatedSite } from "../../test/simulated-site.ts";

let site: SimulatedSite | undefined;
afterEach(() => site?.stop());

const { signal } = new AbortController();

async function start(given: Parameters<typeof startSimulatedSite>[0] = {}): Promise<SimulatedSite> {
  site = await startSimulatedSite(given);
  return site;
}

function kesHosts({ server }: SimulatedSite): readonly EndpointId[] {
  return server.hosts().flatMap(({ id, kesVersion }) => (kesVersion?.startsWith("12.9") ? [endpointId(id)] : []));
}

const firstHost = (of: SimulatedSite): EndpointId => kesHosts(of)[0] ?? endpointId("none");

/** Makes a task on each host and waits until the console has done so. */
async function tasksOn({ edr, server }: SimulatedSite, hosts: readonly EndpointId[]): Promise<readonly EdrTask[]> {
  for (const host of hosts) await edr.submit(orderFor(host, { kind: "onDemandScan" }), signal);
  await eventually(() => server.control.truth().tasks.length === hosts.length, { what: "the tasks", everyMs: 10 });
  const tasks: EdrTask[] = [];
  for (const host of hosts) tasks.push(...(await edr.tasksOf(host, signal)));
  return tasks;
}

test("once a task was seen, a look costs one call and one for each new task's name", async () => {
  const { edr, calls } = await start();
  const host = firstHost(site as SimulatedSite);
  await tasksOn(site as SimulatedSite, [host]);
  calls();
  await edr.tasksOf(host, signal);
  expect(calls()).toEqual({ "Tasks.GetAllTasksOfHost": 1 });
  site?.server.control.createForeignTasks({ hostId: host, count: 2 });
  await edr.tasksOf(host, signal);
  expect(calls()).toEqual({ "Tasks.GetAllTasksOfHost": 1, "Tasks.GetTask": 2 });
});

test("a site whose response tasks are local is not asked for global ones any more", async () => {
  const { edr, calls } = await start({ knobs: { taskPlacement: "local" } });
  const host = firstHost(site as SimulatedSite);
  await tasksOn(site as SimulatedSite, [host]);
  calls();
  await edr.tasksOf(host, signal);
  expect(Object.keys(calls()).filter((name) => name.startsWith("Tasks."))).toEqual([]);
});

test("states are asked side by side, over no more sessions than there are, and one call each", async () => {
  const { edr, server, calls } = await start({ hosts: 60, options: { sessions: 3 }, knobs: { syncInterval: 3_600 } });
  const tasks = await tasksOn(site as SimulatedSite, kesHosts(site as SimulatedSite).slice(0, 12));
  calls();
  const states = await edr.taskStates(tasks, signal);
  expect(new Set([...states.values()].map((state) => state.kind))).toEqual(new Set(["present"]));
  expect(states.size).toBe(tasks.length);
  expect(calls()).toEqual({ "Tasks.GetTaskStatistics": tasks.length });
  expect(server.control.truth().sessions).toBeGreaterThan(1);
  expect(server.control.truth().sessions).toBeLessThanOrEqual(3);
});

test("a task that ended well is told by one call, a failed one with KSC's words", async () => {
  const { edr, server, calls } = await start();
  const [good, bad] = kesHosts(site as SimulatedSite);
  if (good === undefined || bad === undefined) throw new Error("the seed gives two hosts with KES 12.9");
  server.control.setHost(bad, { behaviour: "fail" });
  const tasks = await tasksOn(site as SimulatedSite, [good, bad]);
  await eventually(() => server.control.truth().tasks.every((task) => task.hosts.every((host) => host.finishedAt)), {
    what: "both to end",
    everyMs: 10,
  });
  calls();
  const ofGood = await edr.taskStates(
    tasks.filter((task) => task.endpointId === good),
    signal,
  );
  expect([...ofGood.values()]).toEqual([{ kind: "present", hostState: 4, description: "" }]);
  expect(calls()).toEqual({ "Tasks.GetTaskStatistics": 1 });
  const ofBad = await edr.taskStates(
    tasks.filter((task) => task.endpointId === bad),
    signal,
  );
  expect([...ofBad.values()]).toMatchObject([{ hostState: 16, description: expect.stringMatching(/\w/) }]);
});

test("KSC's own signals tell that tasks change, where the server sends them", async () => {
  const { edr } = await start({ knobs: { conTaskEvents: true, conEventsPeriodMs: 20 } });
  expect(await edr.signals(signal)).toMatchObject({ kind: "heard", tasks: true });
  await eventually(
    async () => {
      const heard = await edr.signals(signal);
      return heard.kind === "heard" && !heard.tasks && heard.notBeforeMs < 20;
    },
    { what: "silence", everyMs: 25 },
  );
  await edr.submit(orderFor(firstHost(site as SimulatedSite), { kind: "onDemandScan" }), signal);
  await eventually(
    async () => {
      const heard = await edr.signals(signal);
      return heard.kind === "heard" && heard.tasks;
    },
    { what: "news of the task", everyMs: 25 },
  );
});

test("a host that is asked to synchronise takes its task at once instead of at its turn, and the request is collected", async () => {
  const { edr, server, calls } = await start({
    knobs: { syncInterval: 3_600, forcedSyncDelay: 0.05, asyncActionMs: 20 },
  });
  const host = firstHost(site as SimulatedSite);
  await tasksOn(site as SimulatedSite, [host]);
  calls();
  await edr.syncHosts([host], signal);
  await eventually(() => server.control.truth().tasks[0]?.hosts[0]?.startedAt !== undefined, {
    what: "the task to start",
    everyMs: 10,
  });
  expect(calls()).toMatchObject({ "HostGroup.AddHostsForSync": 1, "AsyncActionStateChecker.CheckActionState": 1 });
});

test("the policy's prevention switch is told by the site's own word, or read where it is configured to be", async () => {
  const policy = { section: "EndpointDetectionAndResponse", setting: ["ExecutionPreventionEnabled"], expected: false };
  const { edr, server, calls } = await start({ settings: { prevention: { policy } } });
  const host = firstHost(site as SimulatedSite);
  expect(await edr.preventionPolicy(host, signal)).toEqual({ kind: "fits" });
  expect(calls()).toMatchObject({ "PolicyProfiles.GetEffectivePolicyContents": 1, "SsContents.Ss_Release": 1 });
  server.control.setPreventionSwitch("on");
  // Policies change seldom: one host's answer holds for ten minutes.
  expect(await edr.preventionPolicy(host, signal)).toEqual({ kind: "fits" });
  expect(calls()).toEqual({});
  const other = kesHosts(site as SimulatedSite)[1] ?? host;
  expect(await edr.preventionPolicy(other, signal)).toMatchObject({
    kind: "contradicts",
    reason: expect.stringContaining("ExecutionPreventionEnabled is true, not false"),
  });
});

test.each([
  [{}, { kind: "unknown", reason: expect.stringContaining("declared") }],
  [{ declared: true }, { kind: "declared" }],
  [
    { policy: { section: "Nowhere", setting: ["X"], expected: true } },
    { kind: "unknown", reason: expect.stringContaining("Nowhere / X is not there") },
  ],
  [
    { policy: { product: "KESS", section: "S", setting: ["X"], expected: true } },
    { kind: "unknown", reason: expect.stringContaining("no active policy of KESS") },
  ],
])("what cannot be told of the switch is unknown with its reason: %j", async (prevention, expected) => {
  const { edr } = await start({ settings: { prevention } });
  expect(await edr.preventionPolicy(firstHost(site as SimulatedSite), signal)).toEqual(expected);
});

test("a policy that the account may not read is unknown, not a failure", async () => {
  const policy = { section: "S", setting: ["X"], expected: true };
  const { edr, server } = await start({ settings: { prevention: { policy } } });
  server.control.addFault({
    kind: "ksc_error",
    method: "Policy.GetEffectivePoliciesForGroup",
    error: { module: "KLSTD", code: 1184 },
  });
  expect(await edr.preventionPolicy(firstHost(site as SimulatedSite), signal)).toMatchObject({
    kind: "unknown",
    reason: expect.stringContaining("ksc.access_denied"),
  });
});
