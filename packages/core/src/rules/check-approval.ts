import { isStandingRole, ROLES } from "../access/index.ts";
import { classOf, DEADLINE_MS } from "../action/index.ts";
import { canBeMet, APPROVAL_LIMITS as LIMITS } from "../approval/index.ts";
import type { Report } from "./compile-context.ts";
import { printDuration } from "./duration.ts";
import type { Rule } from "./rule.ts";

/** An approval that could never be given, or that would end after its action, is a mistake. */
export function checkApproval({ approval, actions }: Pick<Rule, "approval" | "actions">, report: Report): void {
  if (approval === undefined) return;
  const { need, of, timeoutMs, onTimeout } = approval;
  if (need < 1 || need > LIMITS.needMax)
    report(["approval", "need"], "limit", `must be between 1 and ${LIMITS.needMax}`);
  if (of !== undefined && !canBeMet({ need, of })) {
    report(
      ["approval", "of"],
      "limit",
      `names ${new Set(of).size} persons, and ${need} have to say yes: name more, or need fewer`,
    );
  }
  for (const name of of?.filter((one) => one.startsWith("role:") && !isStandingRole(one)) ?? []) {
    report(["approval", "of"], "limit", `"${name}" is no role: there are ${ROLES.join(", ")}`);
  }
  if (timeoutMs === undefined) {
    if (onTimeout === "allow") {
      report(
        ["approval", "onTimeout"],
        "limit",
        "`allow` needs a `timeout`: without one the action ends at its deadline",
      );
    }
    return;
  }
  if (timeoutMs < LIMITS.timeoutMsMin || timeoutMs > LIMITS.timeoutMsMax) {
    report(["approval", "timeout"], "limit", "must be between 1 minute and 7 days");
  }
  for (const { kind, deadlineMs = DEADLINE_MS[classOf(kind)] } of actions) {
    if (timeoutMs < deadlineMs) continue;
    const message = `must be shorter than the deadline of ${kind} (${printDuration(deadlineMs)}), which would end it before`;
    report(["approval", "timeout"], "limit", message);
  }
}
