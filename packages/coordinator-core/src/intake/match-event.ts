import type { CorrelationEvent } from "@cordon/core/event";
import { type Counter, type CountFacts, countersMet, evaluate, NO_FACTS } from "@cordon/core/rules";
import type { RulesInUse } from "../rules/rules-in-use.ts";
import type { MatchedEvent, SetMatches } from "./plan-batch.ts";

const NO_VERSIONS: readonly number[] = [];

/** Everything was counted often enough. */
const ENOUGH: CountFacts = { count: () => Number.POSITIVE_INFINITY };

/** Which rules of the sets in use each event meets: the one way, of events that come in and of those that are replayed. */
export function matchEvents(
  inUse: RulesInUse | undefined,
  events: readonly CorrelationEvent[],
): readonly MatchedEvent[] {
  if (inUse === undefined) return events.map((event) => ({ event, ruleSetVersions: NO_VERSIONS }));
  const ruleSetVersions = inUse.sets.map(({ version }) => version);
  return events.map((event) => {
    const counters = countersMetBy(inUse, event);
    if (counters.length > 0) {
      // What was counted before it is known in its turn only; an event that meets no counter need not wait for that [R19].
      return { event, ruleSetVersions, met: { inUse, sets: setsMet(inUse, event, ENOUGH), counters } };
    }
    const sets = setsMet(inUse, event);
    return sets.length === 0 ? { event, ruleSetVersions } : { event, ruleSetVersions, met: { inUse, sets } };
  });
}

export function setsMet(
  { sets, lists }: RulesInUse,
  event: CorrelationEvent,
  counts = NO_FACTS.counts,
): readonly SetMatches[] {
  return sets.flatMap((ruleSet) => {
    const { matches } = evaluate(ruleSet.compiled, event, { lists, counts });
    return matches.length === 0 ? [] : [{ ruleSet, matches }];
  });
}

/** What several sets count alike is counted once, as far as any of them asks. */
function countersMetBy({ sets, lists }: RulesInUse, event: CorrelationEvent): readonly Counter[] {
  const [first = [], ...others] = sets.map(({ compiled }) => countersMet(compiled, event, lists));
  if (others.length === 0) return first;
  const found = new Map<string, Counter>();
  for (const counter of [first, ...others].flat()) {
    const before = found.get(counter.id);
    if (before === undefined || before.atLeastMax < counter.atLeastMax) found.set(counter.id, counter);
  }
  return [...found.values()];
}
