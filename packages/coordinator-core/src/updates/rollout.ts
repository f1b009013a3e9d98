import { createHash } from "node:crypto";
import type { AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";

/** A part of the fleet that gets a release together. */
export interface Ring {
  /** `tenant/site`: these sites for certain. */
  readonly sites?: readonly string[] | undefined;
  /** Of the sites that no ring names, this part, 0 to 1. Left out with `sites` left out too: all that remain. */
  readonly share?: number | undefined;
  /** For so long its agents must have run healthy before the next ring begins. */
  readonly soakMs: number;
}

export const ROLLOUT_STATES = ["running", "paused", "aborted", "done"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** How a release goes over the fleet, ring by ring. The newest that was not aborted also says what late-comers get. */
export interface Rollout {
  readonly rolloutId: string;
  readonly version: string;
  readonly rings: readonly Ring[];
  /** Draws the shares: the same agents all along, others in the next rollout. */
  readonly seed: string;
  readonly state: RolloutState;
  /** The newest ring that gets the release, from 0. */
  readonly ring: number;
  readonly ringSince: EpochMs;
  /** So many failures were seen by the person who let it go on. */
  readonly tolerated: number;
  /** Why it is paused or waits. */
  readonly reason?: string | undefined;
  /** Counts changes, so that of two who decide at once one wins. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly changedAt: EpochMs;
  readonly changedBy: string;
}

export type ReportedState = "off" | "waiting" | "downloading" | "restarting" | "running" | "returned" | "refused";

/** One agent, as far as updates are concerned. */
export interface FleetAgent {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  /** It is the one that acts for its site. */
  readonly active: boolean;
  /** Heard of within the last minute. */
  readonly connected: boolean;
  readonly seenAt?: EpochMs | undefined;
  readonly running?: string | undefined;
  /** Absent: an agent that knows nothing of updates, or never connected. */
  readonly target?: string | undefined;
  /** The ring that its own configuration asks for. */
  readonly ring?: number | undefined;
  /** It takes no updates. */
  readonly off: boolean;
  /** Its last word about the version in question. */
  readonly report?:
    | {
        readonly state: ReportedState;
        readonly at: EpochMs;
        readonly problem?: { readonly code: ErrorCode; readonly message: string } | undefined;
      }
    | undefined;
}

/** The first ring by the agent's own wish, by name, or by lot. An agent's place never moves during a rollout. */
export function ringOf(rollout: Pick<Rollout, "rings" | "seed">, agent: FleetAgent): number {
  const { rings, seed } = rollout;
  const last = rings.length - 1;
  if (agent.ring !== undefined) return Math.min(agent.ring, last);
  const site = `${agent.tenantId}/${agent.siteId}`;
  const named = rings.findIndex(({ sites }) => sites?.includes(site));
  if (named >= 0) return named;
  const lot = createHash("sha256").update(`${seed} ${site}`).digest().readUInt32BE() / 2 ** 32;
  let upTo = 0;
  for (const [index, { share, sites }] of rings.entries()) {
    upTo += share ?? (sites === undefined ? 1 : 0);
    if (lot < upTo) return index;
  }
  return last;
}
