import { KscError, notFound } from "../model/errors.ts";
import type { KscParams } from "../model/values.ts";

/** What an asynchronous call leaves behind: polled with CheckActionState, handed out once. */
interface AsyncAction {
  readonly readyMs: number;
  readonly stateData: KscParams;
  readonly succeeded: boolean;
  /** Asked earlier than this: KLSTD 1195 (K22). */
  notBeforeMs: number;
}

export interface ActionState {
  readonly finalized: boolean;
  readonly succeeded: boolean;
  readonly stateCode: number;
  readonly stateData: KscParams;
  readonly nextCheckDelayMs: number;
}

/** Finished but uncollected results that a session may pile up before its connection is closed (bound not documented). */
export const UNCOLLECTED_MAX = 100;

export interface AsyncActions {
  add(id: string, action: { readyMs: number; stateData?: KscParams; succeeded?: boolean }): void;
  has(id: string): boolean;
  check(id: string, nowMs: number, delayMs: number): ActionState;
  cancel(id: string): void;
  /** True when the session neglects its results so much that the server closes its connection. */
  overflowing(nowMs: number): boolean;
}

export function createAsyncActions(): AsyncActions {
  const actions = new Map<string, AsyncAction>();
  return {
    add: (id, { readyMs, stateData = {}, succeeded = true }) => {
      actions.set(id, { readyMs, stateData, succeeded, notBeforeMs: 0 });
    },
    has: (id) => actions.has(id),
    check: (id, nowMs, delayMs) => {
      const action = actions.get(id);
      if (action === undefined) throw notFound("Action", id);
      if (nowMs < action.notBeforeMs) {
        throw new KscError("unavailable", "Checked earlier than lNextCheckDelay", { subcode: 1 });
      }
      if (nowMs < action.readyMs) {
        action.notBeforeMs = nowMs + delayMs;
        return { finalized: false, succeeded: false, stateCode: 0, stateData: {}, nextCheckDelayMs: delayMs };
      }
      actions.delete(id);
      return {
        finalized: true,
        succeeded: action.succeeded,
        stateCode: action.succeeded ? 1 : 0,
        stateData: action.stateData,
        nextCheckDelayMs: 0,
      };
    },
    cancel: (id) => {
      if (!actions.delete(id)) throw notFound("Request", id);
    },
    overflowing: (nowMs) => {
      if (actions.size <= UNCOLLECTED_MAX) return false;
      let finished = 0;
      for (const action of actions.values()) if (action.readyMs <= nowMs) finished += 1;
      return finished > UNCOLLECTED_MAX;
    },
  };
}
