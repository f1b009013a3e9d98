import { expect, test } from "vitest";
import { ConfigError } from "../src/config/check-config.ts";
import { ROUTES } from "../src/control/routes.ts";
import { createManualClock, startSimulator } from "../src/index.ts";
import { connect, knownHosts, startBench } from "./client.ts";

async function start(): Promise<{
  send: (verb: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
  stop: () => Promise<void>;
  simulator: Awaited<ReturnType<typeof startSimulator>>;
}> {
  const simulator = await startSimulator({
    clock: createManualClock(),
    servers: [{ name: "site one", hostList: knownHosts(2) }],
  });
  return {
    simulator,
    stop: () => simulator.stop(),
    send: async (verb, path, body) => {
      const response = await fetch(`${simulator.controlUrl}${path}`, {
        method: verb,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

test("the control API scripts devices, operators, faults and the clock, and tells the truth", async () => {
  const { send, stop, simulator } = await start();
  const ok = { status: 200, body: { ok: true } };
  const site = "/servers/site%20one";
  expect((await send("GET", "/servers")).body).toMatchObject([{ name: "site one", user: "soc" }]);
  expect((await send("GET", `${site}/hosts`)).body).toMatchObject([{ id: "host-0" }, { id: "host-1" }]);
  expect(
    await send("POST", `${site}/hosts/host-0`, {
      behaviour: "offline",
      outcomes: { getFile: "fail" },
      attributes: { KLHST_WKS_COMMENT: "x" },
    }),
  ).toEqual(ok);
  expect(await send("POST", `${site}/hosts`, { behaviour: "slow" })).toEqual(ok);
  expect(await send("POST", `${site}/console`, { state: "down" })).toEqual(ok);
  expect(await send("POST", `${site}/prevention-switch`, { position: "on" })).toEqual(ok);
  expect(await send("POST", `${site}/knobs`, { limit: 7 })).toEqual(ok);
  expect(await send("POST", `${site}/faults`, { kind: "latency", latencyMs: 5, method: "Tasks.*" })).toEqual(ok);
  expect(await send("DELETE", `${site}/faults`)).toEqual(ok);
  expect(await send("POST", `${site}/users/soc/lock`, { seconds: 5 })).toEqual(ok);
  expect(await send("POST", `${site}/users/soc/unlock`)).toEqual(ok);
  expect(await send("POST", `${site}/sessions/drop`)).toEqual(ok);
  expect(await send("POST", `${site}/restart`)).toEqual(ok);
  const made = (await send("POST", `${site}/tasks`, { hostId: "host-0", kind: "isolateHost", count: 2 })).body as {
    ids: string[];
  };
  expect(made.ids).toHaveLength(2);
  expect(await send("DELETE", `${site}/tasks/${made.ids[0]}`)).toEqual(ok);
  expect((await send("POST", "/advance", { seconds: 20_000 })).body).toEqual({ now: simulator.clock.now() });
  expect(await send("POST", `${site}/hosts/host-0/unblock`)).toEqual({
    status: 400,
    body: { error: 'Host "host-0" is not isolated.' },
  });
  expect(await send("DELETE", `${site}/hosts/host-1`)).toEqual(ok);
  expect((await send("GET", `${site}/truth?part=serviceConsole`)).body).toBe("down");
  expect((await send("GET", `${site}/truth`)).body).toMatchObject({
    server: "site one",
    knobs: { limit: 7 },
    tasks: [{ id: made.ids[1], origin: "operator" }],
    removedTasks: [{ id: made.ids[0], removed: { why: "operator" } }],
  });
  await stop();
});

test("every mistake at the control API is named", async () => {
  const { send, stop } = await start();
  const site = "/servers/site%20one";
  const mistakes: [string, string, unknown, number, RegExp][] = [
    ["GET", "/nowhere", undefined, 404, /No such control path/],
    ["GET", "/servers/other/hosts", undefined, 404, /No server "other"; there are site one/],
    ["POST", `${site}/hosts/none`, {}, 400, /No host "none"/],
    ["POST", `${site}/hosts/host-0`, { behaviour: "dead" }, 400, /behaviour/],
    ["POST", `${site}/hosts/host-0`, { typo: 1 }, 400, /typo/],
    ["POST", `${site}/knobs`, { scope: "planet" }, 400, /scope/],
    ["POST", `${site}/knobs`, { dropEvents: 2 }, 400, /dropEvents/],
    ["POST", `${site}/tasks`, { hostId: "host-0", kind: "dance" }, 400, /Unknown task kind/],
    ["POST", `${site}/users/ghost/lock`, {}, 400, /No user "ghost"/],
    ["DELETE", `${site}/tasks/1`, undefined, 400, /No task "1"/],
    ["GET", `${site}/truth?part=lies`, undefined, 400, /No part "lies"/],
  ];
  for (const [verb, path, body, status, message] of mistakes) {
    const reply = await send(verb, path, body);
    expect(reply.status, path).toBe(status);
    expect((reply.body as { error: string }).error).toMatch(message);
  }
  const listed = (await send("GET", "/")).body as { routes: unknown[] };
  expect(listed.routes).toHaveLength(ROUTES.length);
  await stop();
});

test("a wrong configuration is refused whole, with every mistake and its place", async () => {
  const wrong = startSimulator({
    servers: [
      { name: "a", secondaryOf: "b", port: 70_000 },
      { name: "b", secondaryOf: "a", knobs: { limit: -1, onOverlap: "explode" as "queue" } },
      { name: "b", secondaryOf: "nobody" },
    ],
  });
  const error = await wrong.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  for (const place of [
    "servers.0.port",
    "servers.1.knobs.limit",
    "servers.1.knobs.onOverlap",
    "servers.2.name",
    'no server "nobody"',
    "own ancestor",
  ]) {
    expect(String(error)).toContain(place);
  }
});

test("stop ends every listener, also with connections open", async () => {
  const bench = await startBench({ config: { controlPort: 0 } });
  const { url } = bench.server;
  await bench.simulator.stop();
  const late = connect({ ...bench.server, url });
  await expect(late.call("Session.Ping")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  late.close();
  bench.client.close();
});
