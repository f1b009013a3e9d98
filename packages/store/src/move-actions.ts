import type { TimelineEntry } from "@cordon/coordinator-core";
import type { ActionState, StatusDetail } from "@cordon/core/action";
import type { ActionId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";
import { storableJson } from "./storable.ts";

export interface LockedState {
  readonly state: ActionState;
  readonly siteId: SiteId;
}

/** The states of these actions, locked until the transaction ends, in id order so that two transactions never wait in a circle. */
export async function lockStates(
  tx: Queryable,
  tenantId: TenantId,
  actionIds: readonly ActionId[],
  siteIds?: readonly SiteId[],
): Promise<Map<ActionId, LockedState>> {
  const rows = await tx.query<{ action_id: ActionId; site_id: SiteId; state: ActionState }>(
    `SELECT action_id, site_id, state FROM actions
     WHERE tenant_id = $1 AND action_id = ANY($2) AND ($3::text[] IS NULL OR site_id = ANY($3))
     ORDER BY action_id FOR NO KEY UPDATE`,
    [tenantId, [...new Set(actionIds)], siteIds ?? null],
    "lock_action_states",
  );
  return new Map(rows.map(({ action_id, site_id, state }) => [action_id, { state, siteId: site_id }]));
}

/** The epochs of these sites' present sessions, held until the transaction ends: no other one begins meanwhile. */
export async function lockEpochs(
  tx: Queryable,
  tenantId: TenantId,
  siteIds: readonly SiteId[],
): Promise<ReadonlyMap<SiteId, number>> {
  if (siteIds.length === 0) return new Map();
  const rows = await tx.query<{ site_id: SiteId; epoch: number }>(
    "SELECT site_id, epoch FROM site_sessions WHERE tenant_id = $1 AND site_id = ANY($2) ORDER BY site_id FOR SHARE",
    [tenantId, [...new Set(siteIds)]],
    "lock_session_epochs",
  );
  return new Map(rows.map(({ site_id, epoch }) => [site_id, epoch]));
}

export interface NewEntry extends Omit<TimelineEntry, "recordedAt"> {
  /** The state afterwards. */
  readonly stateAfter: ActionState;
}

/**
 * Appends the entries and brings each action to the state, detail and sequence of its last one; one statement. The ids are
 * named beside the join: its plan is kept, and one that was made while the table was small would read the tenant's whole
 * history for every step.
 */
export async function writeEntries(
  tx: Queryable,
  tenantId: TenantId,
  entries: readonly NewEntry[],
  now: EpochMs,
): Promise<void> {
  if (entries.length === 0) return;
  const changes = changesOf(entries);
  await tx.query(
    `WITH moved AS (
       UPDATE actions a SET state = c.state, state_at = COALESCE(c.state_at, a.state_at), detail = COALESCE(c.detail, a.detail),
         last_status_seq = COALESCE(c.status_seq, a.last_status_seq)
       FROM json_to_recordset($3::json) AS c(action_id text, state text, state_at bigint, detail json, status_seq bigint)
       WHERE a.tenant_id = $1 AND a.action_id = ANY($5) AND a.action_id = c.action_id)
     INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, status_seq, detail, actor)
     SELECT $1, action_id, at, $4, source, state, outcome, status_seq, detail, actor
     FROM json_to_recordset($2::json) AS e(place integer, action_id text, at bigint, source text, state text, outcome text,
       status_seq bigint, detail json, actor text) ORDER BY place`,
    [
      tenantId,
      storableJson(entries.map(toEntryRow)),
      storableJson(changes),
      now,
      changes.map((change) => change.action_id),
    ],
    "write_timeline",
  );
}

function toEntryRow(entry: NewEntry, place: number) {
  return {
    place,
    action_id: entry.actionId,
    at: entry.at,
    source: entry.source,
    state: entry.state,
    outcome: entry.outcome,
    status_seq: entry.statusSeq,
    detail: entry.detail,
    actor: entry.actor,
  };
}

interface Change {
  readonly action_id: ActionId;
  readonly state: ActionState;
  readonly state_at?: EpochMs;
  readonly detail?: StatusDetail;
  readonly status_seq?: number;
}

/** One change per action. An ignored step leaves state and detail alone. */
function changesOf(entries: readonly NewEntry[]): readonly Change[] {
  const changes = new Map<ActionId, Change>();
  for (const { actionId, stateAfter, outcome, at, detail, statusSeq } of entries) {
    changes.set(actionId, {
      ...changes.get(actionId),
      action_id: actionId,
      state: stateAfter,
      ...(outcome === "moved" ? { state_at: at } : {}),
      ...(outcome === "ignored" || detail === undefined ? {} : { detail }),
      ...(statusSeq === undefined ? {} : { status_seq: statusSeq }),
    });
  }
  return [...changes.values()];
}
