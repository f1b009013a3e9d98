import type { ActionState } from "@cordon/core/action";

/** How a report is to be read beside the state that the record has; undefined: it says nothing that counts. */
export type ReadStatus = (current: ActionState, reported: ActionState) => ActionState | undefined;

const AT_KSC: ReadonlySet<ActionState> = new Set(["submitted", "task_seen", "running"]);
const GIVEN_UP: ReadonlySet<ActionState> = new Set(["expired", "refused", "cancelled"]);

/**
 * The active ledger's word counts. One that took over from another may know nothing of a request that KSC had: that it gives
 * up on it does not undo it, so what became of it is `unknown` [D4, T1].
 */
export const readActive: ReadStatus = (current, reported) =>
  AT_KSC.has(current) && GIVEN_UP.has(reported) ? "unknown" : reported;

const EVIDENCE: ReadonlySet<ActionState> = new Set(["submitted", "task_seen", "running", "succeeded", "failed"]);

/**
 * Of a ledger that is not the active one only what it saw at KSC counts: that stays true whoever saw it, and there is one effect
 * per action. What it meant to do, gave up, or missed says nothing about what the active one does.
 */
export const readFenced: ReadStatus = (_current, reported) => (EVIDENCE.has(reported) ? reported : undefined);
