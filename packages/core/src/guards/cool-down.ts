import type { ActionKind } from "../action/index.ts";
import type { EndpointId, EpochMs, RuleId, SiteId } from "../kernel/index.ts";
import type { RuleLimits } from "../rules/index.ts";
import type { Guard } from "./guard.ts";

/** A cool-down is per rule, endpoint and kind of action: another rule's isolation does not silence this one's scan. */
export interface CoolDownKey {
  readonly ruleId: RuleId;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly actionKind: ActionKind;
}

/** No part may contain a line feed: ids are printable, kinds are ours. */
export function coolDownKey({ ruleId, siteId, endpointId, actionKind }: CoolDownKey): string {
  return `${ruleId}\n${siteId}\n${endpointId}\n${actionKind}`;
}

/** Acts in a row that are looked at: with the smallest factor the next cool-down is 2,000 times the first by then. */
export const ACTS_IN_A_ROW_MAX = 20;

/** How many of the last acts its cool-down is made of. */
export function actsAsked({ coolDownMs, coolDownGrowth }: RuleLimits): number {
  if (coolDownMs === undefined) return 0;
  return coolDownGrowth === undefined ? 1 : ACTS_IN_A_ROW_MAX;
}

/** Suppresses an action while the rule's last one of the same kind on the endpoint is younger than its cool-down. */
export const COOL_DOWN_GUARD: Guard = {
  name: "cool-down",
  stage: "history",
  check({ rule, endpoint, kind, now }, { lastActs }) {
    const { siteId, endpointId, name } = endpoint;
    const acts = lastActs.get(coolDownKey({ ruleId: rule.id, siteId, endpointId, actionKind: kind })) ?? [];
    const [last] = acts;
    if (last === undefined) return { kind: "pass" };
    const inARow = countInARow(rule.limits, acts);
    const coolDownMs = coolDownAfter(rule.limits, inARow);
    if (coolDownMs === undefined || now - last >= coolDownMs) return { kind: "pass" };
    const times = inARow > 1 ? `, ${inARow} times in a row by then,` : "";
    const message =
      `Rule "${rule.id}" asked for ${kind} on ${name} at ${new Date(last).toISOString()}${times} ` +
      `and cools down until ${new Date(last + coolDownMs).toISOString()}.`;
    return { kind: "suppress", code: "guard.cool_down", message, ...(inARow > 1 ? { details: { inARow } } : {}) };
  },
};

/** Acts, newest first, of which none was forgotten before the next came. */
function countInARow({ coolDownGrowth }: RuleLimits, acts: readonly EpochMs[]): number {
  if (coolDownGrowth === undefined) return 1;
  const gap = acts.findIndex((at, index) => {
    const before = acts[index + 1];
    return before === undefined || at - before >= coolDownGrowth.forgetAfterMs;
  });
  return gap + 1;
}

function coolDownAfter({ coolDownMs, coolDownGrowth }: RuleLimits, inARow: number): number | undefined {
  if (coolDownMs === undefined || coolDownGrowth === undefined) return coolDownMs;
  return Math.min(coolDownGrowth.maxMs, coolDownMs * coolDownGrowth.factor ** (inARow - 1));
}
