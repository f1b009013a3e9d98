import { covers, printScope } from "./brake.ts";
import { isFrozenAt, printTimes } from "./freeze-times.ts";
import type { Guard } from "./guard.ts";

/** Holds what a freeze covers while its times say so. */
export const FREEZE_GUARD: Guard = {
  name: "freeze",
  stage: "standing",
  check({ tenantId, rule, endpoint, kind, now }, { brakes }) {
    const subject = { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind };
    for (const brake of brakes) {
      if (brake.type !== "freeze" || !covers(brake.scope, subject)) continue;
      const { brakeId, scope, reason, setBy, times } = brake;
      if (times !== undefined && !isFrozenAt(times, now)) continue;
      const until = times === undefined ? `until a person lifts ${brakeId}` : printTimes(times);
      const message = `A freeze of ${printScope(scope)} is in force: by ${setBy}, "${reason}", ${until}.`;
      return { kind: "hold", code: "guard.freeze", message, details: { brakeId } };
    }
    return { kind: "pass" };
  },
};
