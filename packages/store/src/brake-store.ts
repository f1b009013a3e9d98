import type { BrakeFilter, BrakeOwner, BrakeRecord, BrakeStore } from "@cordon/coordinator-core";
import type { Brake, BrakeScope } from "@cordon/core/guards";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { ownerWork } from "./owner-work.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

const COLUMNS = `brake_id, type, tenant_id, site_id, rule_id, kinds, body, reason, set_by, set_at, lifted_at, lifted_by, lift_reason`;

export function createBrakeStore(database: Database): BrakeStore {
  return {
    inForce: (tenantId) => readInForce(database.forTenant(tenantId), tenantId),
    addBrake: (brake, inForceMax) =>
      ownerWork(database, brake.scope.tenantId ?? "everyTenant").transaction(async (tx) => {
        const { brakeId, type, scope, reason, setBy, setAt, ...body } = brake;
        const { tenantId = null, siteId = null, ruleId = null, kinds = null } = scope;
        // One at a time per owner, so that the bound holds.
        await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('brakes ' || COALESCE($1, ''), 0))", [tenantId]);
        const [room] = await tx.query<{ in_force: number; tenants: number; sites: number }>(
          `SELECT (SELECT count(*) FROM brakes WHERE tenant_id IS NOT DISTINCT FROM $1 AND lifted_at IS NULL) AS in_force,
             (SELECT count(*) FROM tenants WHERE tenant_id = $1) AS tenants,
             (SELECT count(*) FROM sites WHERE tenant_id = $1 AND site_id = $2) AS sites`,
          [tenantId, siteId],
        );
        if (tenantId !== null && room?.tenants !== 1) return "no_tenant";
        if (siteId !== null && room?.sites !== 1) return "no_site";
        if ((room?.in_force ?? 0) >= inForceMax) return "too_many";
        await tx.query(
          `INSERT INTO brakes (brake_id, type, tenant_id, site_id, rule_id, kinds, body, reason, set_by, set_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [brakeId, type, tenantId, siteId, ruleId, kinds, storableJson(body), storableText(reason), setBy, setAt],
        );
        return "added";
      }),
    async getBrake(owner, brakeId) {
      const [row] = await ownerWork(database, owner).query<BrakeRow>(
        `SELECT ${COLUMNS} FROM brakes WHERE tenant_id IS NOT DISTINCT FROM $1 AND brake_id = $2`,
        [tenantOf(owner), brakeId],
      );
      return row && toRecord(row);
    },
    async listBrakes(owner, { type, inForceOnly = false, after, limit }: BrakeFilter) {
      const rows = await ownerWork(database, owner).query<BrakeRow>(
        `SELECT ${COLUMNS} FROM brakes
         WHERE (tenant_id IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR type = $2) AND (NOT $3 OR lifted_at IS NULL)
           AND ($4::bigint IS NULL OR (set_at, brake_id) < ($4, $5))
         ORDER BY set_at DESC, brake_id DESC LIMIT $6`,
        [tenantOf(owner), type ?? null, inForceOnly, after?.setAt ?? null, after?.brakeId ?? null, limit],
      );
      return rows.map(toRecord);
    },
    async liftBrake(owner, brakeId, { at, by, reason }) {
      const rows = await ownerWork(database, owner).query(
        `UPDATE brakes SET lifted_at = $3, lifted_by = $4, lift_reason = $5
         WHERE tenant_id IS NOT DISTINCT FROM $1 AND brake_id = $2 AND lifted_at IS NULL RETURNING brake_id`,
        [tenantOf(owner), brakeId, at, by, storableText(reason)],
      );
      return rows.length === 1;
    },
    async countUnsent({ tenantId, siteId, ruleId, kinds }: BrakeScope) {
      const [row] = await ownerWork(database, tenantId ?? "everyTenant").query<{ unsent: number }>(
        `SELECT count(*) AS unsent FROM actions WHERE is_unsent AND ($1::text IS NULL OR tenant_id = $1)
           AND ($2::text IS NULL OR site_id = $2) AND ($3::text IS NULL OR rule_id = $3)
           AND ($4::text[] IS NULL OR kind = ANY($4))`,
        [tenantId ?? null, siteId ?? null, ruleId ?? null, kinds ?? null],
      );
      return row?.unsent ?? 0;
    },
  };
}

/** Also inside a transaction: a plan sees what was in force when it was made. */
export async function readInForce(db: Queryable, tenantId: TenantId): Promise<readonly Brake[]> {
  const rows = await db.query<BrakeRow>(
    `SELECT ${COLUMNS} FROM brakes WHERE lifted_at IS NULL AND (tenant_id IS NULL OR tenant_id = $1)
     ORDER BY set_at, brake_id`,
    [tenantId],
    "brakes_in_force",
  );
  return rows.map(toBrake);
}

/** What was in force then, whatever became of it since. */
export async function readBrakesAt(db: Queryable, tenantId: TenantId, at: EpochMs): Promise<readonly BrakeRecord[]> {
  const rows = await db.query<BrakeRow>(
    `SELECT ${COLUMNS} FROM brakes WHERE (tenant_id IS NULL OR tenant_id = $1) AND set_at <= $2
       AND (lifted_at IS NULL OR lifted_at > $2) ORDER BY set_at, brake_id`,
    [tenantId, at],
  );
  return rows.map(toRecord);
}

function tenantOf(owner: BrakeOwner): TenantId | null {
  return owner === "everyTenant" ? null : owner;
}

interface BrakeRow {
  readonly brake_id: string;
  readonly type: string;
  readonly tenant_id: string | null;
  readonly site_id: string | null;
  readonly rule_id: string | null;
  readonly kinds: readonly string[] | null;
  readonly body: object;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: number;
  readonly lifted_at: number | null;
  readonly lifted_by: string | null;
  readonly lift_reason: string | null;
}

function toBrake({
  brake_id,
  type,
  tenant_id,
  site_id,
  rule_id,
  kinds,
  body,
  reason,
  set_by,
  set_at,
}: BrakeRow): Brake {
  const scope = present({ tenantId: tenant_id, siteId: site_id, ruleId: rule_id, kinds });
  // As `addBrake` took it apart.
  return { brakeId: brake_id, type, scope, ...body, reason, setBy: set_by, setAt: set_at } as unknown as Brake;
}

function toRecord(row: BrakeRow): BrakeRecord {
  const { lifted_at, lifted_by, lift_reason } = row;
  if (lifted_at === null) return toBrake(row);
  return { ...toBrake(row), lift: { at: lifted_at as EpochMs, by: lifted_by ?? "", reason: lift_reason ?? "" } };
}
