import type { ListRecord } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import { catalogueOf, type ListDefinition, shapeOf } from "@cordon/core/lists";
import { type ListNeed, unmetNeeds } from "@cordon/core/rules";
import type { Queryable } from "./database.ts";

export const LIST_COLUMNS = `list_id AS "listId", definition, revision, entries, bytes, created_at AS "createdAt",
  created_by AS "createdBy", changed_at AS "changedAt", changed_by AS "changedBy"`;

export interface ListRow extends Omit<ListRecord, keyof ListDefinition> {
  readonly definition: ListDefinition;
}

export function toList({ definition, ...row }: ListRow): ListRecord {
  return { ...definition, ...row };
}

/** For the rest of the transaction nobody else changes it, and no rules that need it come into use. */
export async function lockList(tx: Queryable, tenantId: TenantId, name: string): Promise<ListRecord | undefined> {
  const [row] = await tx.query<ListRow>(
    `SELECT ${LIST_COLUMNS} FROM lists WHERE tenant_id = $1 AND name = $2 AND NOT deleted FOR UPDATE`,
    [tenantId, name],
  );
  return row && toList(row);
}

/** What the rules that any site runs, or is about to run, ask of the list. */
export async function needsInUse(tx: Queryable, tenantId: TenantId, name: string): Promise<readonly ListNeed[]> {
  const rows = await tx.query<{ needs: readonly ListNeed[] }>(
    `SELECT r.list_needs AS needs FROM rule_sets r WHERE r.tenant_id = $1 AND r.version IN (
       SELECT version FROM active_rule_sets WHERE tenant_id = $1
       UNION SELECT unnest(ARRAY[version, from_version]) FROM rule_rollout_tenants WHERE tenant_id = $1 AND is_open)`,
    [tenantId],
  );
  return rows.flatMap(({ needs }) => needs).filter(({ list }) => list === name);
}

/**
 * What the version's rules need of lists and do not find. The lists that are there stay as they are for the rest of the
 * transaction.
 */
export async function unmetLists(tx: Queryable, tenantId: TenantId, version: number): Promise<readonly string[]> {
  const [row] = await tx.query<{ needs: readonly ListNeed[] }>(
    "SELECT list_needs AS needs FROM rule_sets WHERE tenant_id = $1 AND version = $2",
    [tenantId, version],
  );
  const needs = row?.needs ?? [];
  if (needs.length === 0) return [];
  const rows = await tx.query<ListRow>(
    `SELECT ${LIST_COLUMNS} FROM lists WHERE tenant_id = $1 AND name = ANY ($2) AND NOT deleted ORDER BY list_id FOR SHARE`,
    [tenantId, [...new Set(needs.map(({ list }) => list))]],
  );
  return unmetNeeds(
    needs,
    catalogueOf(new Map(rows.map(toList).map((list) => [list.name, shapeOf(list, list.entries)]))),
  );
}

interface RevisionRow {
  readonly kind: string;
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string | null;
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  readonly definition?: ListDefinition;
}

/** Makes the next revision of a locked list; answers the list as it is then. Sizes change by the given differences. */
export async function addRevision(
  tx: Queryable,
  tenantId: TenantId,
  listId: number,
  row: RevisionRow,
  change: { readonly entries: number; readonly bytes: number; readonly deleted?: true; readonly reshaped?: boolean },
): Promise<ListRecord> {
  const { kind, at, by, reason, added, replaced, removed, definition } = row;
  const [changed] = await tx.query<ListRow>(
    `WITH changed AS (
       UPDATE lists SET revision = revision + 1, entries = entries + $3, bytes = bytes + $4, changed_at = $5, changed_by = $6,
         definition = COALESCE($7::json, definition), deleted = $8,
         reshaped_at = CASE WHEN $9 THEN revision + 1 ELSE reshaped_at END
       WHERE list_id = $2 RETURNING *),
     noted AS (
       INSERT INTO list_revisions (tenant_id, list_id, revision, at, by, reason, kind, added, replaced, removed, definition)
       SELECT $1, list_id, revision, $5, $6, $10, $11, $12, $13, $14, $7::json FROM changed)
     SELECT ${LIST_COLUMNS} FROM changed`,
    [
      tenantId,
      listId,
      change.entries,
      change.bytes,
      at,
      by,
      definition === undefined ? null : JSON.stringify(definition),
      change.deleted ?? false,
      change.reshaped ?? false,
      reason,
      kind,
      added,
      replaced,
      removed,
    ],
  );
  return toList(changed as ListRow);
}

/** Of a row of `list_entries`, as its history keeps it. */
export const STATE = (row: string): string =>
  `jsonb_strip_nulls(jsonb_build_object('cells', ${row}.cells, 'expiresAt', ${row}.expires_at))`;

export const BYTES = (row: string): string => `octet_length(${row}.key) + octet_length(${row}.cells::text)`;
