import type { AuditTrail, TellLogin } from "@cordon/coordinator-core";
import { boundedText, PLATFORM_CHAIN } from "@cordon/core/audit";
import type { Clock } from "@cordon/core/kernel";

/** Ways in belong to no tenant: they stand in the platform's chain. */
export function tellAudit(trail: AuditTrail, clock: Pick<Clock, "now">): TellLogin {
  return ({ by, from, what, code }) =>
    trail.tell(PLATFORM_CHAIN, {
      at: clock.now(),
      kind: "login",
      by,
      from,
      what: boundedText(what),
      ...(code === undefined ? {} : { code }),
    });
}
