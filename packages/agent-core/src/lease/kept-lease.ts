import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, assert, deriveActionId, type EpochMs } from "@cordon/core/kernel";
import { type LeaseFacts, laterStarted, type Term } from "@cordon/core/lease";
import { entryKey, type LeaseRecord, type LedgerEntry } from "../entry.ts";

/** One isolation and its renewals, as their entries in the ledger show them. */
export interface KeptLease {
  entry: LedgerEntry;
  /** By action id, in the order of their numbers; those that the ledger has forgotten are not here. */
  readonly renewals: Map<ActionId, Renewal>;
  view: LeaseView | undefined;
  /** When it is decided anew, by the monotonic clock. */
  dueMs: number;
  /** When KSC was last asked whether its task is there, by the monotonic clock. */
  askedMs: number;
  /** A renewal that the ledger did not admit: why, and before when none is tried. */
  refused: { readonly message: string; readonly untilMs: number } | undefined;
}

export interface Renewal {
  readonly number: number;
  readonly entry: LedgerEntry;
}

/** [D4] Derived, so that a renewal that is made twice, by whatever accident, is one entry and one incident. */
export function renewalIdOf(actionId: ActionId, number: number): ActionId {
  return deriveActionId([actionId, "renewal", String(number)]);
}

export function keepLease(entry: LedgerEntry, find: (actionId: ActionId) => LedgerEntry | undefined): KeptLease {
  const renewals = new Map<ActionId, Renewal>();
  for (let number = 1; number <= recordOf(entry).renewals; number++) {
    const found = find(renewalIdOf(entryKey(entry), number));
    if (found !== undefined) renewals.set(entryKey(found), { number, entry: found });
  }
  return {
    entry,
    renewals,
    view: undefined,
    dueMs: Number.NEGATIVE_INFINITY,
    askedMs: Number.NEGATIVE_INFINITY,
    refused: undefined,
  };
}

export function recordOf(entry: LedgerEntry): LeaseRecord {
  assert(entry.lease !== undefined, `${entryKey(entry)} has a lease`);
  return entry.lease;
}

/** The next renewal's order: the isolation's own arguments, for one more term. */
export function renewalOrder(
  { entry }: KeptLease,
  number: number,
  term: { readonly durationSeconds: number; readonly deadline: EpochMs },
): ActionOrder {
  const { exclusions } = isolationOf(entry);
  const spec: ActionArgs = {
    kind: "isolateHost",
    durationSeconds: term.durationSeconds,
    ...(exclusions === undefined ? {} : { exclusions }),
  };
  const { actionId, endpointId } = entry.order;
  return { actionId: renewalIdOf(actionId, number), endpointId, spec, deadline: term.deadline };
}

export interface Known {
  readonly freeSlots: number;
  readonly kscSkewMs: number | undefined;
  readonly now: EpochMs;
  /** KSC removes older tasks by itself, which is not their loss. */
  readonly lifespanMs: number;
}

export function factsOf(kept: KeptLease, known: Known): LeaseFacts {
  const { entry } = kept;
  const { durationSeconds, holdSeconds = durationSeconds } = isolationOf(entry);
  const record = recordOf(entry);
  const renewals = [...kept.renewals.values()].map((renewal) => termOf(renewal.number, renewal.entry, known));
  return {
    admittedAt: entry.admittedAt,
    holdMs: Math.max(holdSeconds, durationSeconds) * 1_000,
    durationMs: durationSeconds * 1_000,
    terms: [termOf(0, entry, known), ...renewals],
    renewals: record.renewals,
    heard: record.heard,
    freeSlots: known.freeSlots,
    ...(record.released === undefined ? {} : { releasedAt: record.released.at }),
    ...(known.kscSkewMs === undefined ? {} : { kscSkewMs: known.kscSkewMs }),
  };
}

function termOf(number: number, entry: LedgerEntry, { now, lifespanMs }: Known): Term {
  const { task, endedAt, lastSentAt } = entry;
  const aged = task !== undefined && now - task.createdAt >= lifespanMs;
  return {
    number,
    state: entry.state,
    durationMs: isolationOf(entry).durationSeconds * 1_000,
    changedAt: entry.changedAt,
    gone: entry.slotFreed && task !== undefined && !aged,
    ...(lastSentAt === undefined ? {} : { sentAt: lastSentAt }),
    ...(task === undefined ? {} : { createdAt: task.createdAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function isolationOf(entry: LedgerEntry): Extract<ActionArgs, { kind: "isolateHost" }> {
  const { spec } = entry.order;
  assert(spec.kind === "isolateHost", "only isolations have a lease");
  return spec;
}

/** The entry whose task's timer holds the endpoint now. */
export function holderOf(kept: KeptLease): LedgerEntry | undefined {
  const held = [{ number: 0, entry: kept.entry }, ...kept.renewals.values()]
    .filter(({ entry }) => entry.state === "succeeded")
    .map(({ number, entry }) => ({
      number,
      entry,
      ...(entry.endedAt === undefined ? {} : { endedAt: entry.endedAt }),
    }));
  const [first, ...others] = held;
  return first === undefined ? undefined : others.reduce(laterStarted, first).entry;
}
