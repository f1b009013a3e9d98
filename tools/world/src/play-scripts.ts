import type { ActionOrder } from "@cordon/core/action";
import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import { createRequestRegistry, parseEdrSettings } from "@cordon/ksc";
import { createEstate, STORM_STARTS_AT } from "./estate.ts";
import { type StormOutcome, tallyOutcome } from "./outcome.ts";
import type { PlannedOrder, StormPlan } from "./storm-plan.ts";
import { createStormRandom } from "./storm-random.ts";
import { createVirtualTime } from "./virtual-time.ts";

/** What the scripts write into an incident: nothing of ours. */
const plainRegistry = createRequestRegistry(parseEdrSettings({ correlation: "bodyText" }));

/**
 * Plays the same storm the way the vendor's scripts do it: one run per event calls AddIncident at once, with no memory, no look
 * before it and nothing after it. KSC goes wrong as often as for the agent; what a script could not send is not sent.
 */
export async function playScripts(plan: StormPlan): Promise<StormOutcome> {
  const time = createVirtualTime();
  const estate = createEstate(plan, time);
  const random = createStormRandom(plan.seed, "scripts");
  const ordersOf = new Map<number, readonly string[]>();
  let orders = 0;

  function send(order: PlannedOrder): void {
    orders++;
    const { ksc } = plan;
    if (!estate.kscIsUp || random.chance(ksc.rejected) || random.chance(ksc.busy)) return;
    if (random.chance(ksc.lostBeforeCommit)) return;
    const { body } = plainRegistry.render(orderOf(order));
    const addedMs = STORM_STARTS_AT + Math.floor(time.elapsedMs());
    ordersOf.set(estate.store(order.host, body, addedMs, "script"), [String(order.index)]);
  }

  for (const happening of plan.happenings) {
    time.after(happening.atMs, () => {
      estate.happen(happening);
      if (happening.kind === "order") send(happening.order);
    });
  }
  await time.runUntil(plan.endsAtMs);
  return tallyOutcome(estate.now(), estate.kscStartsAt, ordersOf, orders);
}

function orderOf({ index, host, spec, deadlineMs }: PlannedOrder): ActionOrder {
  const deadline = epochMs(STORM_STARTS_AT + deadlineMs);
  return { actionId: String(index) as ActionId, endpointId: host as EndpointId, spec, deadline };
}
