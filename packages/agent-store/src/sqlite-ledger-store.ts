import path from "node:path";
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
import { assertNever, type EndpointId } from "@cordon/core/kernel";
import type { CommitStep } from "./commit-thread.ts";
import { createGroupCommit } from "./group-commit.ts";
import { LEDGER_FILE, openForReading, openForWriting } from "./open-database.ts";

const STANDING: Readonly<Record<Standing, number>> = { closed: 0, slot: 1, open: 2 };

/** Opens the ledger for the agent that owns the state folder (`lockStateDir` first). */
export function openLedgerStore(stateDir: string): LedgerStore {
  const db = openForWriting(stateDir);
  const commits = createGroupCommit({ file: path.join(stateDir, LEDGER_FILE), statements: Object.values(WRITES) });
  return {
    ...prepareReads(db),
    write: (writes) => commits.add(writes.flatMap(stepsOf)),
    async close() {
      await commits.close();
      if (db.isOpen) db.close();
    },
  };
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

const WRITES = {
  putEntry: `
    INSERT INTO entries (action_id, endpoint_id, standing, state, changed_at, deadline, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (action_id) DO UPDATE SET
      standing = excluded.standing, state = excluded.state, changed_at = excluded.changed_at, body = excluded.body`,
  putStatus: "INSERT INTO statuses (seq, body) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
  forgetStatuses: "DELETE FROM statuses WHERE seq <= ?",
  putOccupancy: `
    INSERT INTO occupancy (endpoint_id, measured_at, foreign_tasks) VALUES (?, ?, ?)
    ON CONFLICT (endpoint_id) DO UPDATE SET measured_at = excluded.measured_at, foreign_tasks = excluded.foreign_tasks`,
  putMeta: "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  prune: `
    DELETE FROM entries WHERE action_id IN (
      SELECT action_id FROM entries WHERE standing = 0 AND changed_at < ? AND deadline < ? LIMIT ?)`,
} as const;

const WRITE_NAMES = Object.keys(WRITES);

function step(name: keyof typeof WRITES, ...values: readonly (string | number)[]): CommitStep {
  return { statement: WRITE_NAMES.indexOf(name), values };
}

function stepsOf(write: LedgerWrite): readonly CommitStep[] {
  switch (write.kind) {
    case "entry": {
      const { entry } = write;
      const { actionId, endpointId, deadline } = entry.order;
      const standing = STANDING[standingOf(entry)];
      const body = JSON.stringify(entry);
      return [step("putEntry", actionId, endpointId, standing, entry.state, entry.changedAt, deadline, body)];
    }
    case "status":
      return [step("putStatus", write.record.seq, JSON.stringify(write.record))];
    case "acked":
      return [step("forgetStatuses", write.cursor), metaStep("statusAcked", write.cursor)];
    case "occupancy": {
      const { endpointId, measuredAt, foreign } = write.occupancy;
      return [step("putOccupancy", endpointId, measuredAt, JSON.stringify(foreign))];
    }
    case "meta":
      return Object.entries(write.meta).map(([key, value]) => metaStep(key as keyof LedgerMeta, value));
    case "prune":
      return [step("prune", write.before, write.before, write.max)];
    default:
      return assertNever(write);
  }
}

function metaStep(key: keyof LedgerMeta, value: unknown): CommitStep {
  return step("putMeta", key, JSON.stringify(value));
}
