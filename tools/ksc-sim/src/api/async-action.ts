import type { KscParams } from "../model/values.ts";
import type { Call } from "./method.ts";

const OWNERS_MAX = 5000;

/** Starts an asynchronous action of the calling session and returns its id. */
export function startAction(call: Call, stateData: KscParams = {}): string {
  const id = call.world.random.guid().toUpperCase();
  call.session.actions.add(id, { readyMs: call.now + call.world.knobs.asyncActionMs, stateData });
  call.entry.actionOwners.set(id, call.session);
  for (const oldest of call.entry.actionOwners.keys()) {
    if (call.entry.actionOwners.size <= OWNERS_MAX) break;
    call.entry.actionOwners.delete(oldest);
  }
  return id;
}
