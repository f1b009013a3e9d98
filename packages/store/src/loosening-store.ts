import type { BrakeOwner, Loosening, LooseningStore } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { ownerWork } from "./owner-work.ts";
import { storableJson, storableText } from "./storable.ts";

const COLUMNS = `loosening_id AS "looseningId", change, hash, asked_by AS "askedBy", asked_at AS "askedAt", reason,
  expires_at AS "expiresAt", state, decided_by, decided_at, decide_reason`;

type Row = Omit<Loosening, "decided"> & {
  readonly decided_by: string | null;
  readonly decided_at: EpochMs | null;
  readonly decide_reason: string | null;
};

export function createLooseningStore(database: Database): LooseningStore {
  return {
    async addLoosening(owner, { looseningId, change, hash, askedBy, askedAt, reason, expiresAt, state }) {
      await ownerWork(database, owner).query(
        `INSERT INTO loosenings (loosening_id, tenant_id, change, hash, asked_by, asked_at, reason, expires_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          looseningId,
          tenantOf(owner),
          storableJson(change),
          hash,
          askedBy,
          askedAt,
          storableText(reason),
          expiresAt,
          state,
        ],
      );
    },
    async getLoosening(owner, looseningId) {
      const [row] = await ownerWork(database, owner).query<Row>(
        `SELECT ${COLUMNS} FROM loosenings WHERE tenant_id IS NOT DISTINCT FROM $1 AND loosening_id = $2`,
        [tenantOf(owner), looseningId],
      );
      return row && toLoosening(row);
    },
    async listLoosenings(owner, { state, after, limit }) {
      const rows = await ownerWork(database, owner).query<Row>(
        `SELECT ${COLUMNS} FROM loosenings WHERE tenant_id IS NOT DISTINCT FROM $1 AND ($2::text IS NULL OR state = $2)
           AND ($3::bigint IS NULL OR (asked_at, loosening_id) < ($3, $4))
         ORDER BY asked_at DESC, loosening_id DESC LIMIT $5`,
        [tenantOf(owner), state ?? null, after?.askedAt ?? null, after?.looseningId ?? null, limit],
      );
      return rows.map(toLoosening);
    },
    async decideLoosening(owner, looseningId, state, { at, by, reason }) {
      const rows = await ownerWork(database, owner).query(
        `UPDATE loosenings SET state = $3, decided_at = $4, decided_by = $5, decide_reason = $6
         WHERE tenant_id IS NOT DISTINCT FROM $1 AND loosening_id = $2 AND state = 'open' RETURNING loosening_id`,
        [tenantOf(owner), looseningId, state, at, by, storableText(reason)],
      );
      return rows.length === 1;
    },
  };
}

function tenantOf(owner: BrakeOwner): TenantId | null {
  return owner === "everyTenant" ? null : owner;
}

function toLoosening({ decided_by, decided_at, decide_reason, ...row }: Row): Loosening {
  if (decided_at === null) return row;
  return { ...row, decided: { at: decided_at, by: decided_by ?? "", reason: decide_reason ?? "" } };
}
