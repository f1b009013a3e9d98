import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Simulator, startSimulator, type Truth } from "@cordon/ksc-sim";
import * as z from "zod";
import { type AdminApi, createAdminApi } from "./admin-api.ts";
import { type ChildProgram, startChild } from "./child-programs.ts";
import { type DemoSite, HOSTS_PER_SITE, SITES, siteKey, TENANTS, TIME_SCALE } from "./estate.ts";
import type { Credential } from "./event-sender.ts";
import { choosePort } from "./free-ports.ts";
import { COORDINATOR_FOLDER, claimRunFolder, type RunFolder } from "./run-folder.ts";
import { capableHosts } from "./sample-events.ts";
import { startAgent } from "./site-agents.ts";
import type { SiteTruth } from "./verdict.ts";

const WANTED_PORTS = { intake: 7443, api: 7444, gateway: 7445 };
/** On the first endpoints that the events are about. */
const FOREIGN_TASKS = [61, 38, 17];
const CONNECT_MS_MAX = 60_000;
const LOOK_EVERY_MS = 150;

/** What `--ready-json` of the coordinator prints. */
const readySchema = z.object({
  urls: z.object({ intake: z.string(), api: z.string(), gateway: z.string() }),
  adminTokenFile: z.string(),
  caFile: z.string(),
});

export interface DemoWorld {
  readonly api: AdminApi;
  readonly simulator: Simulator;
  readonly intakeUrl: string;
  readonly authorityFile: string;
  readonly credentials: ReadonlyMap<string, Credential>;
  /** Where a curious person can go on. */
  readonly footer: readonly string[];
  /** Asks the simulated servers over their control API. */
  truths(): Promise<readonly SiteTruth[]>;
  /** Ends everything; what the programs wrote is kept for a look when it did not go well. */
  stop(well: boolean): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Simulated servers, then the coordinator, then the agents; stopped in the opposite order. */
export async function startWorld({ seed, signal, say }: WorldOptions): Promise<DemoWorld> {
  const folder = await claimRunFolder();
  say(`Run folder ${folder.path}`);
  if (folder.cleanedUp > 0) say(`Ended ${folder.cleanedUp} processes that an earlier demo left behind.`);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (well: boolean) => {
    for (const one of stops.reverse()) await one();
    if (well) await folder.remove();
    else say(`What every program said is kept in ${folder.path} until the next demo.`);
  };
  try {
    say(`Starting ${SITES.length} simulated Security Centers with ${HOSTS_PER_SITE} endpoints each …`);
    const simulator = await startSimulators(seed);
    makeSomeBusy(simulator);
    stops.push(() => simulator.stop());
    say("Starting the coordinator with its own Postgres …");
    const coordinator = await startCoordinator(folder, say);
    stops.push(() => coordinator.program.stop());
    signal.throwIfAborted();
    const { ready } = coordinator;
    const authority = readFileSync(ready.caFile, "utf8");
    const { token, tokenFile } = await addDemoPerson(folder, ready, authority);
    const api = createAdminApi(ready.urls.api, authority, token);
    stops.push(async () => api.close());
    const credentials = await createEstate(api);
    say("Enrolling and starting three agents …");
    await Promise.all(
      SITES.map(async (site) => {
        const { token } = await api.createEnrolmentToken(site.tenantId, site.siteId);
        const agent = await startAgent({ folder, site, token, server: simulator.server(siteKey(site)) });
        stops.push(() => agent.stop());
      }),
    );
    await everyAgentConnected(api, signal);
    return {
      api,
      simulator,
      intakeUrl: ready.urls.intake,
      authorityFile: ready.caFile,
      credentials,
      footer: [
        `Admin API  ${ready.urls.api}/api/v1   events go to ${ready.urls.intake}`,
        `Simulators ${simulator.controlUrl}   logs in ${folder.path}`,
        `Try        sh ${writeApiScript(folder, { ...ready, tokenFile })} tenants/acme/actions     Ctrl-C ends all of it`,
      ],
      truths: () => askTruths(simulator),
      stop,
    };
  } catch (error) {
    await stop(signal.aborted);
    throw error;
  }
}

function startSimulators(seed: number): Promise<Simulator> {
  return startSimulator({
    seed,
    timeScale: TIME_SCALE,
    servers: SITES.map((site) => ({
      name: siteKey(site),
      names: [site.kscName],
      user: "cordon",
      password: `demo-${siteKey(site)}`,
      hosts: HOSTS_PER_SITE,
    })),
    // A synchronisation every two minutes instead of fifteen: two seconds here.
    knobs: { syncInterval: 120 },
  });
}

/** Tasks that console users and scripts made before: Cordon counts them, and the screen shows how full an endpoint is. */
function makeSomeBusy(simulator: Simulator): void {
  for (const site of SITES) {
    const { control, ...server } = simulator.server(siteKey(site));
    for (const [index, count] of FOREIGN_TASKS.entries()) {
      const host = capableHosts(server.hosts())[index];
      if (host !== undefined) control.createForeignTasks({ hostId: host.id, count, state: "ok" });
    }
  }
}

async function startCoordinator(folder: RunFolder, say: (line: string) => void) {
  const ports = await Promise.all(
    Object.entries(WANTED_PORTS).map(async ([name, wanted]) => ({ name, ...(await choosePort(wanted)) })),
  );
  for (const { name, wanted, port } of ports)
    if (port !== wanted) say(`Port ${wanted} is taken; the ${name} listens on ${port}.`);
  const program = startChild(folder, {
    name: "coordinator",
    main: "apps/coordinator/src/main.ts",
    args: [
      "--ready-json",
      "--data-dir",
      path.join(folder.path, COORDINATOR_FOLDER),
      ...ports.flatMap(({ name, port }) => [`--${name}-port`, String(port)]),
    ],
    env: {},
  });
  try {
    return { program, ready: readySchema.parse(await program.firstJson) };
  } catch (error) {
    await program.stop();
    throw new Error(`The coordinator did not start:\n${lastLines(program)}`, { cause: error });
  }
}

async function createEstate(api: AdminApi): Promise<ReadonlyMap<string, Credential>> {
  const credentials = new Map<string, Credential>();
  for (const { tenantId, name } of TENANTS) {
    await api.createTenant(tenantId, name);
    const { user, password } = await api.createIntakeCredential(tenantId, `kuma-${tenantId}`);
    if (user === undefined || password === undefined)
      throw new Error("The API made no user and password for the intake");
    credentials.set(tenantId, { user, password });
  }
  for (const { tenantId, siteId, name, kscName } of SITES) await api.createSite(tenantId, siteId, name, [kscName]);
  return credentials;
}

async function everyAgentConnected(api: AdminApi, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + CONNECT_MS_MAX;
  for (;;) {
    const health = (await Promise.all(TENANTS.map(({ tenantId }) => api.health(tenantId)))).flat();
    if (health.filter(({ connected, endpoints }) => connected && endpoints >= HOSTS_PER_SITE).length === SITES.length)
      return;
    if (performance.now() > deadline) {
      const states = health.map(
        ({ siteId, connected, endpoints }) =>
          `${siteId}: ${connected ? "connected" : "offline"}, ${endpoints} endpoints`,
      );
      throw new Error(
        `After ${CONNECT_MS_MAX / 1_000} s not every agent has connected and sent its endpoints: ${states.join("; ")}`,
      );
    }
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function askTruths(simulator: Simulator): Promise<readonly SiteTruth[]> {
  return Promise.all(
    SITES.map(async (site: DemoSite) => {
      const answer = await fetch(`${simulator.controlUrl}/servers/${siteKey(site)}/truth`);
      if (!answer.ok) throw new Error(`The control API answered ${answer.status}`);
      return { tenantId: site.tenantId, siteId: site.siteId, truth: (await answer.json()) as Truth };
    }),
  );
}

/** The break-glass token makes the first person and is not used again: from then on it would raise an alarm, as it should. */
async function addDemoPerson(
  folder: RunFolder,
  { urls, adminTokenFile }: z.output<typeof readySchema>,
  authority: string,
): Promise<{ readonly token: string; readonly tokenFile: string }> {
  const first = createAdminApi(urls.api, authority, readFileSync(adminTokenFile, "utf8").trim());
  try {
    const { token } = await first.addAdministrator("demo");
    const tokenFile = path.join(folder.path, "token");
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    return { token, tokenFile };
  } finally {
    first.close();
  }
}

/** A way to ask the API that is short enough to type. */
function writeApiScript(
  folder: RunFolder,
  { urls, tokenFile, caFile }: Pick<z.output<typeof readySchema>, "urls" | "caFile"> & { readonly tokenFile: string },
): string {
  const file = path.join(folder.path, "api");
  writeFileSync(
    file,
    `# Usage: sh ${file} PATH [CURL OPTIONS]\n` +
      `route=$1; shift\n` +
      `curl -sS --cacert '${caFile}' -H "Authorization: Bearer $(cat '${tokenFile}')" "$@" "${urls.api}/api/v1/$route"; echo\n`,
    { mode: 0o600 },
  );
  return file;
}

function lastLines(program: ChildProgram): string {
  return readFileSync(program.logFile, "utf8").split("\n").slice(-15).join("\n");
}
