import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { removeDataFolder } from "@cordon/store";
import { createTempFolder, type Program, spawnProgram } from "@cordon/testkit";
import { afterAll, afterEach, expect, test } from "vitest";
import type { Ready } from "../src/start/announce.ts";
import { call } from "./https-client.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");
/** The first start makes a database cluster, on a machine that others load. */
const START = { withinMs: 55_000 };

const folder = createTempFolder("cordon-start");
const data = path.join(folder.path, "data");
const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.end({ withinMs: 25_000 });
});
afterAll(async () => {
  // As root the cluster lies where Postgres' own user reaches it, and only a link to it in here.
  await removeDataFolder(path.join(data, "postgres"));
  folder.remove();
});

function start(settings: Readonly<Record<string, string>> = {}): Program {
  const program = spawnProgram({
    argv: [process.execPath, MAIN, "--ready-json"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CORDON_DATA_DIR: data,
      CORDON_INTAKE_PORT: "0",
      CORDON_API_PORT: "0",
      CORDON_GATEWAY_PORT: "0",
      ...settings,
    },
  });
  programs.push(program);
  return program;
}

async function ready(program: Program): Promise<Ready> {
  const [line] = await program.waitForLine(/^\{"ready":true.*$/m, START);
  return JSON.parse(line);
}

function api(at: Ready, method: string, route: string, body?: object) {
  const token = readFileSync(at.adminTokenFile, "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return call(
    { port: at.ports.api, ca: readFileSync(at.caFile, "utf8") },
    { method, path: `/api/v1${route}`, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
  );
}

test("with nothing configured it starts on its own Postgres, keeps its secrets to the owner, and ends cleanly on SIGTERM", async () => {
  const program = start();
  const at = await ready(program);
  expect((await api(at, "GET", "/health")).body).toMatchObject({ ok: true });
  for (const file of [at.adminTokenFile, path.join(at.dataDirectory, "recovery.key.pem")]) {
    expect(statSync(file).mode & 0o777, file).toBe(0o600);
  }
  const readyFile = path.join(data, "ready.json");
  expect(JSON.parse(readFileSync(readyFile, "utf8"))).toEqual(at);
  expect(await program.end({ signal: "SIGTERM", withinMs: 25_000 })).toEqual({ code: 0, signal: null });
  expect(existsSync(readyFile)).toBe(false);
  const log = readFileSync(path.join(data, "coordinator.log"), "utf8");
  expect(log).not.toContain(readFileSync(at.adminTokenFile, "utf8").trim());
  expect(log).toContain("coordinator.stop");
});

test("a second coordinator on the same data directory is refused; after a kill -9 of the first it starts with identity and data", async () => {
  const first = start();
  const before = await ready(first);
  const token = readFileSync(before.adminTokenFile, "utf8");
  expect((await api(before, "POST", "/tenants", { tenantId: "acme", name: "Acme" })).status).toBe(201);

  const second = start();
  expect((await second.exited).code).toBe(1);
  expect(second.stderr()).toContain("coordinator.already_running");
  expect(second.stderr()).toContain("CORDON_DATA_DIR");
  expect((await api(before, "GET", "/health")).status).toBe(200);

  await first.kill9();
  const after = await ready(start());
  expect(readFileSync(after.adminTokenFile, "utf8")).toBe(token);
  expect((await api(after, "GET", "/tenants/acme")).body).toMatchObject({ tenantId: "acme" });
});

test("a port that is taken is named together with the variable to change, and nothing is left behind", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const taken = String(typeof address === "object" ? address?.port : "");
  const program = start({ CORDON_API_PORT: taken });
  expect((await program.exited).code).toBe(1);
  expect(program.stderr()).toContain(`127.0.0.1:${taken}`);
  expect(program.stderr()).toContain("CORDON_API_PORT");
  other.close();
  expect(existsSync(path.join(data, "ready.json"))).toBe(false);
});

test("a wrong setting is one readable line, not a stack trace", async () => {
  const program = start({ CORDON_LOG_LEVEL: "loud" });
  expect((await program.exited).code).toBe(1);
  expect(program.stderr()).toContain("CORDON_LOG_LEVEL");
  expect(program.stderr()).not.toContain("    at ");
});
