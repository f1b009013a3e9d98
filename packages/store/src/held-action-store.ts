import type { HeldActionStore, ReleasedRow } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { type ActionRow, toAction } from "./record-rows.ts";
import { storableJson } from "./storable.ts";

const AWAITS_PERSON = `EXISTS (SELECT FROM approvals p WHERE p.tenant_id = a.tenant_id AND p.action_id = a.action_id
  AND p.state <> 'approved')`;
const AWAITS_CHAIN = `EXISTS (SELECT FROM chain_links c WHERE c.tenant_id = a.tenant_id AND c.action_id = a.action_id
  AND c.waits_for IS NOT NULL)`;

export function createHeldActionStore(database: Database): HeldActionStore {
  return {
    async loadForRelease(tenantId, actionIds) {
      const rows = await database
        .forTenant(tenantId)
        .query<ActionRow & { readonly person: boolean; readonly chain: boolean }>(
          `SELECT a.*, ${AWAITS_PERSON} AS person, ${AWAITS_CHAIN} AS chain
         FROM actions a WHERE a.tenant_id = $1 AND a.action_id = ANY($2) ORDER BY a.action_id`,
          [tenantId, actionIds],
          "load_for_release",
        );
      return rows.map((row) => ({ ...toAction(row), awaitsPerson: row.person, awaitsChain: row.chain }));
    },
    release: (tenantId, moves, { source, actor, detail }, now) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        // In id order, so that two that release the same ones never wait in a circle.
        await tx.query(
          "SELECT FROM actions WHERE tenant_id = $1 AND action_id = ANY($2) AND state = 'held' ORDER BY action_id FOR NO KEY UPDATE",
          [tenantId, moves.map(({ actionId }) => actionId)],
        );
        return tx.query<ReleasedRow>(
          `WITH moved AS (
             UPDATE actions a SET state = 'queued', state_at = $3, detail = $4, deadline = COALESCE(m.deadline, a.deadline)
             FROM json_to_recordset($2::json) AS m("actionId" text, deadline bigint)
             WHERE a.tenant_id = $1 AND a.action_id = m."actionId" AND a.state = 'held'
               AND COALESCE(m.deadline, a.deadline) > $3 AND NOT ${AWAITS_PERSON} AND NOT ${AWAITS_CHAIN}
             RETURNING a.tenant_id AS "tenantId", a.site_id AS "siteId", a.action_id AS "actionId",
               a.action_class AS "actionClass", a.created_at AS "createdAt"),
           noted AS (
             INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail, actor)
             SELECT $1, "actionId", $3, $3, $5, 'queued', 'moved', $4, $6 FROM moved)
           SELECT * FROM moved`,
          [tenantId, storableJson(moves), now, storableJson(detail), source, actor ?? null],
        );
      }),
  };
}
