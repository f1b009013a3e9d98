import { APPROVAL_GUARD } from "./approval.ts";
import { BLAST_RADIUS_GUARD, RULE_HOLD_GUARD, STORM_GUARD } from "./blast-radius.ts";
import { COOL_DOWN_GUARD } from "./cool-down.ts";
import { FREEZE_GUARD } from "./freeze.ts";
import type { Guard, GuardFacts, GuardSubject, GuardVerdict } from "./guard.ts";
import { KILL_SWITCH_GUARD } from "./kill-switch.ts";
import { NEVER_TOUCH_GUARD } from "./never-touch.ts";
import { REDUNDANCY_GUARD } from "./redundancy.ts";
import { SLOT_FORECAST_GUARD } from "./slot-forecast.ts";

/** In the order in which their reasons count. */
export const GUARDS: readonly Guard[] = [
  KILL_SWITCH_GUARD,
  FREEZE_GUARD,
  NEVER_TOUCH_GUARD,
  REDUNDANCY_GUARD,
  COOL_DOWN_GUARD,
  RULE_HOLD_GUARD,
  BLAST_RADIUS_GUARD,
  STORM_GUARD,
  APPROVAL_GUARD,
  SLOT_FORECAST_GUARD,
];

/** Asked again just before an action is sent, for it may have waited since it was decided; and of orders by hand. */
export const STANDING_GUARDS = GUARDS.filter(({ stage }) => stage === "standing");
export const HISTORY_GUARDS = GUARDS.filter(({ stage }) => stage === "history");
export const REACH_GUARDS = GUARDS.filter(({ stage }) => stage === "reach");
export const CONSENT_GUARDS = GUARDS.filter(({ stage }) => stage === "consent");

/** What a guard has against an action. */
export type Objection = { readonly guard: string } & Exclude<GuardVerdict, { readonly kind: "pass" }>;

/** Every objection of the guards, in their order. */
export function runGuards(guards: readonly Guard[], subject: GuardSubject, facts: GuardFacts): readonly Objection[] {
  return guards.flatMap((guard): readonly Objection[] => {
    const verdict = guard.check(subject, facts);
    return verdict.kind === "pass" ? [] : [{ guard: guard.name, ...verdict }];
  });
}

/** The one that decides: deny wins over hold, so that nobody can approve past a refusal; among alike the first. */
export function decisive<T extends { readonly kind: "suppress" | "hold" }>(objections: readonly T[]): T | undefined {
  return objections.find(({ kind }) => kind === "suppress") ?? objections[0];
}
