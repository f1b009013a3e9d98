import type { AccessStore, ApiTokenRecord, GrantRecord, GroupMember } from "@cordon/coordinator-core";
import type { Access, Grant } from "@cordon/core/access";
import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { storableJson, storableText } from "./storable.ts";

const GRANT = `grant_id, tenant_id, sites, to_kind, to_name, effect, role, classes, reason, granted_at, granted_by`;
const TOKEN = `t.token_id, t.prefix, t.person, t.label, t.bounds, t.made_at, t.expires_at, t.last_used_at, t.last_used_from,
  t.revoked_at, t.revoked_by`;
/** A named person was not removed: $1. */
const LIVES = "SELECT FROM people WHERE name = $1 AND removed_at IS NULL";

export function createAccessStore(database: Database): AccessStore {
  const fleet = database.asFleet;
  return {
    async standing(person, groups) {
      const [row] = await fleet.query<{ grants: readonly GrantRow[]; groups: readonly string[] }>(
        `WITH mine AS (
           SELECT group_name FROM group_members WHERE person = $1 UNION SELECT unnest($2::text[])
         ), given AS (
           SELECT ${GRANT} FROM access_grants WHERE removed_at IS NULL
             AND ((to_kind = 'person' AND to_name = $1) OR (to_kind = 'group' AND to_name IN (SELECT group_name FROM mine)))
         )
         SELECT COALESCE((SELECT json_agg(given ORDER BY grant_id) FROM given), '[]') AS grants,
           COALESCE((SELECT json_agg(group_name ORDER BY group_name) FROM mine), '[]') AS groups`,
        [person, groups],
        "access_standing",
      );
      return { grants: (row?.grants ?? []).map(toGrant), groups: row?.groups ?? [] };
    },
    addGrant: (grant, grantsMax) =>
      fleet.transaction(async (tx) => {
        const { grantId, to, effect, role, scope, classes = null, reason, grantedAt, grantedBy } = grant;
        const tenantId = scope.kind === "allTenants" ? null : scope.tenantId;
        const sites = scope.kind === "allTenants" || scope.sites === "all" ? null : scope.sites;
        await oneAtATime(tx, `grants ${to.kind} ${to.name}`);
        if (to.kind === "person" && (await tx.query(LIVES, [to.name])).length === 0) return "no_person";
        if (
          tenantId !== null &&
          (await tx.query("SELECT FROM tenants WHERE tenant_id = $1", [tenantId])).length === 0
        ) {
          return "no_tenant";
        }
        const held = await tx.query(
          "SELECT FROM access_grants WHERE to_kind = $1 AND to_name = $2 AND removed_at IS NULL LIMIT $3",
          [to.kind, to.name, grantsMax],
        );
        if (held.length >= grantsMax) return "too_many";
        await tx.query(`INSERT INTO access_grants (${GRANT}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, [
          grantId,
          tenantId,
          sites && JSON.stringify(sites),
          to.kind,
          storableText(to.name),
          effect,
          role,
          classes && JSON.stringify(classes),
          reason === undefined ? null : storableText(reason),
          grantedAt,
          grantedBy,
        ]);
        return "added";
      }),
    async listGrants(of) {
      const rows = await fleet.query<GrantRow>(
        `SELECT ${GRANT} FROM access_grants WHERE tenant_id IS NOT DISTINCT FROM $1 AND removed_at IS NULL ORDER BY grant_id`,
        [tenantOf(of)],
      );
      return rows.map(toRecord);
    },
    async getGrant(of, grantId) {
      const [row] = await fleet.query<GrantRow>(
        `SELECT ${GRANT} FROM access_grants WHERE tenant_id IS NOT DISTINCT FROM $1 AND grant_id = $2 AND removed_at IS NULL`,
        [tenantOf(of), grantId],
      );
      return row && toRecord(row);
    },
    async removeGrant(grantId, { at, by }) {
      const rows = await fleet.query(
        `UPDATE access_grants SET removed_at = $2, removed_by = $3 WHERE grant_id = $1 AND removed_at IS NULL
         RETURNING grant_id`,
        [grantId, at, by],
      );
      return rows.length === 1;
    },
    async grantsOfGroup(group) {
      const rows = await fleet.query<GrantRow>(
        `SELECT ${GRANT} FROM access_grants WHERE to_kind = 'group' AND to_name = $1 AND removed_at IS NULL`,
        [group],
      );
      return rows.map(toGrant);
    },
    listMembers: () =>
      fleet.query<GroupMember>(
        `SELECT group_name AS "group", person, added_at AS "addedAt", added_by AS "addedBy" FROM group_members
         ORDER BY group_name, person`,
      ),
    addMember: ({ group, person, addedAt, addedBy }, membersMax) =>
      fleet.transaction(async (tx) => {
        await oneAtATime(tx, `group ${group}`);
        if ((await tx.query(LIVES, [person])).length === 0) return "no_person";
        const members = await tx.query<{ person: string }>("SELECT person FROM group_members WHERE group_name = $1", [
          group,
        ]);
        if (members.some((member) => member.person === person)) return "exists";
        if (members.length >= membersMax) return "too_many";
        await tx.query("INSERT INTO group_members (group_name, person, added_at, added_by) VALUES ($1, $2, $3, $4)", [
          group,
          person,
          addedAt,
          addedBy,
        ]);
        return "added";
      }),
    async removeMember(group, person) {
      const rows = await fleet.query(
        "DELETE FROM group_members WHERE group_name = $1 AND person = $2 RETURNING person",
        [group, person],
      );
      return rows.length === 1;
    },
    addToken: (token, tokenHash, tokensMax) =>
      fleet.transaction(async (tx) => {
        const { tokenId, prefix, person, label, bounds, madeAt, expiresAt } = token;
        await oneAtATime(tx, `tokens ${person}`);
        if ((await tx.query(LIVES, [person])).length === 0) return "no_person";
        const alive = await tx.query(
          "SELECT FROM api_tokens WHERE person = $1 AND revoked_at IS NULL AND expires_at > $2 LIMIT $3",
          [person, madeAt, tokensMax],
        );
        if (alive.length >= tokensMax) return "too_many";
        await tx.query(
          `INSERT INTO api_tokens (token_id, token_hash, prefix, person, label, bounds, made_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [tokenId, tokenHash, prefix, person, storableText(label), storableJson(bounds), madeAt, expiresAt],
        );
        return "added";
      }),
    async listTokens(person) {
      const rows = await fleet.query<TokenRow>(
        `SELECT ${TOKEN} FROM api_tokens t WHERE $1::text IS NULL OR t.person = $1 ORDER BY t.made_at DESC, t.token_id`,
        [person === "everybody" ? null : person],
      );
      return rows.map(toToken);
    },
    async getToken(tokenId) {
      const [row] = await fleet.query<TokenRow>(`SELECT ${TOKEN} FROM api_tokens t WHERE t.token_id = $1`, [tokenId]);
      return row && toToken(row);
    },
    async findToken(tokenHash) {
      const [row] = await fleet.query<TokenRow>(
        `SELECT ${TOKEN} FROM api_tokens t JOIN people p ON p.name = t.person AND p.removed_at IS NULL
         WHERE t.token_hash = $1`,
        [tokenHash],
        "access_token",
      );
      return row && toToken(row);
    },
    async noteTokenUse(tokenId, { at, from }) {
      await fleet.query("UPDATE api_tokens SET last_used_at = $2, last_used_from = $3 WHERE token_id = $1", [
        tokenId,
        at,
        from,
      ]);
    },
    async revokeToken(tokenId, { at, by }) {
      const rows = await fleet.query(
        "UPDATE api_tokens SET revoked_at = $2, revoked_by = $3 WHERE token_id = $1 AND revoked_at IS NULL RETURNING token_id",
        [tokenId, at, by],
      );
      return rows.length === 1;
    },
  };
}

interface GrantRow {
  readonly grant_id: string;
  readonly tenant_id: TenantId | null;
  readonly sites: readonly SiteId[] | null;
  readonly to_kind: Grant["to"]["kind"];
  readonly to_name: string;
  readonly effect: Grant["effect"];
  readonly role: Grant["role"];
  readonly classes: Access["classes"] | null;
  readonly reason: string | null;
  readonly granted_at: EpochMs;
  readonly granted_by: string;
}

interface TokenRow {
  readonly token_id: string;
  readonly prefix: string;
  readonly person: string;
  readonly label: string;
  readonly bounds: readonly Access[];
  readonly made_at: EpochMs;
  readonly expires_at: EpochMs;
  readonly last_used_at: EpochMs | null;
  readonly last_used_from: string | null;
  readonly revoked_at: EpochMs | null;
  readonly revoked_by: string | null;
}

function toGrant(row: GrantRow): Grant {
  const { tenant_id: tenantId, classes } = row;
  return {
    grantId: row.grant_id,
    to: { kind: row.to_kind, name: row.to_name },
    effect: row.effect,
    role: row.role,
    scope: tenantId === null ? { kind: "allTenants" } : { kind: "tenant", tenantId, sites: row.sites ?? "all" },
    ...(classes ? { classes } : {}),
  };
}

function toRecord(row: GrantRow): GrantRecord {
  const { reason, granted_at: grantedAt, granted_by: grantedBy } = row;
  return { ...toGrant(row), ...(reason === null ? {} : { reason }), grantedAt, grantedBy };
}

function toToken(row: TokenRow): ApiTokenRecord {
  const { last_used_at: usedAt, revoked_at: revokedAt } = row;
  return {
    tokenId: row.token_id,
    prefix: row.prefix,
    person: row.person,
    label: row.label,
    bounds: row.bounds,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    ...(usedAt === null ? {} : { lastUsed: { at: usedAt, from: row.last_used_from ?? "" } }),
    ...(revokedAt === null ? {} : { revoked: { at: revokedAt, by: row.revoked_by ?? "" } }),
  };
}

function tenantOf(of: TenantId | "allTenants"): TenantId | null {
  return of === "allTenants" ? null : of;
}

/** So that its bound holds. */
async function oneAtATime(tx: Queryable, what: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [what]);
}
