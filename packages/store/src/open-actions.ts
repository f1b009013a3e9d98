import { OPEN_ACTIONS_MAX, type PlannedWrites } from "@cordon/coordinator-core";
import type { ActionArgs, StatusDetail } from "@cordon/core/action";
import type { EndpointRef } from "@cordon/core/guards";
import type { ActionId, EndpointId, EpochMs, EventId, RuleId, SiteId, TenantId } from "@cordon/core/kernel";
import type { ChainWait, ExtendedAction, OpenAction, SupersededAction } from "@cordon/core/planning";
import type { Queryable } from "./database.ts";
import { storableJson } from "./storable.ts";

interface OpenRow {
  readonly action_id: ActionId;
  readonly site_id: SiteId;
  readonly endpoint_id: EndpointId;
  readonly spec: ActionArgs;
  readonly deadline: EpochMs;
  readonly state: "queued" | "held";
  readonly rule_id: RuleId;
  readonly event_id: EventId;
  readonly waits: ChainWait | null;
}

/**
 * Picked without locks and then locked in id order, as whoever moves actions does; what was sent or ended in between is not
 * answered.
 */
export async function readOpenActions(
  db: Queryable,
  tenantId: TenantId,
  endpoints: readonly EndpointRef[],
  now: EpochMs,
): Promise<readonly OpenAction[]> {
  const asked = new Map(
    endpoints.map(({ siteId, endpointId }) => [`${siteId}\n${endpointId}`, { siteId, endpointId }]),
  );
  const rows = await db.query<OpenRow>(
    `WITH picked AS MATERIALIZED (
       SELECT o.action_id FROM json_to_recordset($2::json) AS e("siteId" text, "endpointId" text),
       LATERAL (SELECT action_id FROM actions WHERE tenant_id = $1 AND endpoint_id = e."endpointId"
         AND site_id = e."siteId" AND is_unsent ORDER BY created_at DESC, action_id LIMIT $3) AS o)
     SELECT a.action_id, a.site_id, a.endpoint_id, a.spec, a.deadline, a.state, a.rule_id, a.event_id,
       (SELECT json_build_object('on', c.waits_for, 'onFailure', p.on_failure, 'person', EXISTS (
          SELECT FROM approvals v WHERE v.tenant_id = $1 AND v.action_id = a.action_id AND v.state <> 'approved'))
        FROM chain_links c JOIN chain_links p ON p.tenant_id = $1 AND p.chain_id = c.chain_id AND p.action_id = c.waits_for
        WHERE c.tenant_id = $1 AND c.action_id = a.action_id AND c.waits_for IS NOT NULL
        ORDER BY c.chain_id, p.place DESC LIMIT 1) AS waits
     FROM actions a WHERE a.tenant_id = $1 AND a.action_id = ANY(ARRAY(SELECT action_id FROM picked))
       AND a.is_unsent AND a.deadline > $4
     ORDER BY a.action_id FOR NO KEY UPDATE OF a`,
    [tenantId, JSON.stringify([...asked.values()]), OPEN_ACTIONS_MAX, now],
    "open_actions",
  );
  return rows.map((row): OpenAction => {
    const action = {
      actionId: row.action_id,
      siteId: row.site_id,
      endpointId: row.endpoint_id,
      spec: row.spec,
      deadline: row.deadline,
      state: row.state,
      ruleId: row.rule_id,
      eventId: row.event_id,
    };
    return row.waits === null ? action : { ...action, waits: row.waits };
  });
}

/** Brings stored actions to what later wishes made of them; they are unsent, and locked since they were read. */
export async function writeMerges(
  tx: Queryable,
  tenantId: TenantId,
  { extended = [], superseded = [] }: Pick<PlannedWrites, "extended" | "superseded">,
  now: EpochMs,
): Promise<void> {
  if (extended.length > 0) await extend(tx, tenantId, extended);
  if (superseded.length > 0) await supersede(tx, tenantId, superseded, now);
}

async function extend(tx: Queryable, tenantId: TenantId, extended: readonly ExtendedAction[]): Promise<void> {
  await tx.query(
    `UPDATE actions a SET deadline = GREATEST(a.deadline, r.deadline)
     FROM json_to_recordset($2::json) AS r("actionId" text, deadline bigint)
     WHERE a.tenant_id = $1 AND a.action_id = r."actionId" AND a.is_unsent`,
    [tenantId, JSON.stringify(extended)],
  );
}

async function supersede(
  tx: Queryable,
  tenantId: TenantId,
  superseded: readonly SupersededAction[],
  now: EpochMs,
): Promise<void> {
  const rows = superseded.map(({ actionId, by }) => ({ actionId, by, detail: supersededBy(by) }));
  await tx.query(
    `WITH r AS (SELECT * FROM json_to_recordset($2::json) AS r("actionId" text, by text, detail json)),
     ended AS (
       UPDATE actions a SET state = 'cancelled', state_at = $3, detail = r.detail FROM r
       WHERE a.tenant_id = $1 AND a.action_id = r."actionId" AND a.is_unsent RETURNING a.action_id, r.by, r.detail),
     followed AS (
       UPDATE chain_links c SET action_id = e.by FROM ended e WHERE c.tenant_id = $1 AND c.action_id = e.action_id
         AND c.waits_for IS NULL),
     noted AS (
       INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail)
       SELECT $1, action_id, $3, $3, 'rules', 'cancelled', 'moved', detail FROM ended)
     UPDATE chain_links c SET waits_for = e.by FROM ended e WHERE c.tenant_id = $1 AND c.waits_for = e.action_id`,
    [tenantId, storableJson(rows), now],
  );
}

function supersededBy(by: ActionId): StatusDetail {
  const message = `A longer isolation of the same endpoint, ${by}, takes its place.`;
  return { evidence: { rung: "none" }, code: "action.superseded", message };
}
