import type { StatusDetail } from "@cordon/core/action";
import type { ActionId, EpochMs } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";
import type { LedgerStore, StatusRecord } from "./ledger-store.ts";
import { servedByWords } from "./riders.ts";

/** The statuses on their way to the coordinator: gap-free, and only the newest of those that nobody has seen yet. */
export interface StatusOutbox {
  /** The status that tells of the entry, now. Undefined: the coordinator is not told of it. */
  tell(entry: LedgerEntry, at: EpochMs): StatusRecord | undefined;
  /** It is on disk, or never will be. */
  settled(status: StatusRecord): void;
  after(seq: number, limit: number): readonly StatusRecord[];
  markSent(seq: number): void;
  /** A ledger that was lost or restored starts behind the coordinator: its next status must be news there. */
  atLeast(seq: number): void;
  readonly lastSeq: number;
}

export function createStatusOutbox(store: Pick<LedgerStore, "statusesAfter">, lastSeqAtStart: number): StatusOutbox {
  /** The unsent `submitting` status of an action, which the next status may replace. */
  const replaceable = new Map<ActionId, number>();
  /** Statuses that were replaced here and not on disk yet: nothing from there on may be sent before it is. */
  const rewriting = new Map<number, StatusRecord>();
  let lastSeq = lastSeqAtStart;

  return {
    tell(entry, at) {
      // The coordinator did not order it: it hears of it with the lease that it renews.
      if (entry.renews !== undefined) return undefined;
      const actionId = entryKey(entry);
      const replaced = replaceable.get(actionId);
      replaceable.delete(actionId);
      const seq = replaced ?? ++lastSeq;
      // Milliseconds of `submitting` are news only when they last; if the answer overtakes the report, it takes its place.
      if (entry.state === "submitting" && entry.code === undefined) replaceable.set(actionId, seq);
      const status = { seq, actionId, state: entry.state, at, detail: detailOf(entry) };
      if (replaced !== undefined) rewriting.set(seq, status);
      return status;
    },
    settled(status) {
      if (rewriting.get(status.seq) === status) rewriting.delete(status.seq);
    },
    after(seq, limit) {
      const records = store.statusesAfter(seq, limit);
      const cut = rewriting.size === 0 ? -1 : records.findIndex((record) => rewriting.has(record.seq));
      return cut === -1 ? records : records.slice(0, cut);
    },
    markSent(seq) {
      for (const [actionId, waiting] of replaceable) if (waiting <= seq) replaceable.delete(actionId);
    },
    atLeast(seq) {
      lastSeq = Math.max(lastSeq, seq);
    },
    get lastSeq() {
      return lastSeq;
    },
  };
}

function detailOf(entry: LedgerEntry): StatusDetail {
  const message = entry.message ?? (entry.servedBy === undefined ? undefined : servedByWords(entry.servedBy));
  return {
    evidence: entry.evidence,
    ...(entry.code === undefined ? {} : { code: entry.code }),
    ...(message === undefined ? {} : { message }),
    ...(entry.earliest === undefined ? {} : { earliest: entry.earliest }),
  };
}
