import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Secret } from "@cordon/core/kernel";
import { databaseSettings, eventually, freePort, type Program } from "@cordon/testkit";
import * as z from "zod";
import { type AdminApi, createAdminApi } from "./admin-api.ts";
import { createEventSender, type EventSender } from "./event-sender.ts";
import { EVENT_CONNECTIONS, FLEET_SITES, SITES, SOLO_SITE } from "./load.ts";
import { firstJson, startProgram } from "./program.ts";
import type { SimulatedKsc } from "./simulated-ksc.ts";

const readySchema = z.object({
  urls: z.object({ intake: z.string(), api: z.string() }),
  adminTokenFile: z.string(),
  caFile: z.string(),
});

/** Cordon as it is installed: the coordinator's program, an agent's program, and one process with the fleet's agents. */
export interface Cordon {
  readonly sender: EventSender;
  /** Everything that works for it but the simulator, Redis and Postgres. */
  pids(): readonly number[];
  /** Stops all of its processes in their tracks, so that their after-work does not weigh on the other side. */
  pause(): void;
  resume(): void;
  /** The coordinator starts again on the same record with the other queue; resolves when all agents are back. */
  restart(environment: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

export interface CordonOptions {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ksc: SimulatedKsc;
}

const READY_MS_MAX = 120_000;

export async function startCordon({ folder, databaseUrl, environment, ksc }: CordonOptions): Promise<Cordon> {
  const ports = { intake: await freePort(), api: await freePort(), gateway: await freePort() };
  const portFlags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
  const launch = (extra: Readonly<Record<string, string>>) =>
    startProgram(
      "apps/coordinator/src/main.ts",
      ["--ready-json", "--data-dir", path.join(folder, "coordinator"), ...portFlags],
      { ...databaseSettings(new Secret(databaseUrl)), ...extra },
    );
  let coordinator = launch(environment);
  const ready = readySchema.parse(await firstJson(coordinator));
  const ca = readFileSync(ready.caFile, "utf8");
  const api = createAdminApi({ url: ready.urls.api, ca, token: readFileSync(ready.adminTokenFile, "utf8").trim() });
  const authorization = await createEstate(api);
  const solo = await writeAgentFiles(folder, SOLO_SITE, api, ksc);
  const enrolment = startProgram("apps/agent/src/main.ts", ["-c", solo, "enroll", "--token-file", `${solo}.token`]);
  if ((await enrolment.exited).code !== 0) throw new Error(`The agent could not enroll:\n${enrolment.output()}`);
  const fleet = await Promise.all(FLEET_SITES.map((siteId) => writeAgentFiles(folder, siteId, api, ksc)));
  const agents: Program[] = [
    startProgram("apps/agent/src/main.ts", ["-c", solo, "run"]),
    startProgram("tools/bench/src/benches/e2e/agents-main.ts", fleet),
  ];
  await allConnected(api);
  const signalAll = (name: NodeJS.Signals) => {
    for (const program of [coordinator, ...agents, ksc.program]) program.signal(name);
  };
  return {
    sender: createEventSender({ url: ready.urls.intake, ca, connections: EVENT_CONNECTIONS, authorization }),
    pids: () => [coordinator, ...agents].map(({ pid }) => pid),
    pause: () => signalAll("SIGSTOP"),
    resume: () => signalAll("SIGCONT"),
    async restart(extra) {
      await coordinator.end({ withinMs: 30_000 });
      coordinator = launch(extra);
      await firstJson(coordinator);
      await allConnected(api);
    },
    async stop() {
      api.close();
      await Promise.all(agents.map((agent) => agent.end()));
      await coordinator.end({ withinMs: 30_000 });
    },
  };
}

async function createEstate(api: AdminApi): Promise<string> {
  await api.createTenant();
  for (const { siteId } of SITES) await api.createSite(siteId);
  await api.putRules();
  return api.createIntakeCredential();
}

/** What a platform admin writes on a new site; all else is as it comes. */
async function writeAgentFiles(folder: string, siteId: string, api: AdminApi, ksc: SimulatedKsc): Promise<string> {
  const home = path.join(folder, siteId);
  mkdirSync(home, { mode: 0o700 });
  const file = path.join(home, "agent.yaml");
  writeFileSync(path.join(home, "password"), ksc.password, { mode: 0o600 });
  writeFileSync(path.join(home, "ksc.pem"), ksc.certificateOf(siteId));
  writeFileSync(`${file}.token`, await api.createEnrolmentToken(siteId), { mode: 0o600 });
  const { user } = ksc;
  const site = { url: ksc.urlOf(siteId), user, passwordFile: "password", trust: { pinFile: "ksc.pem" } };
  // YAML is a superset of JSON.
  writeFileSync(file, JSON.stringify({ stateDir: "state", ksc: site, log: { file: "agent.log" } }));
  return file;
}

async function allConnected(api: AdminApi): Promise<void> {
  const isThere = async () => {
    const health = await api.health();
    return SITES.every(({ siteId, hosts }) =>
      health.some((site) => site.siteId === siteId && site.connected && site.endpoints >= hosts),
    );
  };
  await eventually(isThere, { what: "every agent to have sent its endpoints", withinMs: READY_MS_MAX, everyMs: 200 });
}
