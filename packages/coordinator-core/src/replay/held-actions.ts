import { type EndpointRef, endpointKey } from "@cordon/core/guards";
import type { ActionId, EpochMs } from "@cordon/core/kernel";
import type { OpenAction } from "@cordon/core/planning";
import { OPEN_ACTIONS_MAX, type PlannedWrites } from "../ports/ingest-store.ts";
import { heldForPeople } from "./held-for-people.ts";

/** What waits for a person, until its deadline: nobody answers in a replay. What is queued is taken to be sent at once. */
export interface HeldActions {
  on(endpoints: readonly EndpointRef[], now: EpochMs): readonly OpenAction[];
  note(writes: PlannedWrites): void;
}

/** How often what is overdue is dropped, in actions. */
const SWEEP_ACTIONS = 10_000;

export function createHeldActions(): HeldActions {
  const byEndpoint = new Map<string, Map<ActionId, OpenAction>>();
  const places = new Map<ActionId, string>();
  let added = 0;

  const sweep = (now: EpochMs): void => {
    for (const [key, actions] of byEndpoint) {
      for (const { actionId, deadline } of actions.values()) if (deadline <= now) drop(actionId);
      if (actions.size === 0) byEndpoint.delete(key);
    }
  };
  const drop = (actionId: ActionId): void => {
    const key = places.get(actionId);
    if (key !== undefined) byEndpoint.get(key)?.delete(actionId);
    places.delete(actionId);
  };

  return {
    on: (endpoints, now) =>
      [...new Set(endpoints.map(endpointKey))].flatMap((key) =>
        [...(byEndpoint.get(key)?.values() ?? [])].filter(({ deadline }) => deadline > now).slice(-OPEN_ACTIONS_MAX),
      ),
    note(writes) {
      const { actions, extended = [], superseded = [] } = writes;
      const held = heldForPeople(writes);
      for (const action of actions) {
        if (!held.has(action.actionId)) continue;
        const key = endpointKey(action);
        const open = byEndpoint.get(key) ?? new Map<ActionId, OpenAction>();
        byEndpoint.set(key, open.set(action.actionId, { ...action, state: "held" }));
        places.set(action.actionId, key);
        if (++added % SWEEP_ACTIONS === 0) sweep(action.createdAt);
      }
      for (const { actionId, deadline } of extended) {
        const open = byEndpoint.get(places.get(actionId) ?? "");
        const known = open?.get(actionId);
        if (known !== undefined) open?.set(actionId, { ...known, deadline });
      }
      for (const { actionId } of superseded) drop(actionId);
    },
  };
}
