import type { EpochMs, ErrorCode } from "@cordon/core/kernel";
import { oneAtASite } from "./one-at-a-site.ts";
import { type FleetAgent, type Rollout, ringOf } from "./rollout.ts";

/**
 * How one agent stands with the rollout's release.
 *
 * - `healthy`: runs it, proven, connected. `failed`: took it back, or refused it for what is wrong with the release.
 * - `underway`: fetches it, waits for a quiet moment, or restarts. `pending`: connected, and has not said anything of it.
 * - `silent`: was restarting with it, or ran it, and is not heard of: the worst may have happened.
 * - `away`: not heard of, and had not begun. `off`: takes no updates. `noFile`: the release has none for its platform.
 */
export type Standing = "healthy" | "failed" | "underway" | "pending" | "silent" | "away" | "off" | "noFile";

export interface RingView {
  readonly soakMs: number;
  readonly agents: Readonly<Record<Standing, number>>;
}

export interface RolloutStep {
  /** The same object when nothing changed. */
  readonly rollout: Rollout;
  readonly rings: readonly RingView[];
  /** Agents to which the release is to be offered now. */
  readonly offers: readonly FleetAgent[];
}

/** What a refusal says about the agent's day rather than about the release; it is offered again later. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["update.download_failed", "update.no_space", "update.never_quiet"]);

/** A refusal for a passing reason, and an offer that led to nothing, are repeated after so long. */
const AGAIN_MS = 3_600_000;

/** Looks at the fleet and decides: pause, next ring, done; and who is to be offered the release. */
export function stepRollout(input: {
  readonly rollout: Rollout;
  /** Targets that the release has files for. */
  readonly targets: readonly string[];
  readonly agents: readonly FleetAgent[];
  readonly now: EpochMs;
}): RolloutStep {
  const { rollout, targets, agents, now } = input;
  const standings = agents.map((agent) => standingOf(agent, rollout.version, targets));
  const rings = agents.map((agent) => ringOf(rollout, agent));
  const views = rollout.rings.map(({ soakMs }, ring) => ({
    soakMs,
    agents: countOf(standings.filter((_, index) => rings[index] === ring)),
  }));
  const next = rollout.state === "running" ? decide(rollout, views, { agents, standings, rings, now }) : rollout;
  const isOffering = next.state === "running" || next.state === "done";
  const wanted = agents.filter(
    (agent, index) =>
      isOffering && (rings[index] ?? 0) <= next.ring && wantsOffer(agent, standings[index] ?? "off", next.version, now),
  );
  const fleet = agents.map((agent, index) => ({ agent, standing: standings[index] ?? "off" }));
  return { rollout: next, rings: views, offers: oneAtASite(wanted, fleet, now) };
}

function standingOf(agent: FleetAgent, version: string, targets: readonly string[]): Standing {
  const { connected, running, report, target, off } = agent;
  const state = report?.state;
  if (state === "returned") return "failed";
  if (state === "refused" && !PASSING.has(report?.problem?.code ?? "internal.unexpected")) return "failed";
  const hasBegun = running === version || state === "restarting" || state === "running";
  if (!connected) return hasBegun ? "silent" : "away";
  if (running === version) return state === "restarting" ? "underway" : "healthy";
  if (off || target === undefined || state === "off") return "off";
  if (!targets.includes(target)) return "noFile";
  return state === "downloading" || state === "waiting" || state === "restarting" ? "underway" : "pending";
}

interface Seen {
  readonly agents: readonly FleetAgent[];
  readonly standings: readonly Standing[];
  readonly rings: readonly number[];
  readonly now: EpochMs;
}

function decide(rollout: Rollout, views: readonly RingView[], seen: Seen): Rollout {
  const begun = views.slice(0, rollout.ring + 1);
  const failures = sum(begun, "failed");
  if (failures > rollout.tolerated) return { ...rollout, state: "paused", reason: firstFailure(seen, rollout) };
  const reason = whatHolds(rollout, begun, seen);
  if (reason !== undefined) return reason === rollout.reason ? rollout : { ...rollout, reason };
  const { reason: _over, ...rest } = rollout;
  if (rollout.ring + 1 === rollout.rings.length) return { ...rest, state: "done" };
  return { ...rest, ring: rollout.ring + 1, ringSince: seen.now };
}

/** Undefined when the next ring may begin. Silence is inconclusive: what was not heard counts for nothing. */
function whatHolds(rollout: Rollout, begun: readonly RingView[], seen: Seen): string | undefined {
  const silent = sum(begun, "silent");
  if (silent > 0) return `${agentsOf(silent)} not heard of since the update`;
  const open = sum(begun, "pending") + sum(begun, "underway");
  if (open > 0) return `${agentsOf(open)} not there yet`;
  const current = begun.at(-1);
  if (current === undefined) return "the rollout has no rings";
  const { healthy, away, failed } = current.agents;
  if (healthy === 0 && away > 0) return `${agentsOf(away)} of ring ${rollout.ring} away, none has run it yet`;
  if (healthy === 0 && failed > 0) return `no agent of ring ${rollout.ring} runs it`;
  const youngest = Math.max(
    rollout.ringSince,
    ...seen.agents.flatMap((agent, index) =>
      seen.rings[index] === rollout.ring && seen.standings[index] === "healthy" ? [agent.report?.at ?? seen.now] : [],
    ),
  );
  // A ring in which nobody takes updates proves nothing and holds nothing up.
  if (healthy === 0) return undefined;
  const left = youngest + current.soakMs - seen.now;
  return left > 0 ? `ring ${rollout.ring} is to run it for another ${Math.ceil(left / 60_000)} min` : undefined;
}

function firstFailure({ agents, standings, rings }: Seen, rollout: Rollout): string {
  const index = agents.findIndex((_, at) => standings[at] === "failed" && (rings[at] ?? 0) <= rollout.ring);
  const agent = agents[index];
  const problem = agent?.report?.problem;
  const why = problem === undefined ? agent?.report?.state : `${problem.code}: ${problem.message}`;
  return `${agent?.agentId} of ${agent?.tenantId}/${agent?.siteId}: ${why}`;
}

function wantsOffer(agent: FleetAgent, standing: Standing, version: string, now: EpochMs): boolean {
  if (!agent.connected || agent.running === version) return false;
  if (standing === "pending") return agent.report?.state !== "refused" || now - agent.report.at >= AGAIN_MS;
  // An agent that was restarted in between has forgotten the offer.
  return standing === "underway" && now - (agent.report?.at ?? 0) >= AGAIN_MS;
}

function countOf(standings: readonly Standing[]): Record<Standing, number> {
  const counts = { healthy: 0, failed: 0, underway: 0, pending: 0, silent: 0, away: 0, off: 0, noFile: 0 };
  for (const standing of standings) counts[standing]++;
  return counts;
}

const sum = (views: readonly RingView[], standing: Standing) =>
  views.reduce((total, { agents }) => total + agents[standing], 0);

const agentsOf = (count: number) => (count === 1 ? "1 agent is" : `${count} agents are`);
