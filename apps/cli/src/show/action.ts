import type { action, actionWithTimeline, timelineEntry } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain, shortValue } from "./plain-text.ts";
import { type Column, formatFields } from "./table.ts";
import { formatAge, formatMoment, formatTime, formatWhen } from "./times.ts";

export type Action = z.output<typeof action>;
export type ActionWithTimeline = z.output<typeof actionWithTimeline>;
type TimelineEntry = z.output<typeof timelineEntry>;

export function actionColumns(paint: Paint, now: EpochMs): readonly Column<Action>[] {
  return [
    { title: "action", of: ({ actionId }) => actionId },
    { title: "kind", of: ({ kind }) => kind },
    { title: "endpoint", of: ({ endpointName }) => endpointName },
    { title: "site", of: ({ siteId }) => siteId },
    { title: "state", of: ({ state }) => state, paint: (cell, { state }) => paintState(paint, state)(cell) },
    { title: "since", of: ({ stateAt }) => formatAge(stateAt, now), right: true },
    { title: "age", of: ({ createdAt }) => formatAge(createdAt, now), right: true },
    { title: "rule", of: ({ ruleId, ruleSetVersion }) => (ruleSetVersion === 0 ? "by hand" : ruleId) },
    { title: "why", of: ({ detail }) => whyOf(detail) },
  ];
}

/** What holds or ended it, in a few words. */
function whyOf(detail: Action["detail"]): string | undefined {
  return detail?.code ?? detail?.message?.slice(0, 60);
}

export function formatAction(action: Action, paint: Paint, now: EpochMs): string {
  const { detail } = action;
  return formatFields([
    ["action", action.actionId],
    ["kind", `${action.kind} (${action.actionClass})`],
    ["endpoint", `${plain(action.endpointName)} (${action.siteId}/${action.endpointId})`],
    ...Object.entries(action.arguments).map(([name, value]) => [`  ${name}`, shortValue(value)] as const),
    ["state", `${paintState(paint, action.state)(action.state)}, ${formatWhen(action.stateAt, now)}`],
    ["message", detail?.message === undefined ? undefined : plain(detail.message)],
    ["code", detail?.code],
    ["earliest", formatMoment(detail?.earliest, now)],
    ["proven by", detail === undefined ? undefined : evidenceText(detail.evidence)],
    ["ordered", formatMoment(action.createdAt, now)],
    ["deadline", formatMoment(action.deadline, now)],
    ["rule", action.ruleSetVersion === 0 ? "ordered by hand" : `${action.ruleId} of set ${action.ruleSetVersion}`],
    ["try again of", action.retryOf],
    ["event", action.eventId],
    ["decision", action.decisionId],
  ]);
}

export function formatTimeline(timeline: readonly TimelineEntry[], paint: Paint): string {
  return timeline.map((entry) => formatTimelineEntry(entry, paint)).join("\n");
}

export function formatTimelineEntry(
  { at, state, source, outcome, actor, detail }: TimelineEntry,
  paint: Paint,
): string {
  const aside = outcome === "moved" ? "" : paint.dim(` (${outcome})`);
  const rung = detail === undefined ? "" : evidenceText(detail.evidence);
  const parts = [actor === undefined ? source : `${source}, ${actor}`, rung, detail?.message, detail?.code];
  const words = parts.filter((part) => part !== undefined && part !== "").map((part) => plain(part ?? ""));
  return `${formatTime(at)}  ${paintState(paint, state)(state.padEnd(12))}${aside}  ${words.join("; ")}`;
}

function evidenceText({ rung, incidentId, taskId, hostState }: NonNullable<Action["detail"]>["evidence"]): string {
  const facts = [
    incidentId === undefined ? undefined : `incident ${incidentId}`,
    taskId === undefined ? undefined : `task ${taskId}`,
    hostState === undefined ? undefined : `host state ${hostState}`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? rung : `${rung} (${facts.join(", ")})`;
}
