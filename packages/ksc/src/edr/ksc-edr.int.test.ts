import type { Edr, EdrTask } from "@cordon/agent-core";
import { ACTION_KINDS, type ActionArgs, type ActionOrder } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import { actionId, type EndpointId, endpointId, epochMs, Secret, systemClock } from "@cordon/core/kernel";
import type { Knobs, SimulatedServer } from "@cordon/ksc-sim";
import { eventually } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import { type EdrSite, startEdrSite } from "../../test/edr-site.ts";
import type { KscClientOptions } from "../session/client.ts";

const stoppers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stoppers.splice(0).reverse()) await stop();
});

async function setup(
  given: { knobs?: Partial<Knobs>; hosts?: number; settings?: unknown; options?: Partial<KscClientOptions> } = {},
): Promise<EdrSite> {
  const { knobs = {}, hosts = 12, settings, options } = given;
  const site = await startEdrSite({
    server: { hosts, knobs },
    settings,
    ...(options === undefined ? {} : { options }),
  });
  stoppers.push(async () => site[Symbol.asyncDispose]());
  return site;
}

const { signal } = new AbortController();
let orders = 0;

function order(host: string, spec: ActionArgs): ActionOrder {
  orders += 1;
  return {
    actionId: actionId(`act_${String(orders).padStart(32, "0")}`),
    endpointId: endpointId(host),
    spec,
    deadline: epochMs(Date.UTC(2100, 0, 1)),
  };
}

function kesHost(server: SimulatedServer): string {
  const host = server.hosts().find((candidate) => candidate.kesVersion?.startsWith("12.9"));
  if (host === undefined) throw new Error("the seed gives a host with KES 12.9");
  return host.id;
}

const SPECS: Readonly<Record<(typeof ACTION_KINDS)[number], ActionArgs>> = {
  onDemandScan: { kind: "onDemandScan" },
  iocScan: { kind: "iocScan", indicators: [{ type: "fileName", value: 'evil & "co".exe' }] },
  quarantineFile: { kind: "quarantineFile", path: "C:\\Temp\\q.exe" },
  deleteFile: { kind: "deleteFile", path: "C:\\Temp\\d.exe", searchInSubfolders: true },
  getFile: { kind: "getFile", path: "C:\\Temp\\g.exe" },
  isolateHost: { kind: "isolateHost", durationSeconds: 3_600 },
  preventExecution: { kind: "preventExecution", sha256: "ab".repeat(32) },
  startProcess: { kind: "startProcess", path: "C:\\t.exe", arguments: "/q" },
  terminateProcess: { kind: "terminateProcess", path: "C:\\m.exe" },
};

/** Waits until the order's task is done; returns the task. */
async function finishedTask(edr: Edr, host: EndpointId, incidentId: number): Promise<EdrTask> {
  return eventually(
    async () => {
      const task = (await edr.tasksOf(host, signal)).find(({ response }) => response?.incidentId === incidentId);
      if (task === undefined) return undefined;
      const state = (await edr.taskStates([task], signal)).get(task.taskId);
      return state?.kind === "present" && state.hostState === 4 ? task : undefined;
    },
    { what: `the task of incident ${incidentId} to end well`, everyMs: 25 },
  );
}

test("[L8] whether an order may go is asked when it has its connection and its login, and a no sends nothing", async () => {
  const { server, edr } = await setup({});
  const wish = order(kesHost(server), { kind: "onDemandScan" });
  let asked = 0;
  const answer = (may: boolean) => () => {
    asked += 1;
    return may;
  };
  // The first time with a login before it, the second time on a connection that is open.
  for (const times of [1, 2]) {
    await expect(edr.submit(wish, signal, answer(false))).rejects.toMatchObject({ code: "agent.not_acting" });
    expect(asked).toBe(times);
  }
  expect(server.control.truth().incidents).toEqual([]);
  expect(await edr.submit(wish, signal, answer(true))).toMatchObject({ kind: "stored" });
  expect(server.control.truth().incidents).toHaveLength(1);
});

test.each(["global", "local"] as const)(
  "[T1] all nine actions come to a finished %s task of the right kind on the right host",
  async (taskPlacement) => {
    const { server, edr } = await setup({ knobs: { taskPlacement } });
    const host = endpointId(kesHost(server));
    expect(await edr.consoleAvailable(signal)).toBe(true);
    const incidents = new Map<number, string>();
    for (const kind of ACTION_KINDS) {
      const outcome = await edr.submit(order(host, SPECS[kind]), signal);
      expect(outcome).toMatchObject({ kind: "stored" });
      if (outcome.kind === "stored") incidents.set(outcome.incidentId, kind);
    }
    for (const [incidentId, kind] of incidents) {
      const task = await finishedTask(edr, host, incidentId);
      expect(task).toMatchObject({ scope: taskPlacement, endpointId: host, response: { kind, area: "KUMA" } });
      expect(Math.abs(task.createdAt - systemClock.now())).toBeLessThan(60_000);
    }
    const effects = server.control.truth().effects;
    expect(effects).toHaveLength(9);
    for (const effect of effects) {
      expect(effect.hostId).toBe(host);
      expect(effect.kind.toLowerCase()).toBe(incidents.get(effect.incidentId ?? 0)?.toLowerCase());
    }
    const isolation = server.control.truth().isolations[0];
    expect((isolation?.until ?? 0) - (isolation?.since ?? 0)).toBe(3_600_000);
  },
);

test.each(["token", "connection"] as const)(
  "an expired %s session costs one new login and nothing else",
  async (loginMode) => {
    const { server, edr } = await setup({ options: { loginMode } });
    const host = kesHost(server);
    await edr.consoleAvailable(signal);
    server.control.dropSessions();
    expect(await edr.submit(order(host, { kind: "onDemandScan" }), signal)).toMatchObject({ kind: "stored" });
    const { calls, incidents } = server.control.truth();
    expect(calls[loginMode === "token" ? "Session.StartSession" : "login"]).toBe(2);
    expect(incidents).toHaveLength(1);
  },
);

test("a restarted KSC is logged in to again", async () => {
  const { server, edr } = await setup({ options: { loginMode: "connection" } });
  await edr.consoleAvailable(signal);
  server.control.restart();
  await eventually(() => edr.consoleAvailable(signal), { what: "KSC to answer again" });
});

test("a wrong password makes exactly one login attempt, however many calls are made, and locks nobody out", async () => {
  const { server, connect } = await setup({ knobs: { lockAfter: 2 } });
  const wrong = connect(undefined, {
    sessions: 4,
    credentials: { scheme: "KSCBasic", user: server.user, password: new Secret("wrong") },
  });
  const host = kesHost(server);
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 20 }, () => wrong.consoleAvailable(signal)),
    wrong.submit(order(host, { kind: "onDemandScan" }), signal),
    wrong.tasksOf(endpointId(host), signal),
  ]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "ksc.bad_credentials" } });
  }
  await expect(wrong.consoleAvailable(signal)).rejects.toMatchObject({ code: "ksc.bad_credentials" });
  // One more wrong password would have locked the account.
  expect(await connect().consoleAvailable(signal)).toBe(true);
});

test("a locked account is told apart and not tried again", async () => {
  const { server, edr } = await setup();
  server.control.lockUser(server.user);
  for (let again = 0; again < 3; again++) {
    await expect(edr.consoleAvailable(signal)).rejects.toMatchObject({ code: "ksc.account_locked" });
  }
  server.control.unlockUser(server.user);
  await expect(edr.consoleAvailable(signal)).rejects.toMatchObject({ code: "ksc.account_locked" });
});

test("another certificate than the pinned one is a mismatch", async () => {
  const { connect } = await setup();
  const edr = connect(undefined, { trust: { pinSha256: "ab".repeat(32) } });
  await expect(edr.consoleAvailable(signal)).rejects.toMatchObject({ code: "ksc.certificate_mismatch" });
});

test.each([
  ["bodyMember", "accept"],
  ["extraParams", "refuse"],
  ["bodyText", "refuse"],
] as const)(
  "[D4] an answer lost after the incident was stored: found exactly once by %s",
  async (correlation, extraBodyMembers) => {
    const { server, edr } = await setup({ settings: { correlation }, knobs: { extraBodyMembers } });
    const host = kesHost(server);
    const before = epochMs(Math.floor(systemClock.now() / 1_000) * 1_000);
    const ours = order(host, { kind: "getFile", path: 'C:\\"odd" (name)*.exe' });
    const other = order(host, { kind: "getFile", path: "C:\\other.exe" });
    expect(await edr.submit(other, signal)).toMatchObject({ kind: "stored" });
    expect(await edr.findIncident(ours, before, signal)).toBeUndefined();
    server.control.addFault({ kind: "drop_after", method: "HostGroup.AddIncident", times: 1 });
    expect(await edr.submit(ours, signal)).toMatchObject({ kind: "answer_lost" });
    const found = await edr.findIncident(ours, before, signal);
    const stored = server.control.truth().incidents.filter(({ body }) => body.includes("odd"));
    expect(stored).toHaveLength(1);
    expect(found?.incidentId).toBe(stored[0]?.id);
    expect(found?.addedAt).toBeGreaterThanOrEqual(before);
    expect(await edr.findIncident(ours, epochMs(before + 3_600_000), signal)).toBeUndefined();
    await finishedTask(edr, endpointId(host), found?.incidentId ?? 0);
  },
);

test.each(["bodyMember", "extraParams"] as const)(
  "[L5][L8] one incident for several actions is found for each of them by %s, and tells whom it serves",
  async (correlation) => {
    const { server, edr } = await setup({ settings: { correlation } });
    const host = kesHost(server);
    const [carrier, rider, stranger] = [1, 2, 3].map(() => order(host, { kind: "onDemandScan" }));
    if (carrier === undefined || rider === undefined || stranger === undefined) throw new Error("three orders");
    const before = epochMs(systemClock.now() - 60_000);
    const sent = await edr.submit({ ...carrier, serves: [rider.actionId] }, signal);
    const found = { incidentId: sent.kind === "stored" ? sent.incidentId : 0, serves: [rider.actionId] };
    expect(await edr.findIncident(carrier, before, signal)).toMatchObject(found);
    expect(await edr.findIncident(rider, before, signal)).toMatchObject(found);
    expect(await edr.findIncident(stranger, before, signal)).toBeUndefined();
  },
);

test("[D4] a connection dropped before the incident was stored: the effect is unknown, and the look says no", async () => {
  const { server, edr } = await setup();
  const host = kesHost(server);
  const ours = order(host, { kind: "onDemandScan" });
  server.control.addFault({ kind: "drop_before", method: "HostGroup.AddIncident", times: 1 });
  expect(await edr.submit(ours, signal)).toMatchObject({ kind: "answer_lost" });
  expect(await edr.findIncident(ours, epochMs(systemClock.now() - 60_000), signal)).toBeUndefined();
  expect(server.control.truth().incidents).toEqual([]);
});

test("garbage instead of an answer to AddIncident leaves its effect unknown; elsewhere it is an unexpected reply", async () => {
  const { server, edr } = await setup();
  const host = kesHost(server);
  await edr.consoleAvailable(signal);
  server.control.addFault({ kind: "garbage", body: "<html>proxy</html>" });
  expect(await edr.submit(order(host, { kind: "onDemandScan" }), signal)).toMatchObject({ kind: "answer_lost" });
  await expect(edr.tasksOf(endpointId(host), signal)).rejects.toMatchObject({ code: "ksc.unexpected_reply" });
  server.control.clearFaults();
  expect(await edr.tasksOf(endpointId(host), signal)).toEqual([]);
});

test("KSC's own refusals are told as what they are, and nothing was stored", async () => {
  const { server, edr } = await setup();
  expect(
    await edr.submit(order("00000000-0000-4000-8000-000000000000", { kind: "onDemandScan" }), signal),
  ).toMatchObject({
    kind: "rejected",
    code: "ksc.not_found",
  });
  server.control.addFault({
    kind: "ksc_error",
    method: "HostGroup.AddIncident",
    error: { module: "KLSTD", code: 1184 },
    times: 1,
  });
  expect(await edr.submit(order(kesHost(server), { kind: "onDemandScan" }), signal)).toMatchObject({
    kind: "rejected",
    code: "ksc.access_denied",
  });
  const unwritable = order(kesHost(server), { kind: "iocScan", indicators: [{ type: "url", value: "a\u0001" }] });
  expect(await edr.submit(unwritable, signal)).toMatchObject({ kind: "rejected", code: "action.invalid_arguments" });
  expect(server.control.truth().incidents).toEqual([]);
});

test("a failed task says so with KSC's words, a deleted one is gone", async () => {
  const { server, edr } = await setup();
  const host = endpointId(kesHost(server));
  server.control.setHost(host, { behaviour: "fail" });
  expect(await edr.submit(order(host, { kind: "getFile", path: "C:\\x" }), signal)).toMatchObject({ kind: "stored" });
  const [task, state] = await eventually(
    async () => {
      const [found] = await edr.tasksOf(host, signal);
      const seen = found && (await edr.taskStates([found], signal)).get(found.taskId);
      return found && seen?.kind === "present" && seen.hostState === 16 ? ([found, seen] as const) : undefined;
    },
    { what: "the task to fail", everyMs: 25 },
  );
  expect(state.description).not.toBe("");
  server.control.deleteTask(task.taskId);
  expect(await edr.taskStates([task], signal)).toEqual(new Map([[task.taskId, { kind: "gone" }]]));
  expect(await edr.tasksOf(host, signal)).toEqual([]);
});

test("[L2] tasks of others count: KUMA's scripts and console users, but not other products' tasks", async () => {
  const { server, edr } = await setup();
  const host = endpointId(kesHost(server));
  server.control.createForeignTasks({ hostId: host, kind: "isolateHost", count: 2 });
  server.control.createForeignTasks({ hostId: host, name: "Nightly scan" });
  const tasks = await edr.tasksOf(host, signal);
  expect(tasks.map(({ response }) => response?.kind)).toEqual(["isolateHost", "isolateHost", undefined]);
  expect(tasks[2]?.displayName).toBe("Nightly scan");
  // Names never change, so a second look asks only for the list.
  const asked = server.control.truth().calls["Tasks.GetTask"];
  await edr.tasksOf(host, signal);
  expect(server.control.truth().calls["Tasks.GetTask"]).toBe(asked);
});

test("events come once each, oldest first, past those of others, resumed by the cursor", async () => {
  const { server, edr } = await setup();
  const host = endpointId(kesHost(server));
  for (const kind of ["onDemandScan", "isolateHost", "startProcess"] as const) {
    const outcome = await edr.submit(order(host, SPECS[kind]), signal);
    if (outcome.kind === "stored") await finishedTask(edr, host, outcome.incidentId);
  }
  const seen = await eventually(
    async () => {
      const all = await edr.eventsAfter(0, 1_000, signal);
      return all.filter(({ newState }) => newState === 4).length === 3 ? all : undefined;
    },
    { what: "the three results", everyMs: 25 },
  );
  const ids = seen.map(({ eventDbId }) => eventDbId);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  expect(new Set(seen.map((event) => event.endpointId))).toEqual(new Set([host]));
  const paged: number[] = [];
  let cursor = 0;
  for (;;) {
    const page = await edr.eventsAfter(cursor, 2, signal);
    if (page.length === 0) break;
    expect(page.length).toBeLessThanOrEqual(2);
    paged.push(...page.map(({ eventDbId }) => eventDbId));
    cursor = paged.at(-1) ?? 0;
  }
  expect(paged).toEqual(ids);
  expect(await edr.eventsAfter(ids[0] ?? 0, 1_000, signal)).toEqual(seen.slice(1));
});

test("the inventory pages through every host and releases its accessor, also when it is left early or fails", async () => {
  const { server, connect } = await setup({ hosts: 57 });
  const edr = connect({ inventoryPageSize: 10 });
  const all: Endpoint[] = [];
  const pages: number[] = [];
  for await (const page of edr.inventory(signal)) {
    pages.push(page.length);
    all.push(...page);
  }
  expect(pages).toEqual([10, 10, 10, 10, 10, 7]);
  const truth = new Map(server.hosts().map((host) => [host.id, host]));
  expect(new Set(all.map(({ endpointId: id }) => id))).toEqual(new Set(truth.keys()));
  for (const endpoint of all) {
    const host = truth.get(endpoint.endpointId);
    expect(endpoint).toMatchObject({ instanceId: host?.instanceId, displayName: host?.name, addresses: [host?.ip] });
    expect([endpoint.fqdn, endpoint.kesVersion]).toEqual([host?.fqdn, host?.kesVersion]);
  }
  for await (const _page of edr.inventory(signal)) break;
  const stop = new AbortController();
  await expect(
    (async () => {
      for await (const _page of edr.inventory(stop.signal)) stop.abort(new Error("enough"));
    })(),
  ).rejects.toThrow("enough");
  server.control.addFault({ kind: "ksc_error", method: "ChunkAccessor.GetItemsChunk", times: 1 });
  await expect(
    (async () => {
      for await (const _page of edr.inventory(signal));
    })(),
  ).rejects.toMatchObject({ code: "ksc.unavailable" });
  const { calls } = server.control.truth();
  expect([calls["HostGroup.FindHosts"], calls["ChunkAccessor.Release"]]).toEqual([4, 4]);
});

test("endpoints are found by either id, by names in any case and by address, and by nothing that merely looks like a pattern", async () => {
  const { server, edr } = await setup({ hosts: 40 });
  const host = server.hosts().find(({ fqdn }) => fqdn !== undefined);
  if (host === undefined) throw new Error("the seed gives a host in a domain");
  const ids = async (by: "hostId" | "fqdn" | "name" | "address", value: string) =>
    (await edr.findEndpoints(by, value, signal)).map((endpoint) => endpoint.endpointId);
  expect(await ids("hostId", host.id)).toEqual([host.id]);
  expect(await ids("hostId", host.instanceId.toUpperCase())).toEqual([host.id]);
  expect(await ids("fqdn", host.fqdn?.toUpperCase() ?? "")).toEqual([host.id]);
  expect(await ids("name", host.name.toLowerCase())).toEqual([host.id]);
  expect(await ids("address", host.ip)).toContain(host.id);
  for (const pattern of ["*", "?*", `${host.name.slice(0, 3)}*`, '*")(KLHST_WKS_DN="*', ""]) {
    expect([await ids("name", pattern), await ids("address", pattern)]).toEqual([[], []]);
  }
  const { calls } = server.control.truth();
  expect(calls["ChunkAccessor.Release"]).toBe(calls["HostGroup.FindHosts"]);
});

test("without a service console KSC still stores the incident, and says that nobody will work on it", async () => {
  const { server, edr } = await setup({ knobs: { serviceConsole: "down" } });
  expect(await edr.consoleAvailable(signal)).toBe(false);
  expect(await edr.submit(order(kesHost(server), { kind: "onDemandScan" }), signal)).toMatchObject({ kind: "stored" });
});

test("the server describes itself", async () => {
  const { edr } = await setup();
  const info = await edr.serverInfo(signal);
  expect(info.name).not.toBe("");
  expect(info.version).toMatch(/^\d+\./);
  expect(info.virtualServer).toBeUndefined();
});
