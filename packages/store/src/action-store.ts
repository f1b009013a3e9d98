import {
  type ActionStore,
  type DispatchableAction,
  decideMoves,
  type MoveResult,
  type QuarantineRecord,
  type TimelineEntry,
} from "@cordon/coordinator-core";
import type { ActionId, SiteId, TenantId } from "@cordon/core/kernel";
import { createApplyStatuses } from "./apply-statuses.ts";
import { insertApprovals } from "./approval-store.ts";
import type { Database, Queryable } from "./database.ts";
import { insertPlan } from "./insert-plan.ts";
import { lockEpochs, lockStates, type NewEntry, writeEntries } from "./move-actions.ts";
import { present } from "./present.ts";
import { createRecordLists } from "./record-lists.ts";
import { type ActionRow, toAction, toQuarantine } from "./record-rows.ts";
import { createAddRetry } from "./retry-store.ts";

const LOCKS_FIRST = { first: "locks" } as const;

/**
 * When an action was made, and when the site's ledger changed or its agent was last heard, is told by the clocks of two processes. An
 * action that seems to be made by so much less than this after that may have been offered before it.
 */
const CLOCKS_APART_MS_MAX = 60_000;

/** One statement for whoever offers actions and for whoever signs the offers, so that both see the same. */
export async function selectDispatchable(
  work: Queryable,
  tenantId: TenantId,
  siteId: SiteId,
  actionIds: readonly ActionId[],
): Promise<readonly DispatchableAction[]> {
  const rows = await work.query<DispatchableAction>(
    `SELECT a.action_id AS "actionId", a.endpoint_id AS "endpointId", a.spec, a.deadline, a.state,
         a.action_class AS "actionClass", a.endpoint_name AS "endpointName", a.rule_id AS "ruleId",
         a.detail->>'message' AS "detailMessage", r.epoch IS NOT NULL AS redelivered,
         (r.epoch IS NOT NULL OR a.created_at < s.ledger_since + $4) IS TRUE AS "otherLedger",
         CASE WHEN r.epoch IS NOT NULL OR a.created_at < GREATEST(s.ledger_since, s.offered_until) + $4
           THEN a.created_at END AS "firstOfferedAt"
       FROM actions a LEFT JOIN site_sessions s ON s.tenant_id = $1 AND s.site_id = $2
         LEFT JOIN redeliveries r ON r.tenant_id = $1 AND r.action_id = a.action_id
       WHERE a.tenant_id = $1 AND a.site_id = $2 AND a.action_id = ANY($3) ORDER BY a.action_id`,
    [tenantId, siteId, actionIds, CLOCKS_APART_MS_MAX],
    "load_for_dispatch",
  );
  return rows.map((row) => present(row) as DispatchableAction);
}

export function createActionStore(database: Database): ActionStore {
  return {
    ...createRecordLists(database),
    applyStatuses: createApplyStatuses(database),
    addRetry: createAddRetry(database),
    // Ordered by the key, so that a plan that was made while the table was small goes by the key, too.
    loadForDispatch: (tenantId, siteId, actionIds) =>
      selectDispatchable(database.forTenant(tenantId), tenantId, siteId, actionIds),
    move: (tenantId, moves, now) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        const ids = moves.map(({ actionId }) => actionId);
        // Together, but the server takes them in this order.
        const [epochs, states] = await Promise.all([
          lockEpochs(
            tx,
            tenantId,
            moves.flatMap(({ session }) => (session === undefined ? [] : [session.siteId])),
          ),
          lockStates(tx, tenantId, ids),
        ]);
        const counts = moves.filter(
          ({ session }) => session === undefined || epochs.get(session.siteId) === session.epoch,
        );
        const present = new Map([...states].map(([actionId, { state }]) => [actionId, state]));
        const results = new Map(decideMoves(present, counts).map((result, index) => [counts[index], result]));
        const entries = counts.flatMap((move): readonly NewEntry[] => {
          const { outcome, state } = results.get(move) as MoveResult;
          if (outcome === "not_found" || outcome === "fenced" || state === undefined) return [];
          const { session: _session, ...entry } = move;
          return [{ ...entry, outcome, stateAfter: state }];
        });
        await writeEntries(tx.last, tenantId, entries, now);
        return moves.map((move) => results.get(move) ?? { actionId: move.actionId, outcome: "fenced" });
      }, LOCKS_FIRST),
    addOrdered: (tenantId, decision, action, actor, asked = []) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        const written = await insertPlan(
          tx,
          tenantId,
          { decisions: [decision], actions: [action] },
          { source: "api", actor },
        );
        const added = written.has(action.actionId);
        if (added) await insertApprovals(tx, tenantId, asked);
        return added;
      }),
    async getAction(tenantId, actionId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<ActionRow>("SELECT * FROM actions WHERE tenant_id = $1 AND action_id = $2", [tenantId, actionId]);
      return row && toAction(row);
    },
    async listWaiting(tenantId, actionId) {
      const rows = await database.forTenant(tenantId).query<ActionRow>(
        `SELECT a.* FROM actions a WHERE a.tenant_id = $1 AND a.state = 'held' AND a.action_id IN (
           SELECT w.action_id FROM chain_links c JOIN chain_links w ON w.tenant_id = $1 AND w.chain_id = c.chain_id
           WHERE c.tenant_id = $1 AND c.action_id = $2 AND w.waits_for IS NOT NULL)
         ORDER BY a.action_id`,
        [tenantId, actionId],
      );
      return rows.map(toAction);
    },
    async getTimeline(tenantId, actionId) {
      const rows = await database.forTenant(tenantId).query<TimelineEntry>(
        `SELECT action_id AS "actionId", at, recorded_at AS "recordedAt", source, state, outcome, status_seq AS "statusSeq",
           detail, actor
         FROM action_timeline WHERE tenant_id = $1 AND action_id = $2 ORDER BY entry_id`,
        [tenantId, actionId],
      );
      // Every action has its first entry from the statement that made it.
      return rows.length === 0 ? undefined : rows.map((row) => present(row) as TimelineEntry);
    },
    async getQuarantined(tenantId, quarantineId): Promise<QuarantineRecord | undefined> {
      const row = await database
        .forTenant(tenantId)
        .kysely.selectFrom("quarantine")
        .selectAll()
        .where("tenant_id", "=", tenantId)
        .where("quarantine_id", "=", quarantineId)
        .executeTakeFirst();
      return row && toQuarantine(row);
    },
    async markReplayed(tenantId, quarantineId, at) {
      await database
        .forTenant(tenantId)
        .query(
          "UPDATE quarantine SET replayed_at = COALESCE(replayed_at, $3) WHERE tenant_id = $1 AND quarantine_id = $2",
          [tenantId, quarantineId, at],
        );
    },
  };
}
