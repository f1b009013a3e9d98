import type { ListActor } from "@cordon/coordinator-core";
import type { TenantId } from "@cordon/core/kernel";
import { keyText, type ListEntry } from "@cordon/core/lists";
import type { Queryable } from "./database.ts";
import { BYTES, STATE } from "./list-rows.ts";

/** What the statements of one change wrote, summed up. */
export interface Written {
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  /** By which the list grew, or shrank. */
  readonly bytes: number;
}

export interface WriteTarget {
  readonly tenantId: TenantId;
  readonly listId: number;
  /** The revision that is being made. */
  readonly revision: number;
  readonly actor: ListActor;
}

export const NOTHING: Written = { added: 0, replaced: 0, removed: 0, bytes: 0 };

export function sumOf(left: Written, right: Written): Written {
  return {
    added: left.added + right.added,
    replaced: left.replaced + right.replaced,
    removed: left.removed + right.removed,
    bytes: left.bytes + right.bytes,
  };
}

/** Rows of one statement: some tens of milliseconds. */
const ROWS_A_STATEMENT = 5_000;

/** Adds entries or replaces those that are there; what is the same already is left alone. */
export async function putEntries(tx: Queryable, target: WriteTarget, entries: readonly ListEntry[]): Promise<Written> {
  const { tenantId, listId, revision, actor } = target;
  let sum = NOTHING;
  for (let from = 0; from < entries.length; from += ROWS_A_STATEMENT) {
    const rows = entries.slice(from, from + ROWS_A_STATEMENT).map(({ key, cells, expiresAt }) => ({
      key: keyText(key),
      cells,
      expires_at: expiresAt ?? null,
    }));
    const [written] = await tx.query<Written>(
      `WITH given AS (SELECT * FROM json_to_recordset($6::json) AS g (key text, cells jsonb, expires_at bigint)),
       before AS (SELECT e.* FROM list_entries e JOIN given g ON e.list_id = $2 AND e.key = g.key),
       written AS (
         INSERT INTO list_entries AS e (tenant_id, list_id, key, cells, expires_at, changed_at, changed_by)
         SELECT $1, $2, key, cells, expires_at, $4, $5 FROM given
         ON CONFLICT (list_id, key) DO UPDATE SET (cells, expires_at, changed_at, changed_by)
           = (EXCLUDED.cells, EXCLUDED.expires_at, EXCLUDED.changed_at, EXCLUDED.changed_by)
         WHERE (e.cells, e.expires_at) IS DISTINCT FROM (EXCLUDED.cells, EXCLUDED.expires_at)
         RETURNING *),
       noted AS (
         INSERT INTO list_entry_revisions (tenant_id, list_id, revision, at, by, key, before, after)
         SELECT $1, $2, $3, $4, $5, w.key, CASE WHEN b.key IS NOT NULL THEN ${STATE("b")} END, ${STATE("w")}
         FROM written w LEFT JOIN before b USING (key))
       SELECT (count(*) FILTER (WHERE b.key IS NULL))::integer AS added, count(b.key)::integer AS replaced, 0 AS removed,
         COALESCE(sum(${BYTES("w")} - COALESCE(${BYTES("b")}, 0)), 0)::bigint AS bytes
       FROM written w LEFT JOIN before b USING (key)`,
      [tenantId, listId, revision, actor.at, actor.by, JSON.stringify(rows)],
    );
    sum = sumOf(sum, written ?? NOTHING);
  }
  return sum;
}

/** Removes those that `condition` picks out of `list_entries e`, few enough for one statement; its parameters begin at $6. */
export async function removeEntries(
  tx: Queryable,
  { tenantId, listId, revision, actor }: WriteTarget,
  condition: string,
  values: readonly unknown[],
): Promise<Written> {
  const [written] = await tx.query<Written>(
    `WITH gone AS (DELETE FROM list_entries e WHERE e.list_id = $2 AND (${condition}) RETURNING e.*),
     noted AS (
       INSERT INTO list_entry_revisions (tenant_id, list_id, revision, at, by, key, before)
       SELECT $1, $2, $3, $4, $5, g.key, ${STATE("g")} FROM gone g)
     SELECT 0 AS added, 0 AS replaced, count(*)::integer AS removed, -COALESCE(sum(${BYTES("g")}), 0)::bigint AS bytes
     FROM gone g`,
    [tenantId, listId, revision, actor.at, actor.by, ...values],
  );
  return written ?? NOTHING;
}

/** Removes those that `condition` picks out, of a list of any length. */
export function removeThroughout(tx: Queryable, target: WriteTarget, condition: string): Promise<Written> {
  return inRanges(tx, target.listId, (range, bounds) =>
    removeEntries(tx, target, `(${condition}) AND ${range}`, bounds),
  );
}

/** Removes all but these. */
export async function removeOthers(
  tx: Queryable,
  target: WriteTarget,
  entries: readonly ListEntry[],
): Promise<Written> {
  await tx.query('CREATE TEMPORARY TABLE kept_keys (key text COLLATE "C" PRIMARY KEY) ON COMMIT DROP');
  for (let from = 0; from < entries.length; from += ROWS_A_STATEMENT) {
    const keys = entries.slice(from, from + ROWS_A_STATEMENT).map(({ key }) => keyText(key));
    await tx.query("INSERT INTO kept_keys SELECT unnest($1::text[])", [keys]);
  }
  await tx.query("ANALYZE kept_keys");
  return removeThroughout(tx, target, "NOT EXISTS (SELECT FROM kept_keys k WHERE k.key = e.key)");
}

/** Entries without these columns; they stay even when nothing is left in them. */
export function dropColumns(tx: Queryable, target: WriteTarget, columns: readonly string[]): Promise<Written> {
  const { tenantId, listId, revision, actor } = target;
  return inRanges(tx, listId, async (range, bounds) => {
    const [written] = await tx.query<Written>(
      `WITH before AS (SELECT e.* FROM list_entries e WHERE e.list_id = $2 AND e.cells ?| $8::text[] AND ${range}),
       written AS (
         UPDATE list_entries e SET cells = e.cells - $8::text[], changed_at = $4, changed_by = $5
         FROM before b WHERE e.list_id = $2 AND e.key = b.key RETURNING e.*),
       noted AS (
         INSERT INTO list_entry_revisions (tenant_id, list_id, revision, at, by, key, before, after)
         SELECT $1, $2, $3, $4, $5, w.key, ${STATE("b")}, ${STATE("w")} FROM written w JOIN before b USING (key))
       SELECT 0 AS added, count(*)::integer AS replaced, 0 AS removed,
         COALESCE(sum(${BYTES("w")} - ${BYTES("b")}), 0)::bigint AS bytes
       FROM written w JOIN before b USING (key)`,
      [tenantId, listId, revision, actor.at, actor.by, ...bounds, columns],
    );
    return written ?? NOTHING;
  });
}

/** Goes through a list a stretch at a time: no statement takes longer than the database waits. The bounds are $6 and $7. */
async function inRanges(
  tx: Queryable,
  listId: number,
  write: (range: string, bounds: readonly [after: string, upTo: string | null]) => Promise<Written>,
): Promise<Written> {
  const range = "e.key > $6 AND ($7::text IS NULL OR e.key <= $7)";
  let sum = NOTHING;
  let after = "";
  for (;;) {
    const [last] = await tx.query<{ key: string }>(
      "SELECT key FROM list_entries WHERE list_id = $1 AND key > $2 ORDER BY key OFFSET $3 LIMIT 1",
      [listId, after, ROWS_A_STATEMENT],
    );
    sum = sumOf(sum, await write(range, [after, last?.key ?? null]));
    if (last === undefined) return sum;
    after = last.key;
  }
}
