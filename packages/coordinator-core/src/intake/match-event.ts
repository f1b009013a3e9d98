import type { CorrelationEvent } from "@cordon/core/event";
import { evaluate } from "@cordon/core/rules";
import type { RulesInUse } from "../rules/rules-in-use.ts";
import type { MatchedEvent } from "./plan-batch.ts";

const NO_VERSIONS: readonly number[] = [];

/** Which rules of the sets in use each event meets: the one way, of events that come in and of those that are replayed. */
export function matchEvents(
  inUse: RulesInUse | undefined,
  events: readonly CorrelationEvent[],
): readonly MatchedEvent[] {
  if (inUse === undefined) return events.map((event) => ({ event, ruleSetVersions: NO_VERSIONS }));
  const ruleSetVersions = inUse.sets.map(({ version }) => version);
  return events.map((event) => {
    const sets = inUse.sets.flatMap((ruleSet) => {
      const { matches } = evaluate(ruleSet.compiled, event);
      return matches.length === 0 ? [] : [{ ruleSet, matches }];
    });
    return sets.length === 0 ? { event, ruleSetVersions } : { event, ruleSetVersions, met: { inUse, sets } };
  });
}
