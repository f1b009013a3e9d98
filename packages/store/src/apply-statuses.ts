import { type ActionStore, type AgentStatus, decideMoves, type StatusesApplied } from "@cordon/coordinator-core";
import type { AgentId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { lockStates, type NewEntry, writeEntries } from "./move-actions.ts";
import { storableJson } from "./storable.ts";

/** [D5] Statuses, timeline and cursor move together or not at all. */
export function createApplyStatuses(database: Database): ActionStore["applyStatuses"] {
  return (tenantId, siteId, { agentId, epoch, statuses, gap }, now) =>
    database.transaction(async (tx): Promise<StatusesApplied> => {
      const [session] = await tx.query<{ epoch: number; agent_id: AgentId; status_cursor: number }>(
        `SELECT s.epoch, s.agent_id, a.status_cursor FROM site_sessions s JOIN agents a USING (tenant_id, site_id, agent_id)
         WHERE s.tenant_id = $1 AND s.site_id = $2 FOR SHARE OF s FOR NO KEY UPDATE OF a`,
        [tenantId, siteId],
        "lock_status_cursor",
      );
      if (!session || session.epoch !== epoch || session.agent_id !== agentId) return { kind: "fenced" };
      const cursor = session.status_cursor;
      const fresh = statuses.filter(({ seq }) => seq > cursor);
      const [first] = fresh;
      const last = fresh.at(-1);
      if (!first || !last) return { kind: "applied", cursor, moved: 0, ignored: 0, unknown: 0 };
      if (gap === "refuse" && first.seq !== cursor + 1) return { kind: "gap", cursor };

      const counts = await applyFresh(tx, { tenantId, siteId, agentId }, fresh, now);
      await tx.query(
        "UPDATE agents SET status_cursor = $2 WHERE agent_id = $1",
        [agentId, last.seq],
        "move_status_cursor",
      );
      return { kind: "applied", cursor: last.seq, ...counts };
    });
}

async function applyFresh(
  tx: Queryable,
  { tenantId, siteId, agentId }: { readonly tenantId: TenantId; readonly siteId: SiteId; readonly agentId: AgentId },
  fresh: readonly AgentStatus[],
  now: EpochMs,
): Promise<{ readonly moved: number; readonly ignored: number; readonly unknown: number }> {
  // Only actions of this very site: an agent has no say about another's.
  const states = await lockStates(
    tx,
    tenantId,
    fresh.map(({ actionId }) => actionId),
    siteId,
  );
  const entries: NewEntry[] = [];
  const strays: AgentStatus[] = [];
  for (const [index, result] of decideMoves(states, fresh).entries()) {
    const status = fresh[index] as AgentStatus;
    if (result.outcome === "not_found" || result.state === undefined) strays.push(status);
    else {
      entries.push({
        actionId: status.actionId,
        at: status.at,
        source: "agent",
        state: status.state,
        outcome: result.outcome,
        stateAfter: result.state,
        statusSeq: status.seq,
        detail: status.detail,
      });
    }
  }
  await writeEntries(tx, tenantId, entries, now);
  if (strays.length > 0) {
    await tx.query(
      `INSERT INTO stray_statuses (tenant_id, site_id, agent_id, seq, action_id, state, at, recorded_at, detail)
       SELECT $1, $2, $3, seq, "actionId", state, at, $5, detail
       FROM json_to_recordset($4::json) AS r(seq bigint, "actionId" text, state text, at bigint, detail json)
       ON CONFLICT DO NOTHING`,
      [tenantId, siteId, agentId, storableJson(strays), now],
    );
  }
  const countOf = (outcome: string) => entries.filter((entry) => entry.outcome === outcome).length;
  return { moved: countOf("moved"), ignored: countOf("ignored"), unknown: strays.length };
}
