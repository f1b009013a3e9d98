import { readFileSync } from "node:fs";
import path from "node:path";
import {
  createTempFolder,
  databaseSettings,
  eventually,
  type Program,
  spawnProgram,
  startTestPostgres,
  type TestPostgres,
} from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ready } from "../src/start/announce.ts";
import { type Answer, call } from "./https-client.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");
const WITHIN = { withinMs: 55_000 };
const folder = createTempFolder("cordon-rollout");
const programs: Program[] = [];

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.kill9()));
  await postgres.stop();
  folder.remove();
});

interface Started {
  readonly program: Program;
  api(method: string, route: string, body?: object): Promise<Answer>;
}

/** A coordinator process of its own on the common record. */
async function start(name: string): Promise<Started> {
  const program = spawnProgram({
    argv: [process.execPath, MAIN, "--ready-json"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CORDON_DATA_DIR: path.join(folder.path, name),
      ...databaseSettings(postgres.url),
      CORDON_INTAKE_PORT: "0",
      CORDON_API_PORT: "0",
      CORDON_GATEWAY_PORT: "0",
    },
  });
  programs.push(program);
  const [line] = await program.waitForLine(/^\{"ready":true.*$/m, WITHIN);
  const at = JSON.parse(line) as Ready;
  const token = readFileSync(at.adminTokenFile, "utf8").trim();
  const ca = readFileSync(at.caFile, "utf8");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    program,
    api: (method, route, body) =>
      call(
        { port: at.ports.api, ca },
        { method, path: `/api/v1${route}`, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      ),
  };
}

const rules = (hours: number) => `version: 1
rules:
  - id: isolate
    name: Isolate
    mode: observe
    when: Name = 'R001'
    target: [{ by: hostName, field: DestinationHostName }]
    actions: [{ kind: isolateHost, arguments: { durationSeconds: ${hours}h } }]
`;

const SITES = ["s0", "s1", "s2", "s3"];

test("[R8] all processes are killed in the middle of a rollout over two tenants; the next one brings it to its end, each step once", async () => {
  const [one, other] = await Promise.all([start("one"), start("other")]);
  for (const tenantId of ["acme", "globex"]) {
    await one.api("POST", "/tenants", { tenantId, name: tenantId });
    for (const siteId of SITES) await one.api("POST", `/tenants/${tenantId}/sites`, { siteId, name: siteId });
    for (const version of [1, 2]) {
      const files = [{ name: "rules.yaml", text: rules(version) }];
      const put = await one.api("PUT", `/tenants/${tenantId}/rules`, { files, activate: version === 1 });
      expect(put).toMatchObject({ status: 200, body: { version } });
    }
  }
  const tenants = ["acme", "globex"].map((tenantId) => ({ tenantId, version: 2 }));
  const planned = await one.api("POST", "/plans", { tenants });
  const planOf = () => one.api("GET", `/plans/${planned.body.planId}`);
  await eventually(async () => (await planOf()).body.state === "done", { what: "the plan", ...WITHIN });

  const waves = [
    ...SITES.slice(0, 3).map((site) => ({ sites: [`acme/${site}`, `globex/${site}`], soakSeconds: 0 })),
    { soakSeconds: 0 },
  ];
  const policy = { waves, gates: {}, onBad: "pause", extendSecondsMax: 0 };
  const body = { planHash: (await planOf()).body.planHash, policy, reason: "a test" };
  const both = await Promise.all([one, other].map(({ api }) => api("POST", "/rule-rollouts", body)));
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  const lost = both.find(({ status }) => status === 409)?.body as { error: unknown } | undefined;
  const rolloutId = both.find(({ status }) => status === 201)?.body.rolloutId;
  expect(lost?.error).toMatchObject({
    code: "rule_rollout.busy",
    details: { rolloutId, problems: [expect.stringContaining("started by admin at ")] },
  });
  const waveAt = async ({ api }: Started) => Number((await api("GET", `/rule-rollouts/${rolloutId}`)).body.wave);
  await eventually(async () => (await waveAt(other)) > 0, { what: "the second wave", ...WITHIN });
  await Promise.all([one, other].map(({ program }) => program.kill9()));

  const next = await start("next");
  const stands = async () => (await next.api("GET", `/rule-rollouts/${rolloutId}`)).body;
  await eventually(async () => (await stands()).state === "done", { what: "the end", ...WITHIN });
  const steps = (await stands()).steps as { kind: string; wave: number }[];
  expect(steps.map(({ kind, wave }) => [kind, wave])).toEqual([
    ["started", 0],
    ["wave_began", 1],
    ["wave_began", 2],
    ["wave_began", 3],
    ["done", 3],
  ]);
  const versions = async () => {
    const { items } = (await next.api("GET", "/running-rules")).body as { items: { version: number }[] };
    return items.map(({ version }) => version);
  };
  expect(await versions()).toEqual(Array.from({ length: 8 }, () => 2));
  const back = await next.api("POST", `/rule-rollouts/${rolloutId}/rollback`, { reason: "it was wrong" });
  expect(back).toMatchObject({ status: 200, body: { state: "rolled_back", reason: "it was wrong" } });
  expect(await versions()).toEqual(Array.from({ length: 8 }, () => 1));
});
