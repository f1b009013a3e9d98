import type { RuleHoldFilter, RuleHoldRecord, RuleHoldStore, RuleTrip } from "@cordon/coordinator-core";
import type { RuleHold } from "@cordon/core/guards";
import type { EpochMs, RuleId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { storableJson, storableText } from "./storable.ts";

const HOLD = `hold_id AS "holdId", rule_id AS "ruleId", code, limited_by AS "limitedBy", message, event_id AS "eventId",
  rule_set_version AS "ruleSetVersion", tripped_at AS "trippedAt", rearmed_at, rearmed_by, rearm_reason`;

interface HoldRow extends Omit<RuleHoldRecord, "rearmed"> {
  readonly rearmed_at: number | null;
  readonly rearmed_by: string | null;
  readonly rearm_reason: string | null;
}

export function createRuleHoldStore(database: Database): RuleHoldStore {
  return {
    async listHolds(tenantId, { ruleId, openOnly = false, after, limit }: RuleHoldFilter) {
      const rows = await database.forTenant(tenantId).query<HoldRow>(
        `SELECT ${HOLD} FROM rule_holds WHERE tenant_id = $1 AND ($2::text IS NULL OR rule_id = $2)
           AND (NOT $3 OR rearmed_at IS NULL) AND hold_id < $4 ORDER BY hold_id DESC LIMIT $5`,
        [tenantId, ruleId ?? null, openOnly, after?.holdId ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map(toRecord);
    },
    async rearm(tenantId, ruleId, { at, by, reason }) {
      const [row] = await database.forTenant(tenantId).query<HoldRow>(
        `UPDATE rule_holds SET rearmed_at = $3, rearmed_by = $4, rearm_reason = $5
         WHERE tenant_id = $1 AND rule_id = $2 AND rearmed_at IS NULL RETURNING ${HOLD}`,
        [tenantId, ruleId, at, by, storableText(reason)],
      );
      return row && toRecord(row);
    },
  };
}

/** Inside the transaction of the plan: a rule that another process put in hold stays as it was put. */
export async function insertTrips(tx: Queryable, tenantId: TenantId, trips: readonly RuleTrip[]): Promise<void> {
  if (trips.length === 0) return;
  await tx.query(
    `INSERT INTO rule_holds (tenant_id, rule_id, code, limited_by, message, event_id, rule_set_version, tripped_at)
     SELECT $1, "ruleId", code, "limitedBy", message, "eventId", "ruleSetVersion", "trippedAt"
     FROM json_to_recordset($2::json) AS r("ruleId" text, code text, "limitedBy" text, message text, "eventId" text,
       "ruleSetVersion" integer, "trippedAt" bigint)
     ON CONFLICT DO NOTHING`,
    [tenantId, storableJson(trips)],
  );
}

export async function readOpenHolds(db: Queryable, tenantId: TenantId): Promise<ReadonlyMap<RuleId, RuleHold>> {
  const rows = await db.query<RuleHold>(
    `SELECT rule_id AS "ruleId", code, limited_by AS "limitedBy", message, tripped_at AS "trippedAt"
     FROM rule_holds WHERE tenant_id = $1 AND rearmed_at IS NULL`,
    [tenantId],
    "open_rule_holds",
  );
  return new Map(rows.map((hold) => [hold.ruleId, hold]));
}

export async function readHoldsAt(db: Queryable, tenantId: TenantId, at: EpochMs): Promise<readonly RuleHoldRecord[]> {
  const rows = await db.query<HoldRow>(
    `SELECT ${HOLD} FROM rule_holds WHERE tenant_id = $1 AND tripped_at <= $2 AND (rearmed_at IS NULL OR rearmed_at > $2)
     ORDER BY hold_id`,
    [tenantId, at],
  );
  return rows.map(toRecord);
}

function toRecord({ rearmed_at, rearmed_by, rearm_reason, ...hold }: HoldRow): RuleHoldRecord {
  if (rearmed_at === null) return hold;
  return { ...hold, rearmed: { at: rearmed_at as EpochMs, by: rearmed_by ?? "", reason: rearm_reason ?? "" } };
}
