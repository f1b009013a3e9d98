import {
  type ActionStore,
  type AgentStatus,
  decideMoves,
  type StatusBatch,
  type StatusesApplied,
} from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import type { ActionId, AgentId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { type LockedState, lockStates, type NewEntry, writeEntries } from "./move-actions.ts";
import { storableJson } from "./storable.ts";

interface Stray extends AgentStatus {
  readonly siteId: SiteId;
  readonly agentId: AgentId;
}

const LOCKS_FIRST = { first: "locks" } as const;

/** [D5] Statuses, timeline and cursors move together or not at all. */
export function createApplyStatuses(database: Database): ActionStore["applyStatuses"] {
  return (tenantId, batches, now) =>
    database.transaction(async (tx) => {
      // Together, but the server takes them in this order.
      const [cursors, states] = await Promise.all([
        lockCursors(tx, tenantId, batches),
        lockStatesOf(tx, tenantId, batches),
      ]);
      const fresh = batches.map((batch) => freshOf(batch, cursors));
      const entries: NewEntry[] = [];
      const strays: Stray[] = [];
      const results = batches.map((batch, index): StatusesApplied => {
        const part = fresh[index] as Fresh;
        if (part.kind !== "fresh") return part;
        const noted = note(batch, part.statuses, states);
        entries.push(...noted.entries);
        strays.push(...noted.strays);
        const countOf = (outcome: string) => noted.entries.filter((entry) => entry.outcome === outcome).length;
        const counts = { moved: countOf("moved"), ignored: countOf("ignored"), unknown: noted.strays.length };
        return { kind: "applied", cursor: part.cursor, ...counts };
      });
      await Promise.all([
        writeEntries(tx, tenantId, entries, now),
        keepStrays(tx, tenantId, strays, now),
        moveCursors(tx.last, fresh, batches),
      ]);
      return results;
    }, LOCKS_FIRST);
}

/** Where each site's present session is; sites whose session is another one are absent. */
async function lockCursors(
  tx: Queryable,
  tenantId: TenantId,
  batches: readonly StatusBatch[],
): Promise<Map<StatusBatch, { cursor: number }>> {
  const rows = await tx.query<{ site_id: SiteId; epoch: number; agent_id: AgentId; status_cursor: number }>(
    `SELECT s.site_id, s.epoch, s.agent_id, a.status_cursor
     FROM site_sessions s JOIN agents a USING (tenant_id, site_id, agent_id)
     WHERE s.tenant_id = $1 AND s.site_id = ANY($2) ORDER BY s.site_id FOR SHARE OF s FOR NO KEY UPDATE OF a`,
    [tenantId, [...new Set(batches.map(({ siteId }) => siteId))]],
    "lock_status_cursors",
  );
  // Batches of one site share its cursor, so that each follows on the one before.
  const bySite = new Map(rows.map((row) => [row.site_id, { ...row, cursor: row.status_cursor }]));
  return new Map(
    batches.flatMap((batch) => {
      const session = bySite.get(batch.siteId);
      const isPresent = session?.epoch === batch.epoch && session.agent_id === batch.agentId;
      return isPresent ? [[batch, session]] : [];
    }),
  );
}

type Fresh =
  | { readonly kind: "fresh"; readonly statuses: readonly AgentStatus[]; readonly cursor: number }
  | StatusesApplied;

function freshOf(batch: StatusBatch, cursors: ReadonlyMap<StatusBatch, { cursor: number }>): Fresh {
  const session = cursors.get(batch);
  if (session === undefined) return { kind: "fenced" };
  const { cursor } = session;
  const statuses = batch.statuses.filter(({ seq }) => seq > cursor);
  const [first] = statuses;
  const last = statuses.at(-1);
  if (!first || !last) return { kind: "applied", cursor, moved: 0, ignored: 0, unknown: 0 };
  if (batch.gap === "refuse" && first.seq !== cursor + 1) return { kind: "gap", cursor };
  session.cursor = last.seq;
  return { kind: "fresh", statuses, cursor: last.seq };
}

/** Of each action its state and site; a batch has a say about its own site's only. */
async function lockStatesOf(
  tx: Queryable,
  tenantId: TenantId,
  batches: readonly StatusBatch[],
): Promise<Map<ActionId, LockedState>> {
  const actionIds = batches.flatMap(({ statuses }) => statuses.map(({ actionId }) => actionId));
  if (actionIds.length === 0) return new Map();
  return lockStates(tx, tenantId, actionIds, [...new Set(batches.map(({ siteId }) => siteId))]);
}

/** What a batch comes to; `states` is brought to what it leaves, for the next batch of its site. */
function note(
  { siteId, agentId }: StatusBatch,
  statuses: readonly AgentStatus[],
  states: Map<ActionId, LockedState>,
): { readonly entries: readonly NewEntry[]; readonly strays: readonly Stray[] } {
  const entries: NewEntry[] = [];
  const strays: Stray[] = [];
  const own = new Map<ActionId, ActionState>();
  for (const { actionId } of statuses) {
    const known = states.get(actionId);
    if (known?.siteId === siteId) own.set(actionId, known.state);
  }
  for (const [index, { outcome, state }] of decideMoves(own, statuses).entries()) {
    const status = statuses[index] as AgentStatus;
    if (outcome === "not_found" || state === undefined) {
      strays.push({ ...status, siteId, agentId });
      continue;
    }
    states.set(status.actionId, { state, siteId });
    entries.push({
      actionId: status.actionId,
      at: status.at,
      source: "agent",
      state: status.state,
      outcome,
      stateAfter: state,
      statusSeq: status.seq,
      detail: status.detail,
    });
  }
  return { entries, strays };
}

async function keepStrays(tx: Queryable, tenantId: TenantId, strays: readonly Stray[], now: EpochMs): Promise<void> {
  if (strays.length === 0) return;
  await tx.query(
    `INSERT INTO stray_statuses (tenant_id, site_id, agent_id, seq, action_id, state, at, recorded_at, detail)
     SELECT $1, "siteId", "agentId", seq, "actionId", state, at, $2, detail
     FROM json_to_recordset($3::json) AS r("siteId" text, "agentId" text, seq bigint, "actionId" text, state text, at bigint,
       detail json)
     ON CONFLICT DO NOTHING`,
    [tenantId, now, storableJson(strays)],
  );
}

async function moveCursors(tx: Queryable, fresh: readonly Fresh[], batches: readonly StatusBatch[]): Promise<void> {
  const cursors = new Map<AgentId, number>();
  for (const [index, part] of fresh.entries()) {
    const batch = batches[index];
    if (batch !== undefined && part.kind === "fresh") cursors.set(batch.agentId, part.cursor);
  }
  if (cursors.size === 0) return;
  await tx.query(
    `UPDATE agents a SET status_cursor = c.cursor FROM unnest($1::text[], $2::bigint[]) AS c(agent_id, cursor)
     WHERE a.agent_id = ANY($1) AND a.agent_id = c.agent_id`,
    [[...cursors.keys()], [...cursors.values()]],
    "move_status_cursors",
  );
}
