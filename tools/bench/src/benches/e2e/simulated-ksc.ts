import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventually, type Program } from "@cordon/testkit";
import { hostsOf, SITES } from "./load.ts";
import { startProgram } from "./program.ts";

export interface StoredIncident {
  readonly body: string;
  readonly storedAt: number;
}

/** The simulated Security Centers of one side, all in one process of their own. */
export interface SimulatedKsc {
  readonly program: Program;
  readonly user: string;
  readonly password: string;
  urlOf(siteId: string): string;
  certificateOf(siteId: string): string;
  /** Handled AddIncident calls of these sites so far. */
  countIncidents(siteIds: readonly string[]): Promise<number>;
  incidents(siteIds: readonly string[]): Promise<readonly StoredIncident[]>;
}

const USER = "bench";
const PASSWORD = "bench-password";
/** The oldest are dropped beyond it: the bench asks for those of the last round only. */
const INCIDENTS_KEPT = 4_000;

export async function startSimulatedKsc(folder: string, name: string): Promise<SimulatedKsc> {
  const configFile = path.join(folder, `${name}.yaml`);
  const certificate = path.join(folder, `${name}.pem`);
  const servers = SITES.map(({ siteId }) => ({
    name: siteId,
    user: USER,
    password: PASSWORD,
    hostList: hostsOf(siteId).map((id, index) => ({
      id,
      name: `ws-${siteId}-${index}`,
      fqdn: `ws-${siteId}-${index}.bench.example`,
      kesVersion: "12.9.0.384",
    })),
  }));
  // YAML is a superset of JSON.
  writeFileSync(configFile, JSON.stringify({ seed: 1, knobs: { maxIncidents: INCIDENTS_KEPT }, servers }));
  const program = startProgram("tools/ksc-sim/src/main.ts", [
    ...["--config", configFile, "--port", "0", "--control-port", "0", "--cert-out", certificate],
  ]);
  const [line] = await program.waitForLine(/^ksc-sim ready.*$/, { withinMs: 60_000 });
  const control = /control (http:\S+)/.exec(line)?.[1];
  const urls = new Map([...line.matchAll(/(\S+) (https:\S+) certificate/g)].map(([, site, url]) => [site, url]));
  const ask = async (siteId: string, part: string): Promise<unknown> => {
    const answer = await fetch(`${control}/servers/${siteId}/truth?part=${part}`);
    if (!answer.ok) throw new Error(`The control API answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    program,
    user: USER,
    password: PASSWORD,
    urlOf: (siteId) => urls.get(siteId) ?? "",
    certificateOf: (siteId) =>
      readFileSync(siteId === SITES[0]?.siteId ? certificate : `${certificate}.${siteId}`, "utf8"),
    async countIncidents(siteIds) {
      const calls = await Promise.all(siteIds.map((siteId) => ask(siteId, "calls")));
      return calls.reduce<number>(
        (sum, each) => sum + ((each as Record<string, number>)["HostGroup.AddIncident"] ?? 0),
        0,
      );
    },
    async incidents(siteIds) {
      const all = await Promise.all(siteIds.map((siteId) => ask(siteId, "incidents")));
      return all.flat() as StoredIncident[];
    },
  };
}

/** Asked for seldom, for each answer costs the server time that both sides need; the end is read from `storedAt`. */
const LOOK_EVERY_MS = 250;
const ROUND_MS_MAX = 90_000;

export async function waitForIncidents(ksc: SimulatedKsc, siteIds: readonly string[], count: number): Promise<void> {
  await eventually(async () => (await ksc.countIncidents(siteIds)) >= count, {
    what: `${count} incidents to be stored`,
    withinMs: ROUND_MS_MAX,
    everyMs: LOOK_EVERY_MS,
  });
}
