import {
  type ActionStore,
  type AgentStatus,
  decideMoves,
  readActive,
  readFenced,
  type StatusBatch,
  type StatusesApplied,
} from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import type { ActionId, AgentId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { type LockedState, lockEpochs, lockStates, type NewEntry, writeEntries } from "./move-actions.ts";
import { storableJson, storableText } from "./storable.ts";

interface Stray extends AgentStatus {
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly ledgerId: string;
}

const LOCKS_FIRST = { first: "locks" } as const;

/** [D5] Statuses, timeline and cursors move together or not at all. */
export function createApplyStatuses(database: Database): ActionStore["applyStatuses"] {
  return (tenantId, batches, now) =>
    database.forTenant(tenantId).transaction(async (tx) => {
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
        moveCursors(tx.last, fresh, batches, cursors),
      ]);
      return results;
    }, LOCKS_FIRST);
}

interface LedgerCursor {
  readonly agentId: AgentId;
  readonly ledgerId: string;
  cursor: number;
}

/**
 * The cursor of each batch's ledger; active sessions that are not their site's present one are absent. A stand-by is bound to
 * no epoch: whoever is active beside it, what it saw is worth hearing.
 */
async function lockCursors(
  tx: Queryable,
  tenantId: TenantId,
  batches: readonly StatusBatch[],
): Promise<Map<StatusBatch, LedgerCursor>> {
  const siteIds = batches.flatMap(({ role, siteId }) => (role === "active" ? [siteId] : []));
  const [epochs, rows] = await Promise.all([
    lockEpochs(tx, tenantId, siteIds),
    tx.query<{ agent_id: AgentId; ledger_id: string; status_cursor: number }>(
      `SELECT l.agent_id, l.ledger_id, l.status_cursor FROM agent_ledgers l JOIN agents a USING (agent_id)
       WHERE a.tenant_id = $1 AND l.agent_id = ANY($2) AND l.ledger_id = ANY($3)
       ORDER BY l.agent_id, l.ledger_id FOR NO KEY UPDATE OF l`,
      [
        tenantId,
        [...new Set(batches.map(({ agentId }) => agentId))],
        [...new Set(batches.map(({ ledgerId }) => storableText(ledgerId)))],
      ],
      "lock_status_cursors",
    ),
  ]);
  // Batches of one ledger share its cursor, so that each follows on the one before.
  const cursors = rows.map((row) => ({
    agentId: row.agent_id,
    ledgerId: row.ledger_id,
    cursor: row.status_cursor,
  }));
  return new Map(
    batches.flatMap((batch): readonly [StatusBatch, LedgerCursor][] => {
      const isPresent = batch.role === "standby" || epochs.get(batch.siteId) === batch.epoch;
      const cursor = cursors.find(
        ({ agentId, ledgerId }) => agentId === batch.agentId && ledgerId === storableText(batch.ledgerId),
      );
      return isPresent && cursor !== undefined ? [[batch, cursor]] : [];
    }),
  );
}

type Fresh =
  | { readonly kind: "fresh"; readonly statuses: readonly AgentStatus[]; readonly cursor: number }
  | StatusesApplied;

function freshOf(batch: StatusBatch, cursors: ReadonlyMap<StatusBatch, LedgerCursor>): Fresh {
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
  { siteId, agentId, ledgerId, role }: StatusBatch,
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
  const read = role === "active" ? readActive : readFenced;
  for (const [index, { outcome, state }] of decideMoves(own, statuses, read).entries()) {
    const status = statuses[index] as AgentStatus;
    if (outcome === "not_found" || outcome === "fenced" || state === undefined) {
      strays.push({ ...status, siteId, agentId, ledgerId });
      continue;
    }
    states.set(status.actionId, { state, siteId });
    entries.push({
      actionId: status.actionId,
      at: status.at,
      source: "agent",
      // An end that was read as another one is shown as what it was read as.
      state: outcome === "moved" ? state : status.state,
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
    `INSERT INTO stray_statuses (tenant_id, site_id, agent_id, ledger_id, seq, action_id, state, at, recorded_at, detail)
     SELECT $1, "siteId", "agentId", "ledgerId", seq, "actionId", state, at, $2, detail
     FROM json_to_recordset($3::json) AS r("siteId" text, "agentId" text, "ledgerId" text, seq bigint, "actionId" text,
       state text, at bigint, detail json)
     ON CONFLICT DO NOTHING`,
    [tenantId, now, storableJson(strays)],
  );
}

async function moveCursors(
  tx: Queryable,
  fresh: readonly Fresh[],
  batches: readonly StatusBatch[],
  cursors: ReadonlyMap<StatusBatch, LedgerCursor>,
): Promise<void> {
  const moved = new Set(
    batches.flatMap((batch, index) => {
      const cursor = fresh[index]?.kind === "fresh" ? cursors.get(batch) : undefined;
      return cursor === undefined ? [] : [cursor];
    }),
  );
  if (moved.size === 0) return;
  const columns = [...moved];
  await tx.query(
    `UPDATE agent_ledgers l SET status_cursor = c.cursor
     FROM unnest($1::text[], $2::text[], $3::bigint[]) AS c(agent_id, ledger_id, cursor)
     WHERE l.agent_id = ANY($1) AND l.agent_id = c.agent_id AND l.ledger_id = c.ledger_id`,
    [
      columns.map(({ agentId }) => agentId),
      columns.map(({ ledgerId }) => ledgerId),
      columns.map(({ cursor }) => cursor),
    ],
    "move_status_cursors",
  );
}
