import type { AgentId, EpochMs } from "@cordon/core/kernel";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { BeginRules, SessionHello, SessionStart, Standing } from "../ports/sessions.ts";

export type AgentRole = "active" | "standby";

/**
 * `active_alive`: another agent is active, or was not gone for long enough. `unleased`: the active one keeps no lease, so that
 * its silence does not prove that it stopped. `other_promoted`: a person chose another agent. `configured`: it is set to stand
 * by, and the site's first agent may still come.
 */
export type StandbyReason = "active_alive" | "unleased" | "other_promoted" | "configured";

/** Who is active at a site, as the record has it. */
export interface SiteStanding extends SiteRef, Standing {
  /** Absent until an agent was active for the first time. */
  readonly agentId?: AgentId;
  readonly isRevoked: boolean;
  readonly ledgerId?: string;
  readonly inventoryVersion: number;
  /** What the active agent is known to keep; 0 = nothing. */
  readonly actingLeaseMs: number;
  /** Agents of the site that are not revoked. */
  readonly agents: number;
  readonly promotion?: { readonly agentId: AgentId; readonly at: EpochMs; readonly oldIsStopped: boolean };
}

/** What the record knows of a ledger; zeros for one that it sees for the first time. */
export interface LedgerStanding {
  readonly statusCursor: number;
  readonly epoch: number;
  readonly boundEpoch?: number;
}

/** A promotion that was not followed by a hello of the promoted agent for so long is void: the site must not stay without. */
export const PROMOTION_MS_MAX = 10 * 60_000;

export type RoleDecision = { readonly role: "active" } | { readonly role: "standby"; readonly reason: StandbyReason };

/**
 * [L8] At most one agent of a site is active, and another one becomes it only when the former cannot act any more: its lease
 * ran out since its last sign of life, or a person vouches for it.
 */
export function decideRole(
  site: SiteStanding,
  agent: Pick<SessionHello, "agentId" | "standBy">,
  quiet: Standing | undefined,
  now: EpochMs,
): RoleDecision {
  const promotion = promotionOf(site, now);
  if (promotion !== undefined && promotion.agentId !== agent.agentId) {
    return { role: "standby", reason: "other_promoted" };
  }
  if (site.agentId === agent.agentId) return { role: "active" };
  const isQuiet = quiet?.epoch === site.epoch && quiet.beats === site.beats;
  if (site.agentId === undefined) {
    return agent.standBy && !isQuiet ? { role: "standby", reason: "configured" } : { role: "active" };
  }
  const stops = site.actingLeaseMs > 0 || site.isRevoked || promotion?.oldIsStopped === true;
  if (!stops) return { role: "standby", reason: "unleased" };
  return isQuiet ? { role: "active" } : { role: "standby", reason: "active_alive" };
}

export interface SessionDecision {
  readonly start: SessionStart;
  /** What the record keeps of the active agent from now on; absent for a stand-by. */
  readonly active?: {
    /** See `SiteStanding.actingLeaseMs`. */
    readonly agreedLeaseMs: number;
    /**
     * The ledger is another one than the site's active ledger before, or an older copy of it, or cannot know that it is not: whatever it
     * has not sent, it sends only when it is offered again.
     */
    readonly ledgerChanged: boolean;
    /** There was an active ledger before. */
    readonly hadLedger: boolean;
  };
  readonly ledger: { readonly statusCursor: number; readonly epoch: number; readonly boundEpoch?: number };
}

/** What comes of a hello. Pure; the store calls it with the site locked and writes what it says. */
export function decideSession(
  site: SiteStanding,
  ledger: LedgerStanding | undefined,
  hello: SessionHello,
  rules: BeginRules,
  now: EpochMs,
): SessionDecision {
  const decision = decideRole(site, hello, rules.quiet, now);
  const seen = Math.max(site.epoch, hello.epoch);
  // An older copy of a ledger counts its statuses anew: the cursor follows it back, for what is applied twice changes nothing.
  const statusCursor = Math.min(ledger?.statusCursor ?? 0, hello.statusSeq);
  // The epoch that bound it is on its disk when it says it, or a later one, in its hello.
  const isBound = ledger?.boundEpoch !== undefined && hello.epoch >= ledger.boundEpoch;
  const bound = (epoch: number) => (isBound && ledger.boundEpoch !== undefined ? ledger.boundEpoch : epoch);
  const shared = { statusCursor, inventoryVersion: 0 };
  if (decision.role === "standby") {
    const start = { ...decision, ...shared, epoch: seen, actingLeaseMs: 0, redeliver: false };
    // An epoch that it had before would prove nothing.
    const proof = hello.epoch < seen ? seen : seen + 1;
    return { start, ledger: { statusCursor, epoch: ledger?.epoch ?? 0, boundEpoch: bound(proof) } };
  }
  const hadLedger = site.agentId !== undefined;
  const isSame = site.agentId === hello.agentId && site.ledgerId === hello.ledgerId;
  const isOlderCopy = ledger !== undefined && (hello.statusSeq < ledger.statusCursor || hello.epoch < ledger.epoch);
  // An epoch that it has not seen was given to a session of another agent, or for one that was promoted and did not come.
  const ledgerChanged = !isSame || isOlderCopy || seen !== hello.epoch;
  // A step of more than one tells the agent that another ledger, or a later self of its own, may have acted meanwhile.
  const epoch = seen + (ledgerChanged ? 2 : 1);
  const actingLeaseMs = site.agents > 1 ? rules.actingLeaseMs : 0;
  return {
    start: {
      role: "active",
      epoch,
      actingLeaseMs,
      statusCursor,
      inventoryVersion: isSame ? site.inventoryVersion : 0,
      redeliver: ledgerChanged && hadLedger,
    },
    active: { agreedLeaseMs: isBound ? actingLeaseMs : 0, ledgerChanged, hadLedger },
    ledger: { statusCursor, epoch, ...(actingLeaseMs === 0 ? {} : { boundEpoch: bound(epoch) }) },
  };
}

function promotionOf(site: SiteStanding, now: EpochMs): SiteStanding["promotion"] {
  const { promotion } = site;
  return promotion !== undefined && now - promotion.at < PROMOTION_MS_MAX ? promotion : undefined;
}
