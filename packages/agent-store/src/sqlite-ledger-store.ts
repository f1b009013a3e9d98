import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  EMPTY_META,
  type LedgerEntry,
  type LedgerMeta,
  type LedgerStore,
  type LedgerWrite,
  type Occupancy,
  type Standing,
  type StatusRecord,
  standingOf,
} from "@cordon/agent-core";
import type { EndpointId } from "@cordon/core/kernel";
import { createGroupCommit } from "./group-commit.ts";
import { openForReading, openForWriting } from "./open-database.ts";

const STANDING: Readonly<Record<Standing, number>> = { closed: 0, slot: 1, open: 2 };

/** Opens the ledger for the agent that owns the state folder (`lockStateDir` first). */
export function openLedgerStore(stateDir: string): LedgerStore {
  const db = openForWriting(stateDir);
  const reads = prepareReads(db);
  const apply = prepareWrites(db);
  const commits = createGroupCommit<LedgerWrite>(db, apply);
  return { ...reads, write: commits.add, close: commits.close };
}

export type LedgerReader = Omit<LedgerStore, "write" | "close"> & {
  /** The newest entries first, at most `limit`; of one endpoint when given. */
  recent(limit: number, endpointId?: EndpointId): readonly LedgerEntry[];
  counts(): { readonly open: number; readonly slots: number; readonly closed: number; readonly statuses: number };
  close(): void;
};

/** Read-only, beside a running agent: for `status` and `ledger`. Undefined when there is no ledger yet. */
export function openLedgerReader(stateDir: string): LedgerReader | undefined {
  const db = openForReading(stateDir);
  if (db === undefined) return undefined;
  const newest = db.prepare("SELECT body FROM entries ORDER BY changed_at DESC LIMIT ?");
  const newestOf = db.prepare("SELECT body FROM entries WHERE endpoint_id = ? ORDER BY changed_at DESC LIMIT ?");
  const standings = db.prepare("SELECT standing, count(*) AS n FROM entries GROUP BY standing");
  const outbox = db.prepare("SELECT count(*) AS n FROM statuses");
  return {
    ...prepareReads(db),
    recent: (limit, endpointId) =>
      entries(endpointId === undefined ? newest.all(limit) : newestOf.all(endpointId, limit)),
    counts() {
      const of = new Map(standings.all().map((row) => [Number(row.standing), Number(row.n)]));
      const statuses = Number(outbox.get()?.n ?? 0);
      return { open: of.get(2) ?? 0, slots: of.get(1) ?? 0, closed: of.get(0) ?? 0, statuses };
    },
    close: () => db.close(),
  };
}

type Row = ReturnType<StatementSync["all"]>[number];

function entries(rows: readonly Row[]): readonly LedgerEntry[] {
  return rows.map((row) => JSON.parse(String(row.body)) as LedgerEntry);
}

function prepareReads(db: DatabaseSync): Omit<LedgerStore, "write" | "close"> {
  const find = db.prepare("SELECT body FROM entries WHERE action_id = ?");
  const ofEndpoint = db.prepare("SELECT body FROM entries WHERE endpoint_id = ? AND standing > 0");
  const open = db.prepare("SELECT body FROM entries WHERE standing = 2");
  const inUse = db.prepare("SELECT DISTINCT endpoint_id FROM entries WHERE standing > 0");
  const occupancy = db.prepare("SELECT measured_at, foreign_tasks FROM occupancy WHERE endpoint_id = ?");
  const after = db.prepare("SELECT body FROM statuses WHERE seq > ? ORDER BY seq LIMIT ?");
  const lastStatus = db.prepare("SELECT max(seq) AS seq FROM statuses");
  const meta = db.prepare("SELECT key, value FROM meta");
  return {
    find: (actionId) => entries([find.get(actionId)].filter((row) => row !== undefined))[0],
    entriesOf: (endpointId) => entries(ofEndpoint.all(endpointId)),
    openEntries: () => entries(open.all()),
    endpointsInUse: () => inUse.all().map((row) => String(row.endpoint_id) as EndpointId),
    occupancyOf(endpointId) {
      const row = occupancy.get(endpointId);
      if (row === undefined) return undefined;
      const foreign = JSON.parse(String(row.foreign_tasks)) as Occupancy["foreign"];
      return { endpointId, measuredAt: Number(row.measured_at) as Occupancy["measuredAt"], foreign };
    },
    statusesAfter: (seq, limit) => after.all(seq, limit).map((row) => JSON.parse(String(row.body)) as StatusRecord),
    meta() {
      const stored = Object.fromEntries(meta.all().map((row) => [String(row.key), JSON.parse(String(row.value))]));
      const known = { ...EMPTY_META, ...stored } as LedgerMeta;
      // Statuses are forgotten only up to the cursor, so the two together are the highest sequence ever written.
      const statusSeq = Math.max(known.statusAcked, Number(lastStatus.get()?.seq ?? 0));
      return { ...known, statusSeq };
    },
  };
}

function prepareWrites(db: DatabaseSync): (write: LedgerWrite) => void {
  const putEntry = db.prepare(`
    INSERT INTO entries (action_id, endpoint_id, standing, state, changed_at, deadline, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (action_id) DO UPDATE SET
      standing = excluded.standing, state = excluded.state, changed_at = excluded.changed_at, body = excluded.body`);
  const putStatus = db.prepare(
    "INSERT INTO statuses (seq, body) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
  );
  const forget = db.prepare("DELETE FROM statuses WHERE seq <= ?");
  const putOccupancy = db.prepare(`
    INSERT INTO occupancy (endpoint_id, measured_at, foreign_tasks) VALUES (?, ?, ?)
    ON CONFLICT (endpoint_id) DO UPDATE SET measured_at = excluded.measured_at, foreign_tasks = excluded.foreign_tasks`);
  const putMeta = db.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const prune = db.prepare(`
    DELETE FROM entries WHERE action_id IN (
      SELECT action_id FROM entries WHERE standing = 0 AND changed_at < ? AND deadline < ? LIMIT ?)`);
  const setMeta = (key: keyof LedgerMeta, value: unknown) => putMeta.run(key, JSON.stringify(value));

  return (write) => {
    switch (write.kind) {
      case "entry": {
        const { entry } = write;
        const { actionId, endpointId, deadline } = entry.order;
        const standing = STANDING[standingOf(entry)];
        putEntry.run(actionId, endpointId, standing, entry.state, entry.changedAt, deadline, JSON.stringify(entry));
        return;
      }
      case "status":
        putStatus.run(write.record.seq, JSON.stringify(write.record));
        return;
      case "acked":
        forget.run(write.cursor);
        setMeta("statusAcked", write.cursor);
        return;
      case "occupancy": {
        const { endpointId, measuredAt, foreign } = write.occupancy;
        putOccupancy.run(endpointId, measuredAt, JSON.stringify(foreign));
        return;
      }
      case "meta":
        for (const [key, value] of Object.entries(write.meta)) setMeta(key as keyof LedgerMeta, value);
        return;
      case "prune":
        prune.run(write.before, write.before, write.max);
        return;
    }
  };
}
