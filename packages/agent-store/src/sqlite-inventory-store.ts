import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type Changes,
  type InventoryMeta,
  type InventoryStore,
  isNews,
  type KeptEndpoint,
  keep,
  restore,
} from "@cordon/agent-core";
import type { EndpointId, EpochMs } from "@cordon/core/kernel";
import { openInventoryDatabase } from "./open-inventory-database.ts";

type Row = NonNullable<ReturnType<StatementSync["get"]>>;

interface Meta {
  readonly version: number;
  readonly upload?: InventoryMeta["upload"];
  /** Last host of the snapshot's acknowledged part. */
  readonly after: string;
  readonly passAt?: number;
  readonly fullPassAt?: number;
}

const WAITS = { no: 0, upsert: 1, removal: 2 } as const;

/**
 * The copy of the inventory in the state folder. It is not synced at every commit: after a loss of power it may be some moments
 * behind, which the coordinator's version then shows.
 */
export function openInventoryStore(stateDir: string): InventoryStore {
  const db = openInventoryDatabase(stateDir);
  const sql = prepare(db);
  let meta = readMeta(sql.meta.all());

  function put(change: Partial<Meta>): void {
    meta = { ...meta, ...change };
    sql.putMeta.run(JSON.stringify(meta));
  }

  /** All of it or none, in memory as on disk. */
  function inTransaction<T>(work: () => T): T {
    const before = meta;
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      meta = before;
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }

  function takeOne(found: KeptEndpoint, endpointId: string, lastSeenGrainMs: number): boolean {
    const row = sql.find.get(endpointId);
    const lastSeen = found.lastSeenAt ?? null;
    if (row === undefined) {
      sql.seen.run(Number(sql.insert.run(endpointId, found.facts, lastSeen).lastInsertRowid));
      return true;
    }
    sql.seen.run(Number(row.id));
    if (row.waits !== WAITS.removal && !isNews(kept(row), found, lastSeenGrainMs)) return false;
    sql.change.run(found.facts, lastSeen, Number(row.id));
    return true;
  }

  function changesOf(version: number): Changes {
    const rows = sql.sentAs.all(version);
    return {
      upserted: rows.filter(({ waits }) => waits !== WAITS.removal).map((row) => restore(kept(row))),
      removed: rows.filter(({ waits }) => waits === WAITS.removal).map((row) => String(row.endpoint_id) as EndpointId),
    };
  }

  return {
    meta: () => ({
      version: meta.version,
      ...(meta.upload === undefined ? {} : { upload: meta.upload }),
      ...(meta.passAt === undefined ? {} : { passAt: meta.passAt as EpochMs }),
      ...(meta.fullPassAt === undefined ? {} : { fullPassAt: meta.fullPassAt as EpochMs }),
    }),
    counts() {
      const row = sql.counts.get();
      return { endpoints: Number(row?.endpoints ?? 0), waiting: Number(row?.waiting ?? 0) };
    },
    find(endpointId) {
      const row = sql.find.get(endpointId);
      return row === undefined || row.waits === WAITS.removal ? undefined : restore(kept(row));
    },
    beginPass: () => db.exec("DELETE FROM seen"),
    take: (page, lastSeenGrainMs) =>
      inTransaction(() => {
        let news = 0;
        for (const endpoint of page) if (takeOne(keep(endpoint), endpoint.endpointId, lastSeenGrainMs)) news++;
        return news;
      }),
    unseen: () => Number(sql.unseen.get()?.n ?? 0),
    removeUnseen: () => inTransaction(() => sql.removeUnseen.run()),
    endPass: ({ startedAt, full }) =>
      inTransaction(() => {
        put({ passAt: startedAt, ...(full ? { fullPassAt: startedAt } : {}) });
        db.exec("DELETE FROM seen");
      }),
    beginSnapshot: (version) => put({ upload: { kind: "snapshot", version, parts: 0 }, after: "" }),
    snapshotPart(max) {
      const rows = sql.behind.all(meta.after, max + 1);
      return { endpoints: rows.slice(0, max).map((row) => restore(kept(row))), last: rows.length <= max };
    },
    partAcked(after) {
      const { upload } = meta;
      if (upload?.kind === "snapshot") put({ upload: { ...upload, parts: upload.parts + 1 }, after });
    },
    beginDelta: (version, max) =>
      inTransaction(() => {
        if (sql.markSent.run(version, max).changes === 0) return undefined;
        put({ upload: { kind: "delta", version } });
        return changesOf(version);
      }),
    changesUnderWay: () => changesOf(meta.upload?.version ?? 0),
    uploadAcked: () =>
      inTransaction(() => {
        const { upload, ...rest } = meta;
        if (upload === undefined) return;
        if (upload.kind === "delta") {
          sql.dropSent.run(upload.version);
          sql.holdSent.run(upload.version);
        } else {
          db.exec("DELETE FROM hosts WHERE waits = 2");
          db.exec("UPDATE hosts SET waits = 0, sent_as = 0 WHERE waits > 0 OR sent_as > 0");
        }
        meta = { ...rest, version: upload.version };
        put({});
      }),
    close() {
      if (db.isOpen) db.close();
    },
  };
}

function prepare(db: DatabaseSync) {
  const one = (text: string) => db.prepare(text);
  return {
    meta: one("SELECT value FROM meta WHERE key = 'state'"),
    putMeta: one(
      "INSERT INTO meta (key, value) VALUES ('state', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    ),
    find: one("SELECT id, facts, last_seen, waits FROM hosts WHERE endpoint_id = ?"),
    insert: one("INSERT INTO hosts (endpoint_id, facts, last_seen, waits) VALUES (?, ?, ?, 1)"),
    change: one("UPDATE hosts SET facts = ?, last_seen = ?, waits = 1, sent_as = 0 WHERE id = ?"),
    seen: one("INSERT OR IGNORE INTO seen (host) VALUES (?)"),
    unseen: one("SELECT count(*) AS n FROM hosts WHERE waits < 2 AND id NOT IN (SELECT host FROM seen)"),
    removeUnseen: one("UPDATE hosts SET waits = 2, sent_as = 0 WHERE waits < 2 AND id NOT IN (SELECT host FROM seen)"),
    counts: one(
      "SELECT count(*) FILTER (WHERE waits < 2) AS endpoints, count(*) FILTER (WHERE waits > 0) AS waiting FROM hosts",
    ),
    behind: one("SELECT facts, last_seen FROM hosts WHERE endpoint_id > ? AND waits < 2 ORDER BY endpoint_id LIMIT ?"),
    markSent: one(
      "UPDATE hosts SET sent_as = ? WHERE id IN (SELECT id FROM hosts WHERE waits > 0 ORDER BY id LIMIT ?)",
    ),
    sentAs: one("SELECT endpoint_id, facts, last_seen, waits FROM hosts WHERE sent_as = ?"),
    dropSent: one("DELETE FROM hosts WHERE sent_as = ? AND waits = 2"),
    holdSent: one("UPDATE hosts SET waits = 0, sent_as = 0 WHERE sent_as = ?"),
  };
}

function readMeta([row]: readonly Row[]): Meta {
  return row === undefined ? { version: 0, after: "" } : (JSON.parse(String(row.value)) as Meta);
}

function kept(row: Row): KeptEndpoint {
  return { facts: String(row.facts), lastSeenAt: row.last_seen === null ? undefined : Number(row.last_seen) };
}
