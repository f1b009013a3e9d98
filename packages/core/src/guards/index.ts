export { COOL_DOWN_GUARD, type CoolDownKey, coolDownKey } from "./cool-down.ts";
export type { Guard, GuardFacts, GuardReasonCode, GuardSubject, GuardVerdict } from "./guard.ts";
export { GUARDS, type GuardOutcome, runGuards } from "./run-guards.ts";
