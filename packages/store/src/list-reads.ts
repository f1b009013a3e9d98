import type { EntryRevision, ListPlace, ListRevision, ListStore, StoredEntry } from "@cordon/coordinator-core";
import type { EpochMs } from "@cordon/core/kernel";
import { type EntryChange, keyParts, keyText, type ListEntry, shapeOf } from "@cordon/core/lists";
import type { Database } from "./database.ts";
import { LIST_COLUMNS, type ListRow, toList } from "./list-rows.ts";
import { present } from "./present.ts";

type Reads = Pick<
  ListStore,
  | "getList"
  | "listLists"
  | "listEntries"
  | "getEntry"
  | "listRevisions"
  | "listEntryRevisions"
  | "shapes"
  | "places"
  | "placeOf"
  | "changesAfter"
  | "readWhole"
>;

const PLACE = `list_id AS "listId", revision, reshaped_at AS "reshapedAt"`;
const ENTRY = `e.key, e.cells, e.expires_at AS "expiresAt", e.changed_at AS "changedAt", e.changed_by AS "changedBy"`;

/** Of a list that is read whole: some ten milliseconds to make into entries. */
const PAGE_ROWS = 5_000;

export function createListReads(database: Database): Reads {
  return {
    async getList(tenantId, name) {
      const [row] = await database
        .forTenant(tenantId)
        .query<ListRow>(`SELECT ${LIST_COLUMNS} FROM lists WHERE tenant_id = $1 AND name = $2 AND NOT deleted`, [
          tenantId,
          name,
        ]);
      return row && toList(row);
    },
    async listLists(tenantId) {
      const rows = await database
        .forTenant(tenantId)
        .query<ListRow>(
          `SELECT ${LIST_COLUMNS} FROM lists WHERE tenant_id = $1 AND NOT deleted ORDER BY name COLLATE "C"`,
          [tenantId],
        );
      return rows.map(toList);
    },
    async listEntries(tenantId, name, { after, prefix = "", now, limit }) {
      const [list] = await database
        .forTenant(tenantId)
        .query<{ listId: number }>(
          `SELECT list_id AS "listId" FROM lists WHERE tenant_id = $1 AND name = $2 AND NOT deleted`,
          [tenantId, name],
        );
      if (list === undefined) return undefined;
      const rows = await database.forTenant(tenantId).query<EntryRow>(
        `SELECT ${ENTRY} FROM list_entries e WHERE list_id = $1 AND key > $2 AND starts_with(key, $3) AND key >= $3
           AND (expires_at IS NULL OR expires_at > $4) ORDER BY key LIMIT $5`,
        [list.listId, after === undefined ? "" : keyText(after), prefix, now, limit],
      );
      return rows.map(toEntry);
    },
    async getEntry(tenantId, name, key, now) {
      const [row] = await database.forTenant(tenantId).query<EntryRow>(
        `SELECT ${ENTRY} FROM list_entries e JOIN lists l USING (list_id)
         WHERE l.tenant_id = $1 AND l.name = $2 AND NOT l.deleted AND e.key = $3 AND (e.expires_at IS NULL OR e.expires_at > $4)`,
        [tenantId, name, keyText(key), now],
      );
      return row && toEntry(row);
    },
    async listRevisions(tenantId, name, { after, limit }) {
      const rows = await database.forTenant(tenantId).query<ListRevision>(
        `SELECT r.list_id AS "listId", l.name AS list, r.revision, r.at, r.by, r.reason, r.kind, r.added, r.replaced, r.removed,
           r.definition
         FROM lists l JOIN list_revisions r USING (list_id) WHERE l.tenant_id = $1 AND l.name = $2
           AND ($3::bigint IS NULL OR (r.list_id, r.revision) < ($3, $4)) ORDER BY r.list_id DESC, r.revision DESC LIMIT $5`,
        [tenantId, name, after?.listId ?? null, after?.revision ?? null, limit],
      );
      return rows.map((row) => present(row) as ListRevision);
    },
    async listEntryRevisions(tenantId, name, { key, revision, after, limit }) {
      const rows = await database.forTenant(tenantId).query<Omit<EntryRevision, "key"> & { key: string }>(
        `SELECT c.change_id AS "changeId", c.revision, c.at, c.by, c.key, c.before, c.after
         FROM lists l JOIN list_entry_revisions c USING (list_id) WHERE l.tenant_id = $1 AND l.name = $2
           AND ($3::text IS NULL OR c.key = $3) AND ($4::bigint IS NULL OR c.revision = $4)
           AND ($5::bigint IS NULL OR c.change_id < $5) ORDER BY c.change_id DESC LIMIT $6`,
        [tenantId, name, key === undefined ? null : keyText(key), revision ?? null, after?.changeId ?? null, limit],
      );
      return rows.map((row) => present({ ...row, key: keyParts(row.key) }) as EntryRevision);
    },
    async shapes(tenantId) {
      const rows = await database
        .forTenant(tenantId)
        .query<ListRow>(
          `SELECT ${LIST_COLUMNS} FROM lists WHERE tenant_id = $1 AND NOT deleted`,
          [tenantId],
          "list_shapes",
        );
      return new Map(rows.map(toList).map((list) => [list.name, shapeOf(list, list.entries)]));
    },
    places: (listIds) =>
      database.asFleet.query<ListPlace>(
        `SELECT ${PLACE} FROM lists WHERE list_id = ANY ($1::bigint[]) AND NOT deleted`,
        [listIds],
        "list_places",
      ),
    async placeOf(tenantId, name) {
      const [place] = await database
        .forTenant(tenantId)
        .query<ListPlace>(
          `SELECT ${PLACE} FROM lists WHERE tenant_id = $1 AND name = $2 AND NOT deleted`,
          [tenantId, name],
          "list_place",
        );
      return place;
    },
    async changesAfter(listId, revision, limit) {
      const rows = await database.asFleet.query<{ key: string; after: NonNullable<EntryChange["entry"]> | null }>(
        `SELECT key, after FROM list_entry_revisions WHERE list_id = $1 AND revision > $2
         ORDER BY revision, change_id LIMIT $3`,
        [listId, revision, limit + 1],
        "list_changes_after",
      );
      return rows.length > limit
        ? undefined
        : rows.map(({ key, after }) => (after === null ? { key } : { key, entry: after }));
    },
    readWhole: (listId, onPage) =>
      database.asFleet.transaction(async (tx) => {
        await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const [place] = await tx.query<ListPlace>(`SELECT ${PLACE} FROM lists WHERE list_id = $1 AND NOT deleted`, [
          listId,
        ]);
        if (place === undefined) return undefined;
        let after = "";
        for (;;) {
          // What is not said needs no parsing, and most entries say nothing.
          const rows = await tx.query<{ key: string; cells: ListEntry["cells"] | null; expiresAt: EpochMs | null }>(
            `SELECT key, NULLIF(cells, '{}') AS cells, expires_at AS "expiresAt" FROM list_entries
             WHERE list_id = $1 AND key > $2 ORDER BY key LIMIT $3`,
            [listId, after, PAGE_ROWS],
          );
          onPage(
            rows.map(({ key, cells, expiresAt }) => ({
              key,
              entry: { cells: cells ?? {}, ...present({ expiresAt }) },
            })),
          );
          const last = rows.at(-1);
          if (last === undefined || rows.length < PAGE_ROWS) return place;
          after = last.key;
        }
      }),
  };
}

interface EntryRow extends Omit<StoredEntry, "key" | "expiresAt"> {
  readonly key: string;
  readonly expiresAt: EpochMs | null;
}

function toEntry({ key, ...row }: EntryRow): StoredEntry {
  return present({ ...row, key: keyParts(key) }) as StoredEntry;
}
