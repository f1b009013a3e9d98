import type { CorrelationEvent } from "../event/index.ts";
import { type CountGroup, countAt, withMarks } from "./count-group.ts";
import { type Counter, groupOf, marksOf } from "./counters.ts";
import type { CountFacts } from "./facts.ts";

export const COUNT_BOOK_LIMITS = {
  /** Of one counter; beyond it the group that was met longest ago is forgotten. */
  groupsMax: 10_000,
  /** Beyond its window a group is kept for so long after it was last met, for events that are sent late. */
  idleMsMax: 24 * 3_600_000,
} as const;

/** What was counted so far [R19]. */
export interface CountBook {
  /** Takes the event down under the counters that it meets, and answers for the moment of this event. */
  record(event: CorrelationEvent, met: Iterable<Counter>): CountFacts;
  /** The groups that were met since the book was opened, the one met longest ago first. */
  met(): readonly CountGroup[];
}

/** `known`: what was kept of groups that the events may fall into, by whoever keeps more than memory. */
export function createCountBook(
  known: Iterable<CountGroup> = [],
  limits: typeof COUNT_BOOK_LIMITS = COUNT_BOOK_LIMITS,
): CountBook {
  const books = new Map<string, Map<string, CountGroup>>();
  const met = new Map<string, CountGroup>();
  const bookOf = (counterId: string): Map<string, CountGroup> => {
    const book = books.get(counterId) ?? new Map<string, CountGroup>();
    books.set(counterId, book);
    return book;
  };
  for (const each of known) bookOf(each.counter.id).set(each.group, each);

  function take(counter: Counter, event: CorrelationEvent): void {
    const marks = marksOf(event.fields, counter);
    if (marks.length === 0) return;
    const group = groupOf(event.fields, counter.by);
    const book = bookOf(counter.id);
    // With the counter as the rules have it today: they may ask for more than when it was kept.
    const before = { ...(book.get(group) ?? { group, at: [] }), counter };
    const after = withMarks(before, event.timestamp, marks);
    const key = `${counter.id}\n${group}`;
    // Set anew, so that the order of the maps is the order of use.
    book.delete(group);
    met.delete(key);
    book.set(group, after);
    met.set(key, after);
    const [oldest] = book.keys();
    if (book.size > limits.groupsMax && oldest !== undefined) book.delete(oldest);
  }

  return {
    record(event, counters) {
      for (const counter of counters) take(counter, event);
      return {
        count(counterId, group) {
          const known = books.get(counterId)?.get(group);
          return known === undefined ? 0 : countAt(known, event.timestamp);
        },
      };
    },
    met: () => [...met.values()],
  };
}
