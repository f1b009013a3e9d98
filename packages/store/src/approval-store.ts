import type {
  ApprovalRecord,
  ApprovalSelection,
  ApprovalStore,
  NewApproval,
  TenantsDecidedApproval,
  VoteWrites,
} from "@cordon/coordinator-core";
import { decideSilence } from "@cordon/core/approval";
import type { ActionId, EpochMs, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { present } from "./present.ts";
import { storableJson } from "./storable.ts";

const COLUMNS = `p.action_id AS "actionId", p.site_id AS "siteId", p.endpoint_id AS "endpointId", p.endpoint_name AS "endpointName",
  p.kind, p.rule_id AS "ruleId", p.rule_set_version AS "ruleSetVersion", p.event_id AS "eventId", p.held_by AS "heldBy", p.asked, p.author,
  p.hash, p.asked_at AS "askedAt", p.expires_at AS "expiresAt", p.state, p.decided_at, p.decided_by, p.reason, a.spec, a.deadline,
  a.state AS "actionState", (SELECT json_agg(json_build_object('voter', v.voter, 'standing', v.standing, 'verdict', v.verdict, 'reason', v.reason,
    'votedAt', v.voted_at) ORDER BY v.voted_at, v.voter) FROM approval_votes v
    WHERE v.tenant_id = p.tenant_id AND v.action_id = p.action_id) AS votes`;

const FROM = "FROM approvals p JOIN actions a ON a.tenant_id = p.tenant_id AND a.action_id = p.action_id";

const SELECTED = `p.tenant_id = $1 AND ($2::text[] IS NULL OR p.action_id = ANY($2)) AND ($3::text IS NULL OR p.rule_id = $3)
  AND ($4::text IS NULL OR p.event_id = $4) AND ($5::text IS NULL OR p.site_id = $5)`;

const OPEN = "p.state = 'open' AND a.state = 'held'";

export function createApprovalStore(database: Database): ApprovalStore {
  return {
    async listApprovals(tenantId, { state, after, limit, ...selection }) {
      const rows = await database.forTenant(tenantId).query<ApprovalRow>(
        `SELECT ${COLUMNS} ${FROM} WHERE ${SELECTED} AND ($6::text IS NULL OR p.state = $6) AND ($6 <> 'open' OR $6 IS NULL OR ${OPEN})
           AND ($7::bigint IS NULL OR (p.asked_at, p.action_id) < ($7, $8))
         ORDER BY p.asked_at DESC, p.action_id DESC LIMIT $9`,
        [tenantId, ...partsOf(selection), state ?? null, after?.askedAt ?? null, after?.actionId ?? null, limit],
      );
      return rows.map(toRecord);
    },
    async getApproval(tenantId, actionId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<ApprovalRow>(`SELECT ${COLUMNS} ${FROM} WHERE p.tenant_id = $1 AND p.action_id = $2`, [
          tenantId,
          actionId,
        ]);
      return row && toRecord(row);
    },
    vote: (tenantId, selection, rowsMax, decide) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        // Approvals before actions and in id order, as everybody who takes both does, so that two votes never wait in a circle.
        const ids = await tx.query<{ actionId: ActionId }>(
          `SELECT p.action_id AS "actionId" FROM approvals p WHERE (p.tenant_id, p.action_id) IN (
             SELECT p.tenant_id, p.action_id ${FROM} WHERE ${SELECTED} AND ($2::text[] IS NOT NULL OR (${OPEN}))
             ORDER BY p.action_id LIMIT $6)
           ORDER BY p.action_id FOR NO KEY UPDATE`,
          [tenantId, ...partsOf(selection), rowsMax + 1],
        );
        const rows = await tx.query<ApprovalRow>(
          `SELECT ${COLUMNS} ${FROM} WHERE p.tenant_id = $1 AND p.action_id = ANY($2) AND ($3 OR (${OPEN}))
           ORDER BY p.asked_at, p.action_id`,
          [tenantId, ids.map(({ actionId }) => actionId), selection.actionIds !== undefined],
        );
        const decided = decide(rows.map(toRecord));
        await writeVotes(tx, tenantId, decided.writes);
        return decided;
      }),
    decideDue: (now, limit) =>
      database.asFleet.transaction(async (tx) => {
        const due = await tx.query<DueRow>(
          `SELECT p.tenant_id AS "tenantId", p.action_id AS "actionId", p.asked->>'onTimeout' AS "onTimeout",
             EXISTS (SELECT FROM actions a WHERE a.tenant_id = p.tenant_id AND a.action_id = p.action_id AND a.state = 'held') AS held
           FROM approvals p WHERE p.state = 'open' AND p.expires_at <= $1
           ORDER BY p.expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
          [now, limit],
        );
        if (due.length === 0) return 0;
        const decided = due.map(({ held, onTimeout, ...key }) => ({ ...key, state: decideSilence(held, onTimeout) }));
        await tx.query(
          `UPDATE approvals p SET state = d.state, decided_at = $1, settled = d.state = 'void'
           FROM json_to_recordset($2::json) AS d("tenantId" text, "actionId" text, state text)
           WHERE p.tenant_id = d."tenantId" AND p.action_id = d."actionId"`,
          [now, storableJson(decided)],
        );
        return due.length;
      }),
    async listUnsettled(after, limit) {
      const rows = await database.asFleet.query<UnsettledRow>(
        `SELECT tenant_id AS "tenantId", action_id AS "actionId", state, decided_by AS by, reason, decided_at AS at
         FROM approvals WHERE state <> 'open' AND NOT settled AND (tenant_id, action_id) > ($1, $2)
         ORDER BY tenant_id, action_id LIMIT $3`,
        [after?.tenantId ?? "", after?.actionId ?? "", limit],
      );
      return rows.map((row) => present(row) as TenantsDecidedApproval);
    },
    async settle(tenantId, actionIds) {
      await database.forTenant(tenantId).query(
        `UPDATE approvals p SET settled = true FROM actions a
         WHERE p.tenant_id = $1 AND p.action_id = ANY($2) AND p.state <> 'open' AND NOT p.settled
           AND a.tenant_id = p.tenant_id AND a.action_id = p.action_id AND a.state <> 'held'`,
        [tenantId, actionIds],
      );
    },
  };
}

/** Inside the transaction of the plan or order. Who published the rule set is looked up here, so that no plan has to know. */
export async function insertApprovals(
  tx: Queryable,
  tenantId: TenantId,
  approvals: readonly NewApproval[],
): Promise<void> {
  if (approvals.length === 0) return;
  await tx.query(
    `INSERT INTO approvals (tenant_id, action_id, site_id, endpoint_id, endpoint_name, kind, rule_id, rule_set_version, event_id,
       held_by, asked, author, hash, asked_at, expires_at, state)
     SELECT $1, "actionId", "siteId", "endpointId", "endpointName", kind, "ruleId", "ruleSetVersion", "eventId", "heldBy",
       json_build_object('policies', policies, 'onTimeout', "onTimeout"), coalesce(r.author, s.published_by), hash, "askedAt", "expiresAt", 'open'
     FROM json_to_recordset($2::json) AS r("actionId" text, "siteId" text, "endpointId" text, "endpointName" text, kind text,
       "ruleId" text, "ruleSetVersion" integer, "eventId" text, "heldBy" text, policies json, "onTimeout" text, author text, hash text,
       "askedAt" bigint, "expiresAt" bigint)
       LEFT JOIN rule_sets s ON s.tenant_id = $1 AND s.version = "ruleSetVersion"
     ON CONFLICT DO NOTHING`,
    [tenantId, storableJson(approvals)],
    "insert_approvals",
  );
}

async function writeVotes(tx: Queryable, tenantId: TenantId, { votes, decided }: VoteWrites): Promise<void> {
  if (votes.length > 0) {
    await tx.query(
      `INSERT INTO approval_votes (tenant_id, action_id, voter, standing, verdict, hash, reason, voted_at)
       SELECT $1, "actionId", voter, standing, verdict, hash, reason, "votedAt"
       FROM json_to_recordset($2::json) AS r("actionId" text, voter text, standing json, verdict text, hash text, reason text, "votedAt" bigint)
       ON CONFLICT (tenant_id, action_id, voter) DO UPDATE SET (standing, verdict, hash, reason, voted_at) =
         (EXCLUDED.standing, EXCLUDED.verdict, EXCLUDED.hash, EXCLUDED.reason, EXCLUDED.voted_at)`,
      [tenantId, storableJson(votes)],
    );
  }
  if (decided.length > 0) {
    await tx.query(
      `UPDATE approvals p SET state = d.state, decided_at = d.at, decided_by = d.by, reason = d.reason
       FROM json_to_recordset($2::json) AS d("actionId" text, state text, by text, reason text, at bigint)
       WHERE p.tenant_id = $1 AND p.action_id = d."actionId" AND p.state = 'open'`,
      [tenantId, storableJson(decided)],
    );
  }
}

/** In the order of their places in `SELECTED`. */
function partsOf({ actionIds, ruleId, eventId, siteId }: ApprovalSelection) {
  return [actionIds ?? null, ruleId ?? null, eventId ?? null, siteId ?? null];
}

interface DueRow {
  readonly tenantId: TenantId;
  readonly actionId: ActionId;
  readonly onTimeout: "deny" | "allow";
  readonly held: boolean;
}

type UnsettledRow = { readonly [K in keyof TenantsDecidedApproval]: TenantsDecidedApproval[K] | null };

type ApprovalRow = Omit<ApprovalRecord, "policies" | "onTimeout" | "author" | "votes" | "decided"> & {
  readonly asked: Pick<ApprovalRecord, "policies" | "onTimeout">;
  readonly author: string | null;
  readonly votes: ApprovalRecord["votes"] | null;
  readonly decided_at: EpochMs | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
};

function toRecord({ asked, author, votes, decided_at, decided_by, reason, ...row }: ApprovalRow): ApprovalRecord {
  return {
    ...row,
    ...asked,
    ...(author === null ? {} : { author }),
    votes: votes ?? [],
    ...(decided_at === null
      ? {}
      : {
          decided: {
            at: decided_at,
            ...(decided_by === null ? {} : { by: decided_by }),
            ...(reason === null ? {} : { reason }),
          },
        }),
  };
}
