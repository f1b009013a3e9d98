import { statSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  EMPTY_META,
  type LedgerEntry,
  type LedgerMeta,
  type LedgerStore,
  type Occupancy,
  type StatusRecord,
} from "@cordon/agent-core";
import { AppError, type EndpointId } from "@cordon/core/kernel";
import type { Slot } from "@cordon/core/ledger";
import { checkLater } from "./check-later.ts";
import { createGroupCommit } from "./group-commit.ts";
import { CHECK_AT_ONCE_BYTES, guarded, openForReading, openForWriting, type SetAside } from "./open-database.ts";
import { createReadTurn } from "./read-turn.ts";
import { LEDGER_FILE, tellDamage } from "./set-aside.ts";
import { LEDGER_WRITES } from "./write-steps.ts";

export interface StoreEvents {
  /** The ledger that was there is damaged; a new one is begun. Called before `openLedgerStore` returns. */
  readonly onSetAside: (told: SetAside) => void;
  /** The check of a large ledger found damage: the process must end, and its next start sets the file aside. */
  readonly onDamage: (cause: AppError) => void;
  /** The disk takes nothing, being full or read-only: writes wait for it. Undefined: they are on disk. */
  readonly onStuck?: (problem: AppError | undefined) => void;
}

export interface OpenLedgerStore extends LedgerStore {
  /** Waits no longer for a disk that takes nothing; the writes that wait are rejected. */
  giveUp(): void;
}

/** Opens the ledger for the agent that owns the state folder (`lockStateDir` first). */
export function openLedgerStore(stateDir: string, events: StoreEvents): OpenLedgerStore {
  const db = openForWriting(stateDir, events.onSetAside);
  const file = path.join(stateDir, LEDGER_FILE);
  const turn = createReadTurn(db);
  const commits = createGroupCommit(db, file, LEDGER_WRITES, {
    endReads: turn.end,
    onStuck: (problem) => events.onStuck?.(problem),
  });
  const check = statSync(file).size <= CHECK_AT_ONCE_BYTES ? undefined : checkLater(file, tell);
  function tell(reason: string): void {
    tellDamage(stateDir, reason);
    events.onDamage(new AppError("ledger.unreadable", `${file} is damaged: ${reason}`));
  }
  return {
    ...prepareReads(db, turn.begin),
    write: commits.add,
    hurry: commits.hurry,
    giveUp: commits.giveUp,
    async close() {
      await check?.stop();
      await commits.close();
      turn.end();
      if (db.isOpen) db.close();
    },
  };
}

export type LedgerReader = Omit<LedgerStore, "write" | "hurry" | "close"> & {
  /** The newest entries first, at most `limit`; of one endpoint when given. */
  recent(limit: number, endpointId?: EndpointId): readonly LedgerEntry[];
  /** By rising action id, those behind this one, at most `limit`: for a walk over the whole ledger that may be broken off. */
  entriesAfter(actionId: string, limit: number): readonly LedgerEntry[];
  /** Reads every page and every index; undefined: all is well. Seconds on a large ledger. */
  damage(): string | undefined;
  counts(): { readonly open: number; readonly slots: number; readonly closed: number; readonly statuses: number };
  close(): void;
};

/**
 * Read-only, beside a running agent: for `status` and `ledger`. Undefined when there is no ledger yet. It, and each read, throws
 * `ledger.unreadable` for a damaged file.
 */
export function openLedgerReader(stateDir: string): LedgerReader | undefined {
  const db = openForReading(stateDir);
  if (db === undefined) return undefined;
  const file = path.join(stateDir, LEDGER_FILE);
  try {
    return guardedReads(
      file,
      guarded(file, () => makeReader(db)),
    );
  } catch (error) {
    db.close();
    throw error;
  }
}

function guardedReads(file: string, reader: LedgerReader): LedgerReader {
  const guardedOf = (read: (...args: never[]) => unknown) => {
    return (...args: never[]) => guarded(file, () => read(...args));
  };
  return Object.fromEntries(Object.entries(reader).map(([name, read]) => [name, guardedOf(read)])) as LedgerReader;
}

function makeReader(db: DatabaseSync): LedgerReader {
  const newest = db.prepare("SELECT body FROM entries ORDER BY changed_at DESC LIMIT ?");
  const newestOf = db.prepare("SELECT body FROM entries WHERE endpoint_id = ? ORDER BY changed_at DESC LIMIT ?");
  const walk = db.prepare("SELECT body FROM entries WHERE action_id > ? ORDER BY action_id LIMIT ?");
  const standings = db.prepare("SELECT standing, count(*) AS n FROM entries GROUP BY standing");
  const outbox = db.prepare("SELECT count(*) AS n FROM statuses");
  return {
    ...prepareReads(db, () => {}),
    recent: (limit, endpointId) =>
      (endpointId === undefined ? newest.all(limit) : newestOf.all(endpointId, limit)).map(entryOf),
    entriesAfter: (actionId, limit) => walk.all(actionId, limit).map(entryOf),
    damage() {
      const [row] = db.prepare("PRAGMA integrity_check(1)").all();
      const said = row === undefined ? "no answer" : String(Object.values(row)[0]);
      return said === "ok" ? undefined : said;
    },
    counts() {
      const of = new Map(standings.all().map((row) => [Number(row.standing), Number(row.n)]));
      const statuses = Number(outbox.get()?.n ?? 0);
      return { open: of.get(2) ?? 0, slots: of.get(1) ?? 0, closed: of.get(0) ?? 0, statuses };
    },
    close: () => db.close(),
  };
}

/** All slots of an endpoint as one text: one row and one parse instead of a hundred. */
function slotsOfText(text: string): readonly Slot[] {
  const slots = JSON.parse(`[${text}]`) as readonly Slot[];
  return slots.map((slot) => (slot.effectUntil === null ? { ...slot, effectUntil: Number.POSITIVE_INFINITY } : slot));
}

type Row = ReturnType<StatementSync["all"]>[number];

function entryOf(row: Row): LedgerEntry {
  return JSON.parse(String(row.body)) as LedgerEntry;
}

/** `before` is called before each read of a part of the ledger. */
function prepareReads(db: DatabaseSync, before: () => void): Omit<LedgerStore, "write" | "hurry" | "close"> {
  const find = db.prepare("SELECT body FROM entries WHERE action_id = ?");
  const settled = db.prepare("SELECT body FROM entries WHERE endpoint_id = ? AND standing = 1");
  const slots = db.prepare("SELECT group_concat(slot) AS slots FROM entries WHERE endpoint_id = ? AND standing = 1");
  const open = db.prepare("SELECT body FROM entries WHERE standing = 2");
  const inUse = db.prepare(`
    SELECT DISTINCT endpoint_id FROM entries WHERE standing = 1
    UNION SELECT endpoint_id FROM entries WHERE standing = 2`);
  const occupancy = db.prepare("SELECT measured_at, foreign_tasks FROM occupancy WHERE endpoint_id = ?");
  // An entry that was sent has changed since.
  const changed = db.prepare(`
    SELECT body FROM entries WHERE standing < 2 AND changed_at >= ?1
    UNION ALL SELECT body FROM entries WHERE standing = 2 AND changed_at >= ?1`);
  const closed = db.prepare("SELECT body FROM entries WHERE standing < 2 AND standing = 0 AND changed_at >= ?");
  const after = db.prepare("SELECT body FROM statuses WHERE seq > ? ORDER BY seq LIMIT ?");
  const lastStatus = db.prepare("SELECT max(seq) AS seq FROM statuses");
  const meta = db.prepare("SELECT key, value FROM meta");
  return {
    find(actionId) {
      before();
      const row = find.get(actionId);
      return row === undefined ? undefined : entryOf(row);
    },
    settledOf(endpointId) {
      before();
      return settled.all(endpointId).map(entryOf);
    },
    slotsOf(endpointId) {
      before();
      return slotsOfText(String(slots.get(endpointId)?.slots ?? ""));
    },
    openEntries: () => open.all().map(entryOf),
    endpointsInUse: () => inUse.all().map((row) => String(row.endpoint_id) as EndpointId),
    occupancyOf(endpointId) {
      before();
      const row = occupancy.get(endpointId);
      if (row === undefined) return undefined;
      const foreign = JSON.parse(String(row.foreign_tasks)) as Occupancy["foreign"];
      return { endpointId, measuredAt: Number(row.measured_at) as Occupancy["measuredAt"], foreign };
    },
    sentSince: (since) =>
      changed
        .all(since)
        .map(entryOf)
        .flatMap(({ order, firstSentAt, renews }) => {
          if (renews !== undefined || firstSentAt === undefined || firstSentAt < since) return [];
          return [{ actionId: order.actionId, kind: order.spec.kind, endpointId: order.endpointId, at: firstSentAt }];
        }),
    closedSince: (since) => closed.all(since).map(entryOf),
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
