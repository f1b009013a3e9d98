import type { CorrelationEvent } from "../event/index.ts";
import { type EpochMs, ruleId } from "../kernel/index.ts";
import { type Counter, countersOf, groupOf, textsOf } from "./counters.ts";
import type { CountFacts } from "./facts.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { Rule } from "./rule.ts";

export const COUNT_BOOK_LIMITS = {
  /** Of one counter; beyond it the group that was met longest ago is forgotten. */
  groupsMax: 10_000,
  /** Of one group; older ones cannot make the difference, for no rule asks for more. */
  marksMax: LIMITS.countAtLeastMax,
  /** How far an event may be behind the newest of its group and still meet all that its own window held. */
  lateMsMax: 5 * 60_000,
} as const;

/**
 * Counters as rules: compiled and evaluated like any set, they say which counters an event meets. The rule's id is the key
 * into `counters`.
 */
export function counterRules(rules: readonly Rule[]): {
  readonly rules: readonly Rule[];
  readonly counters: ReadonlyMap<string, Counter>;
} {
  const counters = new Map(countersOf(rules).map((counter, index) => [`counter-${index}`, counter]));
  const asRules = [...counters].map(
    ([id, { of, calendars }]): Rule => ({
      id: ruleId(id),
      name: id,
      mode: "observe",
      priority: 0,
      continue: true,
      when: of,
      target: [{ by: "hostId", field: "ID" }],
      actions: [{ kind: "onDemandScan", arguments: {} }],
      limits: {},
      ...(calendars === undefined ? {} : { calendars }),
    }),
  );
  return { rules: asRules, counters };
}

/** What was counted so far, in memory [R19]. Whoever restarts records the events of the longest window again, in their order. */
export interface CountBook {
  /** Takes the event down under the counters that it meets, and answers for the moment of this event. */
  record(event: CorrelationEvent, met: Iterable<Counter>): CountFacts;
}

/** One time of one group; with `distinct`, one for each value. */
interface Mark {
  readonly at: EpochMs;
  readonly text: string;
}

export function createCountBook(limits: typeof COUNT_BOOK_LIMITS = COUNT_BOOK_LIMITS): CountBook {
  const books = new Map<string, { readonly counter: Counter; readonly groups: Map<string, Mark[]> }>();

  function take(counter: Counter, event: CorrelationEvent): void {
    const book = books.get(counter.id) ?? { counter, groups: new Map<string, Mark[]>() };
    books.set(counter.id, book);
    const group = groupOf(event.fields, counter.by);
    const marks = book.groups.get(group) ?? [];
    // Set anew, so that the order of the map is the order of use.
    book.groups.delete(group);
    book.groups.set(group, marks);
    const [oldest] = book.groups.keys();
    if (book.groups.size > limits.groupsMax && oldest !== undefined) book.groups.delete(oldest);
    const texts = counter.distinct === undefined ? [""] : textsOf(event.fields[counter.distinct]);
    const newest = Math.max(marks.at(-1)?.at ?? 0, event.timestamp);
    const usable = marks.findIndex(({ at }) => at > newest - counter.windowMs - limits.lateMsMax);
    marks.splice(0, Math.max(usable === -1 ? marks.length : usable, marks.length - limits.marksMax, 0));
    // After the clearing: an event counts itself, however late it is.
    for (const text of texts) insert(marks, { at: event.timestamp, text });
  }

  return {
    record(event, met) {
      for (const counter of met) take(counter, event);
      return {
        count(counterId, group) {
          const book = books.get(counterId);
          const marks = book?.groups.get(group) ?? [];
          const windowMs = book?.counter.windowMs ?? 0;
          const inside = marks.filter(({ at }) => at > event.timestamp - windowMs && at <= event.timestamp);
          if (book?.counter.distinct === undefined) return inside.length;
          return new Set(inside.map(({ text }) => text)).size;
        },
      };
    },
  };
}

/** Keeps the marks by time; most come last. */
function insert(marks: Mark[], mark: Mark): void {
  let place = marks.length;
  while (place > 0 && (marks[place - 1]?.at ?? 0) > mark.at) place--;
  marks.splice(place, 0, mark);
}
