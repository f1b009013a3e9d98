import { type EndpointRef, endpointKey } from "@cordon/core/guards";
import type { ActionId } from "@cordon/core/kernel";
import type { OpenAction, Plan } from "@cordon/core/planning";

/** What is unsent on the endpoints of a batch, and grows and changes while its events are planned one after another. */
export interface OpenBook {
  on(endpoints: readonly EndpointRef[]): readonly OpenAction[];
  note(plan: Pick<Plan, "actions" | "extended" | "superseded">): void;
}

export function createOpenBook(stored: readonly OpenAction[]): OpenBook {
  const byEndpoint = new Map<string, Map<ActionId, OpenAction>>();
  const places = new Map<ActionId, Map<ActionId, OpenAction>>();
  const put = (action: OpenAction): void => {
    const key = endpointKey(action);
    const place = byEndpoint.get(key) ?? new Map<ActionId, OpenAction>();
    byEndpoint.set(key, place.set(action.actionId, action));
    places.set(action.actionId, place);
  };
  for (const action of stored) put(action);
  return {
    on(endpoints) {
      const keys = new Set(endpoints.map(endpointKey));
      return [...keys].flatMap((key) => [...(byEndpoint.get(key)?.values() ?? [])]);
    },
    note({ actions, extended, superseded }) {
      for (const action of actions) put(action);
      for (const { actionId, deadline } of extended) {
        const known = places.get(actionId)?.get(actionId);
        if (known !== undefined) put({ ...known, deadline });
      }
      for (const { actionId } of superseded) places.get(actionId)?.delete(actionId);
    },
  };
}
