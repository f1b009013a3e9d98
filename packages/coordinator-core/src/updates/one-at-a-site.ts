import type { EpochMs } from "@cordon/core/kernel";
import type { FleetAgent } from "./rollout.ts";
import type { Standing } from "./step-rollout.ts";

export interface Standed {
  readonly agent: FleetAgent;
  readonly standing: Standing;
}

/** An agent that began and then fell silent may still restart with the release for so long, without a word to anyone. */
const MAY_GO_ON_MS = 3_600_000;

/**
 * Of a site's agents one at a time gets a release, and the next only when that one runs it healthy, has given it up, or never began: with
 * both restarting, or both on a bad release, nobody would act for the site. The stand-by goes first, so that the active one goes on
 * acting while the release shows itself.
 */
export function oneAtASite(
  wanted: readonly FleetAgent[],
  fleet: readonly Standed[],
  now: EpochMs,
): readonly FleetAgent[] {
  const holders = new Set(fleet.filter((one) => holdsTurn(one, now)).map(({ agent }) => agent));
  const busy = new Set([...holders].map(siteOf));
  const next = new Map<string, FleetAgent>();
  const repeated: FleetAgent[] = [];
  for (const agent of wanted) {
    const site = siteOf(agent);
    if (holders.has(agent)) repeated.push(agent);
    else if (!busy.has(site) && comesBefore(agent, next.get(site))) next.set(site, agent);
  }
  const chosen = new Set([...next.values(), ...firstOfEachSite(repeated)]);
  return wanted.filter((agent) => chosen.has(agent));
}

function holdsTurn({ agent: { connected, report }, standing }: Standed, now: EpochMs): boolean {
  if (standing === "underway" || standing === "silent") return true;
  const began = report?.state === "downloading" || report?.state === "waiting" || report?.state === "restarting";
  return !connected && began && now - report.at < MAY_GO_ON_MS;
}

function comesBefore(agent: FleetAgent, other: FleetAgent | undefined): boolean {
  if (other === undefined) return true;
  if (agent.active !== other.active) return !agent.active;
  return agent.agentId < other.agentId;
}

/** Two that are under way, by an accident, are not both helped on. */
function firstOfEachSite(agents: readonly FleetAgent[]): readonly FleetAgent[] {
  const first = new Map<string, FleetAgent>();
  for (const agent of agents) if (comesBefore(agent, first.get(siteOf(agent)))) first.set(siteOf(agent), agent);
  return [...first.values()];
}

function siteOf({ tenantId, siteId }: FleetAgent): string {
  return `${tenantId}/${siteId}`;
}
