import type { AskedGroup } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import { COUNT_BOOK_LIMITS, type CountGroup } from "@cordon/core/rules";
import type { Queryable } from "./database.ts";

interface GroupRow {
  readonly place: number;
  readonly at: readonly EpochMs[];
  readonly texts: readonly string[] | null;
}

/** What is kept of these groups; one that was never met, or was forgotten, is absent. */
export async function readCountGroups(
  db: Queryable,
  tenantId: TenantId,
  asked: readonly AskedGroup[],
): Promise<readonly CountGroup[]> {
  const rows = await db.query<GroupRow>(
    `SELECT k.place, g.at, g.texts FROM json_to_recordset($2::json) AS k(place integer, counter text, "group" text)
     JOIN counter_groups g ON g.tenant_id = $1 AND g.counter_id = k.counter AND g.group_id = k."group"`,
    [tenantId, JSON.stringify(asked.map(({ counter, group }, place) => ({ place, counter: counter.id, group })))],
    "counter_groups",
  );
  return rows.map(({ place, at, texts }): CountGroup => {
    const group = { ...(asked[place] as AskedGroup), at };
    return texts === null ? group : { ...group, texts };
  });
}

/** Writes the groups, in order of use, and forgets what a counter has too many of. */
export async function writeCountGroups(
  tx: Queryable,
  tenantId: TenantId,
  groups: readonly CountGroup[],
  now: EpochMs,
): Promise<void> {
  if (groups.length === 0) return;
  const rows = groups.map(({ counter, group, at, texts }, place) => ({
    place,
    counter: counter.id,
    group,
    at,
    texts,
    forgetAt: now + counter.windowMs + COUNT_BOOK_LIMITS.idleMsMax,
  }));
  await Promise.all([
    tx.query(
      `INSERT INTO counter_groups (tenant_id, counter_id, group_id, used, forget_at, at, texts)
       SELECT $1, counter, "group", nextval('counter_uses'), "forgetAt", at, texts
       FROM (SELECT * FROM json_to_recordset($2::json) AS r(place integer, counter text, "group" text, "forgetAt" bigint,
         at json, texts json) ORDER BY place) AS g
       ON CONFLICT (tenant_id, counter_id, group_id) DO UPDATE
         SET used = EXCLUDED.used, forget_at = EXCLUDED.forget_at, at = EXCLUDED.at, texts = EXCLUDED.texts`,
      [tenantId, JSON.stringify(rows)],
      "write_counter_groups",
    ),
    // Leaves together with the one before, and the server takes them in this order.
    tx.query(
      `WITH first_too_many AS MATERIALIZED (
         SELECT c.counter_id, (SELECT o.used FROM counter_groups o WHERE o.tenant_id = $1 AND o.counter_id = c.counter_id
           ORDER BY o.used DESC OFFSET $3 LIMIT 1) AS used
         FROM unnest($2::text[]) AS c(counter_id))
       DELETE FROM counter_groups g USING first_too_many f
       WHERE g.tenant_id = $1 AND g.counter_id = f.counter_id AND g.used <= f.used`,
      [tenantId, [...new Set(groups.map(({ counter }) => counter.id))], COUNT_BOOK_LIMITS.groupsMax],
      "forget_counter_groups",
    ),
  ]);
}

/** Removes up to `limit` groups that nobody will ask for; answers how many. */
export async function forgetIdleGroups(db: Queryable, now: EpochMs, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM counter_groups WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM counter_groups WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2 FOR UPDATE SKIP LOCKED))
     RETURNING 1 AS one`,
    [now, limit],
  );
  return rows.length;
}
