import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createTempFolder, eventually, type Program, spawnProgram, type TempFolder } from "@cordon/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Ready } from "../src/start/announce.ts";
import { call } from "./https-client.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");
/** The first start makes a database cluster on a machine that others load. */
const START = { withinMs: 55_000 };

let folder: TempFolder;
let programs: Program[];

beforeEach(() => {
  folder = createTempFolder("cordon-start");
  programs = [];
});
afterEach(async () => {
  for (const program of programs) await program.end();
  folder.remove();
});

function start(settings: Readonly<Record<string, string>> = {}): Program {
  const program = spawnProgram({
    argv: [process.execPath, MAIN, "--ready-json"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CORDON_DATA_DIR: path.join(folder.path, "data"),
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

function health(at: Ready) {
  const token = readFileSync(at.adminTokenFile, "utf8").trim();
  return call(
    { port: at.ports.api, ca: readFileSync(at.caFile, "utf8") },
    { path: "/api/v1/health", headers: { authorization: `Bearer ${token}` } },
  );
}

test("with nothing configured it starts on its own Postgres, keeps its secrets to the owner, and ends cleanly on SIGTERM", async () => {
  const program = start();
  const at = await ready(program);
  expect((await health(at)).body).toMatchObject({ ok: true });
  for (const file of [at.adminTokenFile, path.join(path.dirname(at.caFile), "ca.key.pem")]) {
    expect(statSync(file).mode & 0o777, file).toBe(0o600);
  }
  const readyFile = path.join(at.dataDirectory, "ready.json");
  expect(JSON.parse(readFileSync(readyFile, "utf8"))).toEqual(at);
  expect(await program.end({ signal: "SIGTERM", withinMs: 25_000 })).toEqual({ code: 0, signal: null });
  expect(existsSync(readyFile)).toBe(false);
  const log = readFileSync(path.join(at.dataDirectory, "coordinator.log"), "utf8");
  expect(log).not.toContain(readFileSync(at.adminTokenFile, "utf8").trim());
  expect(log).toContain("coordinator.stop");
});

test("after a kill -9 it starts again with the same identity and the same data", async () => {
  const first = start();
  const before = await ready(first);
  const token = readFileSync(before.adminTokenFile, "utf8");
  await call(
    { port: before.ports.api, ca: readFileSync(before.caFile, "utf8") },
    {
      method: "POST",
      path: "/api/v1/tenants",
      headers: { authorization: `Bearer ${token.trim()}`, "content-type": "application/json" },
      body: JSON.stringify({ tenantId: "acme", name: "Acme" }),
    },
  );
  await first.kill9();
  const after = await ready(start());
  expect(readFileSync(after.adminTokenFile, "utf8")).toBe(token);
  const kept = await call(
    { port: after.ports.api, ca: readFileSync(after.caFile, "utf8") },
    { path: "/api/v1/tenants/acme", headers: { authorization: `Bearer ${token.trim()}` } },
  );
  expect(kept.body).toMatchObject({ tenantId: "acme" });
});

test("a second coordinator on the same data directory is told so and disturbs nothing", async () => {
  const first = start();
  const at = await ready(first);
  const second = start();
  expect((await second.exited).code).toBe(1);
  expect(second.stderr()).toContain("coordinator.already_running");
  expect(second.stderr()).toContain("CORDON_DATA_DIR");
  expect((await health(at)).status).toBe(200);
});

test("a port that is taken is named together with the variable to change, and nothing is left running", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const taken = String(typeof address === "object" ? address?.port : "");
  const program = start({ CORDON_API_PORT: taken });
  expect((await program.exited).code).toBe(1);
  expect(program.stderr()).toContain(`127.0.0.1:${taken}`);
  expect(program.stderr()).toContain("CORDON_API_PORT");
  other.close();
  await eventually(() => !existsSync(path.join(folder.path, "data", "ready.json")), { what: "no ready file" });
});

test("a wrong setting is one readable line, not a stack trace", async () => {
  const program = start({ CORDON_LOG_LEVEL: "loud" });
  expect((await program.exited).code).toBe(1);
  expect(program.stderr()).toContain("CORDON_LOG_LEVEL");
  expect(program.stderr()).not.toContain("    at ");
});
