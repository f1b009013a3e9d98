import { COOL_DOWN_GUARD } from "./cool-down.ts";
import type { Guard, GuardFacts, GuardSubject, GuardVerdict } from "./guard.ts";

/** In the order in which they are asked; the first that does not pass decides. */
export const GUARDS: readonly Guard[] = [COOL_DOWN_GUARD];

export type GuardOutcome =
  | { readonly kind: "pass" }
  | { readonly kind: "stopped"; readonly guard: string; readonly verdict: Exclude<GuardVerdict, { kind: "pass" }> };

export function runGuards(guards: readonly Guard[], subject: GuardSubject, facts: GuardFacts): GuardOutcome {
  for (const guard of guards) {
    const verdict = guard.check(subject, facts);
    if (verdict.kind !== "pass") return { kind: "stopped", guard: guard.name, verdict };
  }
  return { kind: "pass" };
}
