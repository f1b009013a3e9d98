import { covers, printScope } from "./brake.ts";
import type { Guard } from "./guard.ts";

/** [S4] Holds whatever a pulled switch covers. */
export const KILL_SWITCH_GUARD: Guard = {
  name: "kill-switch",
  stage: "standing",
  check({ tenantId, rule, endpoint, kind }, { brakes }) {
    const subject = { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind };
    const pulled = brakes.find(({ type, scope }) => type === "killSwitch" && covers(scope, subject));
    if (pulled === undefined) return { kind: "pass" };
    const { brakeId, scope, reason, setBy, setAt } = pulled;
    const message =
      `The kill switch for ${printScope(scope)} is pulled: by ${setBy} at ${new Date(setAt).toISOString()}, ` +
      `"${reason}". Nothing of it is sent until a person lifts ${brakeId}.`;
    return { kind: "hold", code: "guard.kill_switch", message, details: { brakeId } };
  },
};
