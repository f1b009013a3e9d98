import { classOf, classRank } from "@cordon/core/action";
import type { ActionId, Clock, EpochMs } from "@cordon/core/kernel";
import { entryKey, isContain, isWatched, type LedgerEntry } from "./entry.ts";
import type { EventTrust } from "./event-trust.ts";
import type { WatchSettings } from "./settings.ts";
import type { Waits } from "./waits.ts";
import type { WatchBudget } from "./watch-budget.ts";

/** What a question about one action itself costs at KSC: a look at its endpoint with the new tasks' names, or its task's state. */
const LOOK_CALLS = 2;
const STATE_CALLS = 1;

/**
 * Which actions are asked about themselves, beyond what events tell: out of courtesy while the budget lasts, the containing first;
 * and whatever it says when they must be. Often after news, ever more seldom while nothing happens.
 */
export interface OwnQuestions {
  choose(due: readonly LedgerEntry[], seen: { readonly consoleDown: boolean }): readonly LedgerEntry[];
  forget(actionId: ActionId): void;
}

interface Note {
  changedAt: EpochMs;
  /** Out of courtesy not before, and how long after the question that follows. */
  askAtMs: number;
  gapMs: number;
  /** Whatever the budget says not after. */
  mustAtMs: number;
  mustGapMs: number;
}

const GROWTH = 1.5;

export function createOwnQuestions(deps: {
  readonly clock: Clock;
  readonly watch: WatchSettings;
  readonly budget: WatchBudget;
  readonly trust: EventTrust;
  readonly waits: Pick<Waits, "of">;
}): OwnQuestions {
  const { clock, watch, budget, trust, waits } = deps;
  const notes = new Map<ActionId, Note>();

  function noteOf(entry: LedgerEntry): Note {
    const known = notes.get(entryKey(entry));
    if (known?.changedAt === entry.changedAt) return known;
    const nowMs = clock.monotonicMs();
    // Whether a containing action got its task at all cannot wait; how a known task goes is told by events.
    const mustGapMs = isContain(entry) && entry.task === undefined ? watch.ownContainMs : watch.ownOtherMs;
    // Its events may have come before anyone knew that they were its own; not, when one told that it runs.
    const isLate =
      entry.state !== "running" &&
      entry.task !== undefined &&
      known !== undefined &&
      entry.changedAt - known.changedAt >= watch.taskDeadlineMs;
    const pace = { changedAt: entry.changedAt, askAtMs: nowMs, gapMs: watch.pollMinMs };
    const note =
      entry.task === undefined && known !== undefined
        ? { ...known, ...pace }
        : { mustAtMs: isLate ? nowMs : nowMs + mustGapMs, mustGapMs, ...pace };
    notes.set(entryKey(entry), note);
    return note;
  }

  function mustAsk(entry: LedgerEntry, note: Note, consoleDown: boolean): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs >= note.mustAtMs || isVerdictDue(entry, consoleDown, waits.of(entry), watch)) return true;
    // Nothing else tells, or an event told of a failure and the task's own state says why.
    return (!trust.trusted || entry.evidence.rung === "event") && nowMs >= note.askAtMs;
  }

  function asked(note: Note): void {
    const nowMs = clock.monotonicMs();
    note.askAtMs = nowMs + note.gapMs;
    note.gapMs = Math.min(watch.ownMaxMs, note.gapMs * GROWTH);
    note.mustGapMs = Math.min(watch.ownOtherMs, note.mustGapMs * 2);
    note.mustAtMs = nowMs + note.mustGapMs;
  }

  return {
    choose(due, { consoleDown }) {
      const open = due.filter(isWatched).map((entry) => {
        const note = noteOf(entry);
        return { entry, note, must: mustAsk(entry, note, consoleDown) };
      });
      open.sort(
        (a, b) =>
          Number(b.must) - Number(a.must) ||
          rankOf(a.entry) - rankOf(b.entry) ||
          a.entry.admittedAt - b.entry.admittedAt,
      );
      return open.flatMap(({ entry, note, must }) => {
        const calls = entry.task === undefined ? LOOK_CALLS : STATE_CALLS;
        if (must) budget.spend(calls);
        else if (clock.monotonicMs() < note.askAtMs || !budget.take(calls)) return [];
        asked(note);
        return [entry];
      });
    },
    forget: (actionId) => {
      notes.delete(actionId);
    },
  };
}

/** That a containing action has no task is said on time, and only after a look. The others' may wait for their turn. */
function isVerdictDue(entry: LedgerEntry, consoleDown: boolean, waited: number, watch: WatchSettings): boolean {
  if (entry.state !== "submitted") return false;
  if (consoleDown && waited >= watch.consoleDeadlineMs) return true;
  return isContain(entry) && waited >= watch.taskDeadlineMs;
}

const rankOf = (entry: LedgerEntry) => classRank(classOf(entry.order.spec.kind));
