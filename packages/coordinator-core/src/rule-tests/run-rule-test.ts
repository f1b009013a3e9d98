import { endpointKey } from "@cordon/core/guards";
import type { EventId, RuleId } from "@cordon/core/kernel";
import type { DecisionOutcome } from "@cordon/core/planning";
import { type CompiledRuleSet, type ListFacts, NO_FACTS } from "@cordon/core/rules";
import { matchEvents } from "../intake/match-event.ts";
import { planBatch } from "../intake/plan-batch.ts";
import type { ActionRecord, DecisionRecord } from "../ports/records.ts";
import type { ReceivedEvent, ReplayEstate } from "../ports/replay-store.ts";
import { createInventoryIndex } from "../replay/inventory-index.ts";
import { createReplayPast } from "../replay/replay-past.ts";
import { createSlotOutlook } from "../replay/slot-outlook.ts";
import { rulesInUse } from "../rules/rules-in-use.ts";

/** What a test's events led to: one for each match and action of its rule. */
export interface TestedDecision {
  /** Which event, from 1. */
  readonly event: number;
  readonly ruleId: RuleId;
  readonly action: string;
  readonly outcome: DecisionOutcome;
  readonly code: string;
  readonly reason: string;
  /** Every name that the endpoint goes by; empty when none was found. */
  readonly endpointNames: readonly string[];
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** The events one after another through the production engine and planner, with the past that they make themselves. */
export async function runRuleTest(
  compiled: CompiledRuleSet,
  estate: ReplayEstate,
  events: readonly ReceivedEvent[],
  lists: ListFacts = NO_FACTS.lists,
): Promise<readonly TestedDecision[]> {
  const inventory = createInventoryIndex(estate);
  const rules = compiled.rules.map(({ rule }) => rule);
  const past = createReplayPast(inventory, createSlotOutlook(inventory.endpoint), { brakes: estate.brakes, rules });
  const inUse = rulesInUse({ version: 1, hash: "test", compiled }, new Map(), lists);
  const numbers = new Map<EventId, number>(events.map(({ event }, index) => [event.id, index + 1]));
  const decided: TestedDecision[] = [];
  for (const { event, receivedAt } of events) {
    past.at(receivedAt);
    const writes = await planBatch(matchEvents(inUse, [event]), past.reads, receivedAt);
    past.note(writes, receivedAt);
    const actions = new Map(writes.actions.map((action) => [action.actionId, action]));
    for (const decision of writes.decisions) {
      const { siteId, endpointId } = decision;
      const found = siteId && endpointId ? inventory.endpoint(endpointKey({ siteId, endpointId })) : undefined;
      const args = argumentsOf(decision, actions.get(decision.actionId ?? ("" as never)));
      decided.push({
        event: numbers.get(decision.eventId) ?? 0,
        ruleId: decision.ruleId,
        action: decision.actionKind,
        outcome: decision.verdict,
        code: decision.code,
        reason: decision.reason,
        endpointNames: found ? [found.name, found.endpointId, ...(found.fqdn === undefined ? [] : [found.fqdn])] : [],
        ...(args === undefined ? {} : { arguments: args }),
      });
    }
  }
  return decided;
}

/** Of the action that came of it, or that an observing rule would have ordered. */
function argumentsOf({ detail }: DecisionRecord, action: ActionRecord | undefined): TestedDecision["arguments"] {
  const spec = action?.spec ?? detail.spec;
  if (typeof spec !== "object" || spec === null) return undefined;
  const { kind: _kind, ...args } = spec as Record<string, unknown>;
  return args;
}
