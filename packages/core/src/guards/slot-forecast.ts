import { classOf } from "../action/index.ts";
import { covers, type SlotForecast } from "./brake.ts";
import type { Guard, GuardFacts, GuardSubject } from "./guard.ts";
import { endpointKey } from "./traits.ts";

/** How an endpoint's slots stand: as its site's ledger said last, and what was planned on it and is not in that yet. */
export interface SlotBudget {
  readonly limit: number;
  /** Slots that are taken, also by tasks of others. */
  readonly used: number;
  /** Actions that wait for a slot already. */
  readonly deferred: number;
  /** False: the ledger has not seen the endpoint's tasks yet, and its numbers are the worst case. */
  readonly known: boolean;
  /** Queued and held at the coordinator. */
  readonly planned: number;
}

/**
 * The last brake: warns of, holds or denies an action that would find no slot free and be deferred. Containment always passes: its
 * reserve at the site is its own. An endpoint of which nothing is known has room.
 */
export const SLOT_FORECAST_GUARD: Guard = {
  name: "slot-forecast",
  stage: "consent",
  check(subject, facts) {
    const forecast = forecastSlots(subject, facts);
    if (forecast === undefined || forecast.brake.whenFull === "warn") return { kind: "pass" };
    const { brake, warning, budget } = forecast;
    return {
      kind: brake.whenFull === "hold" ? "hold" : "suppress",
      code: "guard.slots",
      message: warning,
      details: { brakeId: brake.brakeId, ...budget },
    };
  },
};

interface Forecast {
  readonly brake: SlotForecast;
  readonly budget: SlotBudget;
  /** One sentence for a person. */
  readonly warning: string;
}

const SEVERITY = { warn: 0, hold: 1, deny: 2 } as const;

/** Undefined: it fits, or nothing in force asks. Of several that ask, the sternest. */
export function forecastSlots(subject: GuardSubject, { brakes, slots }: GuardFacts): Forecast | undefined {
  const { tenantId, rule, endpoint, kind } = subject;
  if (classOf(kind) === "contain") return undefined;
  const budget = slots.get(endpointKey(endpoint));
  if (budget === undefined || !budget.known) return undefined;
  const scope = { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind };
  const free = budget.limit - budget.used - budget.deferred - budget.planned;
  const [brake] = brakes
    .flatMap((each) => (each.type === "slotForecast" && covers(each.scope, scope) ? [each] : []))
    .filter(({ reserve }) => free - 1 < reserve)
    .toSorted((left, right) => SEVERITY[right.whenFull] - SEVERITY[left.whenFull]);
  if (brake === undefined) return undefined;
  const kept = brake.reserve === 0 ? "" : `, of which ${brake.reserve} are to stay free`;
  const warning =
    `${endpoint.name} has ${Math.max(0, free)} of ${budget.limit} slots free${kept} (${budget.used} taken, ` +
    `${budget.deferred + budget.planned} waiting): ${kind} would be put off until one is. ${brake.brakeId} asks for room.`;
  return { brake, budget, warning };
}

/** One more action on its way to the endpoint. */
export function noteSlot(slots: Map<string, SlotBudget>, key: string): void {
  const budget = slots.get(key);
  if (budget !== undefined) slots.set(key, { ...budget, planned: budget.planned + 1 });
}
