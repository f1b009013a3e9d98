import type { AuditEntry, AuditStore, AuditStub, ChainState, NewEntry, ToldFact } from "@cordon/coordinator-core";
import { type AuditChain, type ChainHead, EMPTY_CHAIN, PLATFORM_CHAIN, type SignedRoot } from "@cordon/core/audit";
import type { EpochMs } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { present } from "./present.ts";
import { storableJson } from "./storable.ts";

/** Any fixed number: one process seals at a time. */
const SEAL_LOCK = "7301884205915";

const ROOT = `seq, hash, day, at, key_id AS "keyId", signature`;

export function createAuditStore(database: Database): AuditStore {
  const { asFleet } = database;
  /** What is of no tenant is the fleet's to see. */
  const behindWall = (chain: AuditChain): Queryable => (chain === PLATFORM_CHAIN ? asFleet : database.forTenant(chain));

  return {
    async tell(chain, fact) {
      await behindWall(chain).query(
        "INSERT INTO audit_outbox (tenant_id, told_at, fact) VALUES ($1, $2, $3)",
        [chain, fact.at, storableJson(fact)],
        "audit_tell",
      );
    },
    seal: (limit, link) =>
      asFleet.transaction(async (tx) => {
        const [lock] = await tx.query<{ locked: boolean }>(`SELECT pg_try_advisory_xact_lock(${SEAL_LOCK}) AS locked`);
        if (lock?.locked !== true) return 0;
        const told = await tx.query<ToldFact & { readonly outboxId: number }>(
          `SELECT outbox_id AS "outboxId", tenant_id AS chain, fact FROM audit_outbox ORDER BY outbox_id LIMIT $1`,
          [limit],
          "audit_told",
        );
        if (told.length === 0) return 0;
        const chains = [...new Set(told.map(({ chain }) => chain))];
        const heads = await tx.query<ChainHead & { readonly chain: string }>(
          "SELECT tenant_id AS chain, seq, hash FROM audit_heads WHERE tenant_id = ANY($1)",
          [chains],
        );
        const entries = link(new Map(heads.map(({ chain, seq, hash }) => [chain, { seq, hash }])), told);
        await insertEntries(tx, entries);
        await tx.query("DELETE FROM audit_outbox WHERE outbox_id = ANY($1::bigint[])", [
          told.map(({ outboxId }) => outboxId),
        ]);
        return told.length;
      }),
    async backlog() {
      const [row] = await asFleet.query<{ facts: number; since: EpochMs | null }>(
        "SELECT count(*) AS facts, min(told_at) AS since FROM audit_outbox",
      );
      return { facts: row?.facts ?? 0, ...(row?.since == null ? {} : { since: row.since }) };
    },
    async listChains() {
      const rows = await asFleet.query<StateRow>(`${STATE} ORDER BY h.tenant_id`);
      return rows.map(toState);
    },
    async stateOf(chain) {
      const [row] = await behindWall(chain).query<StateRow>(`${STATE} WHERE h.tenant_id = $1`, [chain]);
      return row === undefined ? { chain, head: EMPTY_CHAIN } : toState(row);
    },
    async addRoot(chain, { seq, hash, day, at, keyId, signature }) {
      await asFleet.query(
        `INSERT INTO audit_roots (tenant_id, seq, hash, day, at, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING`,
        [chain, seq, hash, day, at, keyId, signature],
      );
    },
    listRoots: (chain, after, upTo) =>
      behindWall(chain).query<SignedRoot>(
        `SELECT ${ROOT} FROM audit_roots WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`,
        [chain, after, upTo],
      ),
    async listEntries(chain, { after, kind, by, endpointId, from, to, limit }) {
      const rows = await behindWall(chain).query<Omit<AuditEntry, "fact"> & { readonly fact: string }>(
        `SELECT seq, previous, hash, fact, sealed_at AS "sealedAt" FROM audit_entries
         WHERE tenant_id = $1 AND seq > $2 AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR actor = $4)
           AND ($5::text IS NULL OR endpoint_id = $5) AND ($6::bigint IS NULL OR at >= $6) AND ($7::bigint IS NULL OR at < $7)
         ORDER BY seq LIMIT $8`,
        [chain, after, kind ?? null, by ?? null, endpointId ?? null, from ?? null, to ?? null, limit],
      );
      return rows.map(({ fact, ...entry }) => ({ ...entry, fact: JSON.parse(fact) }));
    },
    async getStub(chain) {
      const [row] = await behindWall(chain).query<SignedRoot & { readonly removedAt: number }>(
        `SELECT r.seq, r.hash, r.day, r.at, r.key_id AS "keyId", r.signature, s.removed_at AS "removedAt"
         FROM audit_stubs s JOIN audit_roots r ON r.tenant_id = s.tenant_id AND r.seq = s.last_seq WHERE s.tenant_id = $1`,
        [chain],
      );
      if (row === undefined) return undefined;
      const { removedAt, ...root } = row;
      return { firstSeq: 1, lastSeq: root.seq, removedAt, root } satisfies AuditStub;
    },
    async listKeys(chain) {
      const rows = await behindWall(chain).query<Record<string, unknown>>(
        `SELECT key_id AS "keyId", public_key AS "publicKey", since, endorsed_by AS "endorsedBy", endorsement
         FROM audit_keys WHERE tenant_id = $1 ORDER BY since, key_id`,
        [chain],
      );
      return rows.map((row) => present(row) as never);
    },
    async addKey(chain, { keyId, publicKey, since, endorsedBy, endorsement }) {
      const rows = await asFleet.query(
        `INSERT INTO audit_keys (tenant_id, key_id, public_key, since, endorsed_by, endorsement) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING key_id`,
        [chain, keyId, publicKey, since, endorsedBy ?? null, endorsement ?? null],
      );
      return rows.length === 1;
    },
    async getRetention(tenantId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<{ days: number; changedAt: EpochMs; changedBy: string }>(
          `SELECT days, changed_at AS "changedAt", changed_by AS "changedBy" FROM audit_retention WHERE tenant_id = $1`,
          [tenantId],
        );
      return row;
    },
    async putRetention(tenantId, setting) {
      const tenant = database.forTenant(tenantId);
      if (setting === undefined) {
        await tenant.query("DELETE FROM audit_retention WHERE tenant_id = $1", [tenantId]);
        return;
      }
      await tenant.query(
        `INSERT INTO audit_retention (tenant_id, days, changed_at, changed_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET (days, changed_at, changed_by) =
           (EXCLUDED.days, EXCLUDED.changed_at, EXCLUDED.changed_by)`,
        [tenantId, setting.days, setting.changedAt, setting.changedBy],
      );
    },
    async listRetentions() {
      const rows = await asFleet.query<{ chain: string; days: number }>(
        "SELECT tenant_id AS chain, days FROM audit_retention",
      );
      return new Map(rows.map(({ chain, days }) => [chain, days]));
    },
    async rootBefore(chain, before) {
      const [row] = await asFleet.query<SignedRoot>(
        `SELECT ${ROOT} FROM audit_roots WHERE tenant_id = $1 AND at < $2 ORDER BY seq DESC LIMIT 1`,
        [chain, before],
      );
      return row;
    },
    removeUpTo: (chain, { seq }, limit, now) =>
      asFleet.transaction(async (tx) => {
        // First the stub: nobody ever sees entries gone and nothing that stands for them.
        await tx.query(
          `INSERT INTO audit_stubs (tenant_id, last_seq, removed_at) VALUES ($1, $2, $3)
           ON CONFLICT (tenant_id) DO UPDATE SET (last_seq, removed_at) = (EXCLUDED.last_seq, EXCLUDED.removed_at)
           WHERE audit_stubs.last_seq < EXCLUDED.last_seq`,
          [chain, seq, now],
        );
        const rows = await tx.query(
          `DELETE FROM audit_entries WHERE tenant_id = $1 AND seq IN (
             SELECT seq FROM audit_entries WHERE tenant_id = $1 AND seq <= $2 ORDER BY seq LIMIT $3) RETURNING 1`,
          [chain, seq, limit],
        );
        return rows.length;
      }),
  };
}

async function insertEntries(tx: Queryable, entries: readonly NewEntry[]): Promise<void> {
  await tx.query(
    `INSERT INTO audit_entries (tenant_id, seq, previous, hash, fact, sealed_at, at, kind, actor, endpoint_id)
     SELECT chain, seq, previous, hash, fact, "sealedAt", COALESCE((fact::json->>'at')::bigint, "sealedAt"), COALESCE(fact::json->>'kind', ''),
       COALESCE(fact::json->'by'->>'name', ''), fact::json->'targets'->>0
     FROM json_to_recordset($1::json) AS r(chain text, seq bigint, previous text, hash text, fact text, "sealedAt" bigint)`,
    [JSON.stringify(entries)],
    "audit_seal",
  );
  const heads = new Map(entries.map(({ chain, seq, hash }) => [chain, { chain, seq, hash }]));
  await tx.query(
    `INSERT INTO audit_heads (tenant_id, seq, hash)
     SELECT chain, seq, hash FROM json_to_recordset($1::json) AS r(chain text, seq bigint, hash text)
     ON CONFLICT (tenant_id) DO UPDATE SET (seq, hash) = (EXCLUDED.seq, EXCLUDED.hash)`,
    [JSON.stringify([...heads.values()])],
  );
}

const STATE = `SELECT h.tenant_id AS chain, h.seq, h.hash, r.seq AS "rootSeq", r.hash AS "rootHash", r.day, r.at
  FROM audit_heads h LEFT JOIN LATERAL (
    SELECT seq, hash, day, at FROM audit_roots o WHERE o.tenant_id = h.tenant_id ORDER BY seq DESC LIMIT 1) AS r ON true`;

interface StateRow {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  readonly rootSeq: number | null;
  readonly rootHash: string;
  readonly day: string;
  readonly at: number;
}

function toState({ chain, seq, hash, rootSeq, rootHash, day, at }: StateRow): ChainState {
  const root = rootSeq === null ? {} : { root: { seq: rootSeq, hash: rootHash, day, at } };
  return { chain, head: { seq, hash }, ...root };
}
