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

const RESULTS_MAX = 500;

/** Keeps what a finished request will hand out; a session that never asks loses the oldest. */
export function rememberResult(call: Call, requestId: string, result: string): void {
  const { pendingResults } = call.session;
  pendingResults.set(requestId, result);
  for (const oldest of pendingResults.keys()) {
    if (pendingResults.size <= RESULTS_MAX) return;
    pendingResults.delete(oldest);
  }
}
