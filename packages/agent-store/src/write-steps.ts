import {
  type LedgerEntry,
  type LedgerMeta,
  type LedgerWrite,
  type Standing,
  slotOf,
  standingOf,
} from "@cordon/agent-core";
import { assertNever } from "@cordon/core/kernel";
import type { CommitStep } from "./commit-thread.ts";
import type { WriteForm } from "./group-commit.ts";

const STANDING: Readonly<Record<Standing, number>> = { closed: 0, slot: 1, open: 2 };

// One row each: a statement of many rows keeps a journal of its own, which costs more than the way there and back.
const STATEMENTS = {
  putEntry: `
    INSERT INTO entries (action_id, endpoint_id, standing, state, changed_at, deadline, slot, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (action_id) DO UPDATE SET standing = excluded.standing, state = excluded.state,
      changed_at = excluded.changed_at, slot = excluded.slot, body = excluded.body`,
  putStatus: "INSERT INTO statuses (seq, body) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
  forgetStatuses: "DELETE FROM statuses WHERE seq <= ?",
  putOccupancy: `
    INSERT INTO occupancy (endpoint_id, measured_at, foreign_tasks) VALUES (?, ?, ?)
    ON CONFLICT (endpoint_id) DO UPDATE SET measured_at = excluded.measured_at, foreign_tasks = excluded.foreign_tasks`,
  putMeta: "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  prune: `
    DELETE FROM entries WHERE rowid IN (
      SELECT rowid FROM entries
      WHERE standing < 2 AND standing = 0 AND changed_at < ? AND deadline < ? LIMIT ?)`,
} as const;

const NAMES = Object.keys(STATEMENTS) as (keyof typeof STATEMENTS)[];

/** What the ledger writes, as statements. */
export const LEDGER_WRITES: WriteForm<LedgerWrite> = {
  statements: Object.values(STATEMENTS),

  /** An entry that came and went on within one group is one row; so are the meta of one key and a status told anew. */
  lastOfEachRow(writes) {
    const last = new Map<string | number, LedgerWrite>();
    for (const write of writes) {
      const key = keyOf(write);
      // Entries and statuses of their own keys may come in any order among each other.
      if (typeof key === "string" && write.kind !== "entry") last.delete(key);
      last.set(key, write);
    }
    return [...last.values()];
  },

  stepsOf: (writes) => writes.flatMap(stepsOf),
};

function keyOf(write: LedgerWrite): string | number {
  switch (write.kind) {
    case "entry":
      return write.entry.order.actionId;
    case "status":
      return write.record.seq;
    case "occupancy":
      return `occupancy ${write.occupancy.endpointId}`;
    case "meta":
      return `meta ${Object.keys(write.meta).join(" ")}`;
    case "acked":
    case "prune":
      return write.kind;
    default:
      return assertNever(write);
  }
}

/** What an admission needs of a settled entry. JSON writes an effect without end, infinity, as null. */
function slotText(entry: LedgerEntry): string | null {
  return JSON.stringify(slotOf(entry)) ?? null;
}

function stepsOf(write: LedgerWrite): CommitStep | readonly CommitStep[] {
  switch (write.kind) {
    case "entry":
      return putEntry(write.entry);
    case "status":
      return step("putStatus", [write.record.seq, JSON.stringify(write.record)]);
    case "acked":
      return [step("forgetStatuses", [write.cursor]), metaStep("statusAcked", write.cursor)];
    case "occupancy": {
      const { endpointId, measuredAt, foreign } = write.occupancy;
      return step("putOccupancy", [endpointId, measuredAt, JSON.stringify(foreign)]);
    }
    case "meta":
      return Object.entries(write.meta).map(([key, value]) => metaStep(key as keyof LedgerMeta, value));
    case "prune":
      return step("prune", [write.before, write.before, write.max]);
    default:
      return assertNever(write);
  }
}

function putEntry(entry: LedgerEntry): CommitStep {
  const { actionId, endpointId, deadline } = entry.order;
  const standing = standingOf(entry);
  const slot = standing === "slot" ? slotText(entry) : null;
  const body = JSON.stringify(entry);
  return step("putEntry", [
    actionId,
    endpointId,
    STANDING[standing],
    entry.state,
    entry.changedAt,
    deadline,
    slot,
    body,
  ]);
}

function metaStep(key: keyof LedgerMeta, value: unknown): CommitStep {
  return step("putMeta", [key, JSON.stringify(value)]);
}

function step(name: keyof typeof STATEMENTS, values: CommitStep["values"]): CommitStep {
  return { statement: NAMES.indexOf(name), values };
}
