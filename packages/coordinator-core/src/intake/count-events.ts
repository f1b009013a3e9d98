import { type CountGroup, countsOf, createCountBook, groupOf, type RuleMatch } from "@cordon/core/rules";
import type { AskedGroup, PlanningReads } from "../ports/ingest-store.ts";
import { setsMet } from "./match-event.ts";
import type { MatchedEvent } from "./plan-batch.ts";

/**
 * Takes events down under the counters that they meet, one after another in the order in which they came, and says which rules
 * each of them meets by that [R19]. To be used within the transaction that stores the events: so each counts once, in whatever
 * process, and a repeat never [D1].
 */
export async function countEvents(
  events: readonly MatchedEvent[],
  reads: Pick<PlanningReads, "countGroups">,
): Promise<{ readonly events: readonly MatchedEvent[]; readonly counts: readonly CountGroup[] }> {
  const asked = new Map<string, AskedGroup>();
  for (const { event, met } of events) {
    for (const counter of met?.counters ?? []) {
      const group = groupOf(event.fields, counter.by);
      asked.set(`${counter.id}\n${group}`, { counter, group });
    }
  }
  if (asked.size === 0) return { events, counts: [] };
  const book = createCountBook(await reads.countGroups([...asked.values()]));
  const counted = events.map((each): MatchedEvent => {
    const { met, ...rest } = each;
    const { inUse, counters } = met ?? {};
    if (inUse === undefined || counters === undefined) return each;
    const counts = book.record(each.event, counters);
    const sets = setsMet(inUse, each.event, counts).map(({ ruleSet, matches }) => ({
      ruleSet,
      matches: matches.map(({ rule }): RuleMatch => {
        const said = countsOf(rule, each.event, counters, counts);
        return said.length === 0 ? { rule } : { rule, counts: said };
      }),
    }));
    return sets.length === 0 ? rest : { ...rest, met: { inUse, sets } };
  });
  return { events: counted, counts: book.met() };
}
