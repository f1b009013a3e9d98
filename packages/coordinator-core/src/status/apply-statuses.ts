import { isSettled } from "@cordon/core/action";
import { type AgentId, AppError, asAppError, type Clock, type Logger, type TenantId } from "@cordon/core/kernel";
import type { ChainSteps } from "../chains/chain-steps.ts";
import { siteKey } from "../dispatch/site-key.ts";
import type { ActionStore, AgentStatus, StatusBatch, StatusesApplied } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { AgentRole } from "../sites/decide-session.ts";
import { createTenantLine } from "../tenant-line.ts";

/** The session that a message came in on. */
export interface SessionRef extends SiteRef {
  readonly agentId: AgentId;
  readonly ledgerId: string;
  readonly role: AgentRole;
  readonly epoch: number;
}

export type StatusAnswer = Exclude<StatusesApplied, { kind: "gap" }>;

/**
 * On `applied` acknowledge `cursor`; on `fenced` end the session. Throws `store.unavailable`: acknowledge nothing and end the
 * session, so that the agent starts again after what is stored. Calls of one session are applied in their order.
 */
export type ApplyStatuses = (session: SessionRef, statuses: readonly AgentStatus[]) => Promise<StatusAnswer>;

interface Entry {
  readonly session: SessionRef;
  readonly batch: StatusBatch;
  readonly resolve: (answer: StatusAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const STATUSES_PER_WRITE_MAX = 2_000;

/** Statuses of all of a tenant's sites share transactions: a hundred sites that each have something to say cost few. */
export function createApplyStatuses(deps: {
  readonly store: Pick<ActionStore, "applyStatuses">;
  /** What waits for actions that have ended goes on. */
  readonly chains: Pick<ChainSteps, "ended">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApplyStatuses {
  const { store, clock, logger } = deps;
  /** The session that was heard last, of each agent that ever connected here. */
  const heard = new Map<string, string>();

  const write = async (tenantId: TenantId, entries: readonly Entry[]): Promise<void> => {
    const startedMs = clock.monotonicMs();
    try {
      const batches = entries.map(({ batch }) => batch);
      const results = await store.applyStatuses(tenantId, batches, clock.now());
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      for (const [index, entry] of entries.entries()) answer(entry, results[index], durationMs);
    } catch (thrown) {
      // What the database refuses of one site must not end the sessions of the others.
      const { code } = asAppError(thrown);
      if (entries.length === 1 || code !== "internal.unexpected") for (const { reject } of entries) reject(thrown);
      else for (const entry of entries) await write(tenantId, [entry]);
    }
  };

  const answer = (
    { session, batch, resolve, reject }: Entry,
    result: StatusesApplied | undefined,
    durationMs: number,
  ) => {
    const { tenantId, siteId, agentId, epoch } = session;
    const fields = { tenantId, siteId, agentId, epoch, statuses: batch.statuses.length };
    logger.info("status.apply", { ...fields, ...result, durationMs });
    if (result === undefined || result.kind === "gap") {
      const text = `statuses of ${tenantId}/${siteId} after ${result?.cursor} were not stored`;
      reject(new AppError("store.unavailable", text));
      return;
    }
    const ended = batch.statuses.flatMap(({ actionId, state }) => (isSettled(state) ? [actionId] : []));
    if (ended.length > 0) deps.chains.ended(tenantId, ended);
    resolve(result);
  };

  const add = createTenantLine({ take: takeWrite, write });
  return (session, statuses) => {
    const { tenantId, siteId, agentId, ledgerId, role, epoch } = session;
    const line = `${siteKey(session)}/${agentId}`;
    const isFirst = heard.get(line) !== `${role}/${epoch}`;
    heard.set(line, `${role}/${epoch}`);
    // The first batch may start anywhere: the agent has forgotten what was acknowledged before a restored record. After it, a
    // hole means that an earlier batch of this session failed, and moving the cursor past it would lose that batch.
    const gap = isFirst ? "accept" : "refuse";
    const batch: StatusBatch = { siteId, agentId, ledgerId, role, epoch, statuses, gap };
    return new Promise((resolve, reject) => {
      add(tenantId, { session, batch, resolve, reject });
    });
  };
}

/** A batch is never split; a single one that is larger goes alone. */
function takeWrite(entries: Entry[]): readonly Entry[] {
  let statuses = 0;
  let count = 0;
  for (const { batch } of entries) {
    if (count > 0 && statuses + batch.statuses.length > STATUSES_PER_WRITE_MAX) break;
    statuses += batch.statuses.length;
    count++;
  }
  return entries.splice(0, count);
}
