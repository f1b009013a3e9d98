import type { EpochMs } from "../kernel/index.ts";
import type { Counter } from "./counters.ts";

/** What is kept of one group of a counter, by time: so little that it can be stored anew with every event. */
export interface CountGroup {
  readonly counter: Counter;
  /** Of `groupOf`. */
  readonly group: string;
  /** When events of it were met, in rising order. */
  readonly at: readonly EpochMs[];
  /** Beside `at`, what each was told apart by; absent without `distinct`. */
  readonly texts?: readonly string[];
}

export const COUNT_GROUP_LIMITS = {
  /** How far an event may be behind the newest of its group and still meet all that its own window held. */
  lateMsMax: 5 * 60_000,
  /** Marks beyond what any rule asks for, for events that come late. */
  spareMarksMax: 1_000,
} as const;

/** The group with the event taken down. Old marks go first, and never what could make a difference to an event in time. */
export function withMarks(
  { counter, group, at, texts }: CountGroup,
  time: EpochMs,
  marks: readonly string[],
  limits: typeof COUNT_GROUP_LIMITS = COUNT_GROUP_LIMITS,
): CountGroup {
  const kept = at.map((each, index): Mark => ({ at: each, text: texts?.[index] ?? "" }));
  const newest = Math.max(kept.at(-1)?.at ?? time, time);
  const usable = kept.filter((mark) => mark.at > newest - counter.windowMs - limits.lateMsMax);
  // After the clearing: an event counts itself, however late it is.
  for (const text of marks) insert(usable, { at: time, text });
  const marksMax = counter.atLeastMax + limits.spareMarksMax;
  const told = counter.distinct === undefined ? usable : withoutRepeats(usable, newest - limits.lateMsMax);
  const bounded = told.length > marksMax && counter.distinct !== undefined ? withoutRepeats(told, newest) : told;
  const last = bounded.slice(-marksMax);
  return {
    counter,
    group,
    at: last.map((mark) => mark.at),
    ...(counter.distinct === undefined ? {} : { texts: last.map(({ text }) => text) }),
  };
}

/** How much of the group lies in the window that ends with `time` [R19]. */
export function countAt({ counter, at, texts }: CountGroup, time: EpochMs): number {
  const inside = (each: EpochMs): boolean => each > time - counter.windowMs && each <= time;
  if (texts === undefined) return at.filter(inside).length;
  return new Set(texts.filter((_text, index) => inside(at[index] as EpochMs))).size;
}

interface Mark {
  readonly at: EpochMs;
  readonly text: string;
}

/** Keeps the marks by time; most come last. */
function insert(marks: Mark[], mark: Mark): void {
  let place = marks.length;
  while (place > 0 && (marks[place - 1]?.at ?? 0) > mark.at) place--;
  marks.splice(place, 0, mark);
}

/** Without marks that an equal one follows no later than `horizon`: nobody who asks from there on can tell. */
function withoutRepeats(marks: readonly Mark[], horizon: number): Mark[] {
  const followed = new Set<string>();
  const kept: Mark[] = [];
  for (const mark of marks.toReversed()) {
    if (followed.has(mark.text)) continue;
    if (mark.at <= horizon) followed.add(mark.text);
    kept.push(mark);
  }
  return kept.reverse();
}
