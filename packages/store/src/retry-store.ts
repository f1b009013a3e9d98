import type { ActionStore, RetryAdded } from "@cordon/coordinator-core";
import { type ActionState, isSettled } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import { insertApprovals } from "./approval-store.ts";
import type { Database } from "./database.ts";
import { insertPlan } from "./insert-plan.ts";
import { storableJson } from "./storable.ts";

/** The old action is locked meanwhile, so that two tries at once meet each other. */
export function createAddRetry(database: Database): ActionStore["addRetry"] {
  return (tenantId, decision, action, of, { actor, reason }, asked = []) =>
    database.forTenant(tenantId).transaction(async (tx): Promise<RetryAdded> => {
      const [old] = await tx.query<{ state: ActionState }>(
        "SELECT state FROM actions WHERE tenant_id = $1 AND action_id = $2 FOR NO KEY UPDATE",
        [tenantId, of],
      );
      if (old === undefined) return { kind: "not_found" };
      const tries = await tx.query<{ action_id: ActionId; state: ActionState }>(
        "SELECT action_id, state FROM actions WHERE tenant_id = $1 AND retry_of = $2 ORDER BY created_at DESC",
        [tenantId, of],
      );
      if (tries.some(({ action_id: id }) => id === action.actionId)) return { kind: "exists" };
      const open = tries.find(({ state }) => !isSettled(state));
      if (open !== undefined) return { kind: "under_way", actionId: open.action_id };
      const plan = { decisions: [decision], actions: [action] };
      const written = await insertPlan(tx, tenantId, plan, { source: "api", actor });
      if (!written.has(action.actionId)) return { kind: "exists" };
      await insertApprovals(tx, tenantId, asked);
      const detail = { evidence: { rung: "none" }, message: `Tried again as ${action.actionId}: ${reason}` };
      await tx.query(
        `INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail, actor)
         VALUES ($1, $2, $3, $3, 'api', $4, 'unchanged', $5, $6)`,
        [tenantId, of, action.createdAt, old.state, storableJson(detail), actor],
      );
      return { kind: "added" };
    });
}
