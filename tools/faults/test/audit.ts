import { type ActionState, isSettled } from "@cordon/core/action";
import type { Estate, Wish } from "./estate.ts";
import type { RecordedAction } from "./record.ts";

/** In the order in which an action can pass them; a step may be skipped, none is taken back. */
const WAY: readonly ActionState[] = [
  "queued",
  "delivered",
  "deferred",
  "submitting",
  "submitted",
  "task_seen",
  "running",
  "succeeded",
];

/** What KSC knows of one action. */
export function atKsc({ ksc }: Estate, actionId: string, hostId: string) {
  const { incidents, effects } = ksc.control.truth();
  const own = incidents.filter(({ body }) => body.includes(actionId));
  const caused = effects.filter(({ incidentId }) => own.some(({ id }) => id === incidentId));
  return { incidents: own.length, effects: caused.length, onHost: caused.every((effect) => effect.hostId === hostId) };
}

export const ONCE = { incidents: 1, effects: 1, onHost: true } as const;

export async function untilSettled(estate: Estate, wishes: readonly Wish[]): Promise<void> {
  await estate.until("every action to settle", async () => {
    for (const wish of wishes) {
      const { state } = await estate.record.action(await estate.actionOf(wish));
      if (!isSettled(state)) throw new Error(`${wish.eventId} (${wish.kind}) is ${state}`);
    }
    return true;
  });
}

/** The states that moved the action, oldest first. */
export function wayOf({ timeline }: RecordedAction): readonly ActionState[] {
  return timeline.filter(({ outcome }) => outcome === "moved").map(({ state }) => state);
}

export function isForward(way: readonly ActionState[]): boolean {
  const steps = way.map((state) => WAY.indexOf(state));
  return steps.every((step, index) => step > (steps[index - 1] ?? -1));
}

/** Everything that would be wrong with the whole site, as sentences; nothing when all is well. */
export async function auditSite(estate: Estate): Promise<readonly string[]> {
  const actions = await estate.record.actions();
  const problems: string[] = [];
  for (const { eventId } of new Map(estate.acknowledged.map((wish) => [wish.eventId, wish])).values()) {
    const own = actions.filter((action) => action.eventId === eventId);
    if (own.length !== 1) problems.push(`[D1] ${eventId} was acknowledged and has ${own.length} actions`);
  }
  const { incidents, effects } = estate.ksc.control.truth();
  if (incidents.length !== actions.length)
    problems.push(`[D4] ${actions.length} actions and ${incidents.length} incidents at KSC`);
  if (effects.length !== actions.length)
    problems.push(`[D4] ${actions.length} actions and ${effects.length} effects on devices`);
  for (const action of actions) {
    const { actionId, endpointId, state } = action;
    const seen = atKsc(estate, actionId, endpointId);
    if (state !== "succeeded") problems.push(`${actionId} is ${state}`);
    if (seen.incidents !== 1 || seen.effects !== 1 || !seen.onHost)
      problems.push(`[D4] ${actionId}: ${JSON.stringify(seen)}`);
    if (!isForward(wayOf(action))) problems.push(`[D5] ${actionId} went ${wayOf(action).join(", ")}`);
  }
  return [...problems, ...gapsIn(actions)];
}

/** The agent numbers its reports; each is in exactly one timeline. */
function gapsIn(actions: readonly RecordedAction[]): readonly string[] {
  const seqs = actions
    .flatMap(({ timeline }) => timeline.flatMap(({ statusSeq }) => (statusSeq === undefined ? [] : [statusSeq])))
    .sort((a, b) => a - b);
  const wrong = seqs.find((seq, index) => seq !== index + 1);
  return wrong === undefined ? [] : [`[D5] report ${wrong} follows on ${seqs[seqs.indexOf(wrong) - 1] ?? 0}`];
}
