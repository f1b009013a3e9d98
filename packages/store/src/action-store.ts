import {
  type ActionMove,
  type ActionStore,
  type DispatchableAction,
  decideMoves,
  type QuarantineRecord,
  type TimelineEntry,
} from "@cordon/coordinator-core";
import { createApplyStatuses } from "./apply-statuses.ts";
import type { Database } from "./database.ts";
import { insertPlan } from "./insert-plan.ts";
import { lockStates, type NewEntry, writeEntries } from "./move-actions.ts";
import { present } from "./present.ts";
import { createRecordLists } from "./record-lists.ts";
import { type ActionRow, toAction, toQuarantine } from "./record-rows.ts";

const LOCKS_FIRST = { first: "locks" } as const;

export function createActionStore(database: Database): ActionStore {
  return {
    ...createRecordLists(database),
    applyStatuses: createApplyStatuses(database),
    // Ordered by the key, so that a plan that was made while the table was small goes by the key, too.
    loadForDispatch: (tenantId, siteId, actionIds) =>
      database.query<DispatchableAction>(
        `SELECT action_id AS "actionId", endpoint_id AS "endpointId", spec, deadline, state, action_class AS "actionClass"
         FROM actions WHERE tenant_id = $1 AND site_id = $2 AND action_id = ANY($3) ORDER BY action_id`,
        [tenantId, siteId, actionIds],
        "load_for_dispatch",
      ),
    move: (tenantId, moves, now) =>
      database.transaction(async (tx) => {
        const states = await lockStates(
          tx,
          tenantId,
          moves.map(({ actionId }) => actionId),
        );
        const results = decideMoves(new Map([...states].map(([actionId, { state }]) => [actionId, state])), moves);
        const entries = results.flatMap(({ outcome, state }, index): readonly NewEntry[] => {
          if (outcome === "not_found" || state === undefined) return [];
          return [{ ...(moves[index] as ActionMove), outcome, stateAfter: state }];
        });
        await writeEntries(tx.last, tenantId, entries, now);
        return results;
      }, LOCKS_FIRST),
    addOrdered: (tenantId, decision, action, actor) =>
      database.transaction(async (tx) => {
        const written = await insertPlan(
          tx,
          tenantId,
          { decisions: [decision], actions: [action] },
          { source: "api", actor },
        );
        return written.has(action.actionId);
      }),
    async getAction(tenantId, actionId) {
      const [row] = await database.query<ActionRow>("SELECT * FROM actions WHERE tenant_id = $1 AND action_id = $2", [
        tenantId,
        actionId,
      ]);
      return row && toAction(row);
    },
    async getTimeline(tenantId, actionId) {
      const rows = await database.query<TimelineEntry>(
        `SELECT action_id AS "actionId", at, recorded_at AS "recordedAt", source, state, outcome, status_seq AS "statusSeq",
           detail, actor
         FROM action_timeline WHERE tenant_id = $1 AND action_id = $2 ORDER BY entry_id`,
        [tenantId, actionId],
      );
      // Every action has its first entry from the statement that made it.
      return rows.length === 0 ? undefined : rows.map((row) => present(row) as TimelineEntry);
    },
    async getQuarantined(tenantId, quarantineId): Promise<QuarantineRecord | undefined> {
      const row = await database.kysely
        .selectFrom("quarantine")
        .selectAll()
        .where("tenant_id", "=", tenantId)
        .where("quarantine_id", "=", quarantineId)
        .executeTakeFirst();
      return row && toQuarantine(row);
    },
    async markReplayed(tenantId, quarantineId, at) {
      await database.query(
        "UPDATE quarantine SET replayed_at = COALESCE(replayed_at, $3) WHERE tenant_id = $1 AND quarantine_id = $2",
        [tenantId, quarantineId, at],
      );
    },
  };
}
