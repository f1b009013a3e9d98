import type { PlannedWrites, TimelineSource } from "@cordon/coordinator-core";
import type { ActionId, TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";
import { storableJson } from "./storable.ts";

/**
 * Writes decisions, their actions and the first entry of each action's timeline, in one statement. An action that exists
 * already is left as it is, and the decision that asks for it once more is not written: it was made before. An action of a
 * site that the tenant does not have is not written; answers the actions that were.
 */
export async function insertPlan(
  tx: Queryable,
  tenantId: TenantId,
  { decisions, actions }: PlannedWrites,
  origin: { readonly source: TimelineSource; readonly actor: string | undefined },
): Promise<ReadonlySet<ActionId>> {
  if (decisions.length === 0) return new Set();
  const rows = await tx.query<{ action_id: ActionId }>(
    `WITH asked AS MATERIALIZED (
       SELECT * FROM json_to_recordset($3::json) AS r("actionId" text, "siteId" text, "endpointId" text, "endpointName" text, kind text,
         "actionClass" text, spec json, "decisionId" text, "eventId" text, "ruleId" text, "ruleSetVersion" integer,
         "createdAt" bigint, deadline bigint, state text, "stateAt" bigint, detail json, "retryOf" text)
       WHERE EXISTS (SELECT FROM sites s WHERE s.tenant_id = $1 AND s.site_id = r."siteId")),
     planned AS (
       INSERT INTO actions (tenant_id, action_id, site_id, endpoint_id, endpoint_name, kind, action_class, spec, decision_id,
         event_id, rule_id, rule_set_version, created_at, deadline, state, state_at, detail, retry_of)
       SELECT $1, "actionId", "siteId", "endpointId", "endpointName", kind, "actionClass", spec, "decisionId",
         "eventId", "ruleId", "ruleSetVersion", "createdAt", deadline, state, "stateAt", detail, "retryOf"
       FROM asked ON CONFLICT DO NOTHING RETURNING action_id, created_at, state, detail),
     decided AS (
       INSERT INTO decisions (tenant_id, decision_id, event_id, rule_id, rule_set_version, verdict, action_kind, code, reason,
         site_id, endpoint_id, endpoint_name, action_id, decided_at, detail)
       SELECT $1, "decisionId", "eventId", "ruleId", "ruleSetVersion", verdict, "actionKind", code, reason,
         "siteId", "endpointId", "endpointName", "actionId", "decidedAt", detail
       FROM json_to_recordset($2::json) AS r("decisionId" text, "eventId" text, "ruleId" text, "ruleSetVersion" integer,
         verdict text, "actionKind" text, code text, reason text, "siteId" text, "endpointId" text, "endpointName" text,
         "actionId" text, "decidedAt" bigint, detail json)
       WHERE "decisionId" NOT IN (
         SELECT "decisionId" FROM asked WHERE "actionId" NOT IN (SELECT action_id FROM planned))),
     noted AS (
       INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail, actor)
       SELECT $1, action_id, created_at, created_at, $4, state, 'moved', detail, $5 FROM planned)
     SELECT action_id FROM planned`,
    [
      tenantId,
      storableJson(decisions),
      storableJson(actions.map((action) => ({ ...action, kind: action.spec.kind }))),
      origin.source,
      origin.actor ?? null,
    ],
    "insert_plan",
  );
  return new Set(rows.map(({ action_id }) => action_id));
}
