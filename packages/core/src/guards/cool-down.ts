import type { ActionKind } from "../action/index.ts";
import type { EndpointId, RuleId, SiteId } from "../kernel/index.ts";
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

/** Suppresses an action while the rule's last one of the same kind on the endpoint is younger than `limits.coolDown`. */
export const COOL_DOWN_GUARD: Guard = {
  name: "cool-down",
  stage: "history",
  check({ rule, endpoint, kind, now }, { lastActs }) {
    const { coolDownMs } = rule.limits;
    if (coolDownMs === undefined) return { kind: "pass" };
    const { siteId, endpointId, name } = endpoint;
    const last = lastActs.get(coolDownKey({ ruleId: rule.id, siteId, endpointId, actionKind: kind }));
    if (last === undefined || now - last >= coolDownMs) return { kind: "pass" };
    const message =
      `Rule "${rule.id}" asked for ${kind} on ${name} at ${new Date(last).toISOString()} ` +
      `and cools down until ${new Date(last + coolDownMs).toISOString()}.`;
    return { kind: "suppress", code: "guard.cool_down", message };
  },
};
