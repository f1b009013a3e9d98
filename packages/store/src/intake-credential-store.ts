import type { CredentialKey, CredentialProof, IntakeCredential, IntakeCredentialStore } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import { assertNever } from "@cordon/core/kernel";
import type { Database } from "./database.ts";

interface Row {
  readonly credential_id: string;
  readonly tenant_id: string;
  readonly kind: CredentialProof["kind"];
  readonly lookup: string;
  readonly password_hash: string | null;
  readonly created_at: number;
}

const COLUMNS = "credential_id, tenant_id, kind, lookup, password_hash, created_at";

export function createIntakeCredentialStore(database: Database): IntakeCredentialStore {
  return {
    async addCredential(tenantId, { credentialId, proof, createdAt }) {
      const passwordHash = proof.kind === "basic" ? proof.passwordHash : null;
      const [row] = await database.forTenant(tenantId).query<{ tenants: number; created: number }>(
        `WITH created AS (
           INSERT INTO intake_credentials (credential_id, tenant_id, kind, lookup, password_hash, created_at)
           SELECT $2, tenant_id, $3, $4, $5, $6 FROM tenants WHERE tenant_id = $1
           ON CONFLICT DO NOTHING RETURNING credential_id)
         SELECT (SELECT count(*) FROM tenants WHERE tenant_id = $1) AS tenants, (SELECT count(*) FROM created) AS created`,
        [tenantId, credentialId, proof.kind, lookupOf(proof), passwordHash, createdAt],
      );
      if (row?.tenants !== 1) return "no_tenant";
      return row.created === 1 ? "created" : "exists";
    },
    async findCredential(key) {
      const [row] = await database.asFleet.query<Row>(
        `SELECT ${COLUMNS} FROM intake_credentials WHERE kind = $1 AND lookup = $2`,
        [key.kind, lookupOf(key)],
        "find_credential",
      );
      return row && toCredential(row);
    },
    async listCredentials(tenantId) {
      const rows = await database
        .forTenant(tenantId)
        .query<Row>(
          `SELECT ${COLUMNS} FROM intake_credentials WHERE tenant_id = $1 ORDER BY created_at, credential_id`,
          [tenantId],
        );
      return rows.map(toCredential);
    },
    async removeCredential(tenantId, credentialId) {
      const rows = await database
        .forTenant(tenantId)
        .query("DELETE FROM intake_credentials WHERE tenant_id = $1 AND credential_id = $2 RETURNING credential_id", [
          tenantId,
          credentialId,
        ]);
      return rows.length === 1;
    },
  };
}

function lookupOf(key: CredentialKey): string {
  switch (key.kind) {
    case "basic":
      return key.user;
    case "secretPath":
      return key.segmentHash;
    case "clientCertificate":
      return key.fingerprint;
    default:
      return assertNever(key);
  }
}

function toCredential(row: Row): IntakeCredential {
  return {
    credentialId: row.credential_id,
    tenantId: row.tenant_id as TenantId,
    proof: toProof(row),
    createdAt: row.created_at as EpochMs,
  };
}

function toProof({ kind, lookup, password_hash }: Row): CredentialProof {
  switch (kind) {
    case "basic":
      return { kind, user: lookup, passwordHash: password_hash ?? "" };
    case "secretPath":
      return { kind, segmentHash: lookup };
    case "clientCertificate":
      return { kind, fingerprint: lookup };
    default:
      return assertNever(kind);
  }
}
