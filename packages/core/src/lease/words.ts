import { type ActionState, STATUS_MESSAGE_CHARS_MAX } from "../action/index.ts";
import type { EpochMs } from "../kernel/index.ts";

/** What a person must know of an isolation: what is wrong, and the mend. */

const at = (time: EpochMs) =>
  new Date(time)
    .toISOString()
    .replace(/:\d\d\.\d{3}Z$/, " UTC")
    .replace("T", " ");
const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;

export const neverHeld = (state: ActionState, now: EpochMs): string =>
  `The isolation never took effect: it ended as ${state} (seen ${at(now)}). Read the action's timeline; order it again if it is still wanted.`;

export const taskGone = (overAt: EpochMs): string =>
  `The isolation's task was deleted in KSC or rotated out before its end at ${at(overAt)}; whether the device still holds it is not documented. Look at the device (avp.com isolation /STAT), and order the isolation again if it is still wanted: it is not renewed any more.`;

export const lapsed = (overAt: EpochMs): string =>
  `The isolation ran out at ${at(overAt)} and its renewal has not taken effect: the device is not isolated until it does. See whether the device is on and KSC answers.`;

export const renewalFailed = (state: ActionState): string =>
  `The last renewal ended as ${state}; the next one is tried. \`cordon-agent ledger list\` on the site shows why.`;

export const renewalOnItsWay =
  "A renewal was at KSC already when the isolation was released: it may start the device's timer once more. Its end is followed.";

export const notHeard =
  "KSC has not heard the device since it was isolated: it may be off, or the isolation cuts its Network Agent off, too. Renewals and a release through KSC may not reach it; at the device avp.com isolation /OFF ends it.";

export const budgetUsedUp = (max: number, overAt: EpochMs): string =>
  `All ${max} renewals are used up, so it ends at ${at(overAt)}, before it is wanted to. Order a new isolation with a longer durationSeconds, or raise isolation.renewalsMax on the site.`;

export const slotsKept = (free: number, kept: number, overAt: EpochMs): string =>
  `The device has ${Math.max(0, free)} task slots left for containment, and renewals leave ${kept} to new ones, so it ends at ${at(overAt)}. Delete finished scan tasks of the device in KSC; it is then renewed.`;

export const outOfReach = (max: number, reach: EpochMs, wantedUntil: EpochMs): string =>
  `With ${max} renewals it can be held until about ${at(reach)}, not until ${at(wantedUntil)}. Order a longer durationSeconds, or raise isolation.renewalsMax on the site.`;

export const tooShort = (durationMs: number, neededMs: number): string =>
  `Terms of ${minutes(durationMs)} are short: a renewal may reach the device after the end of the one before. Order durationSeconds of at least ${neededMs / 1_000}.`;

export const endsApart = (agent: EpochMs, endpoint: EpochMs): string =>
  `The agent's timer ends it at ${at(agent)}, the device's own at ${at(endpoint)}: the agent saw the task's end late, or a clock was moved. The earlier one counts for renewals. Compare the clocks of the agent and of KSC.`;

/** The gravest first, as many as fit a status. */
export function together(problems: readonly (string | undefined)[]): string | undefined {
  let text = "";
  for (const problem of problems) {
    if (problem === undefined) continue;
    const longer = text === "" ? problem : `${text} ${problem}`;
    if (longer.length <= STATUS_MESSAGE_CHARS_MAX) text = longer;
  }
  return text === "" ? undefined : text;
}
