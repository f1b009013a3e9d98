import type { decision } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain } from "./plain-text.ts";
import type { Column } from "./table.ts";
import { formatAge, formatTime } from "./times.ts";

export type Decision = z.output<typeof decision>;

export function decisionColumns(paint: Paint, now: EpochMs): readonly Column<Decision>[] {
  return [
    { title: "decided", of: ({ decidedAt }) => formatAge(decidedAt, now), right: true },
    { title: "verdict", of: ({ verdict }) => verdict, paint: (cell, { verdict }) => paintState(paint, verdict)(cell) },
    { title: "rule", of: (one) => ruleWord(one) },
    { title: "action", of: ({ actionKind }) => actionKind },
    { title: "endpoint", of: ({ endpointName }) => endpointName },
    { title: "event", of: ({ eventId }) => eventId },
    { title: "reason", of: ({ code, reason }) => (code === undefined ? reason : `${reason} (${code})`) },
  ];
}

function ruleWord({ ruleId, ruleSetVersion }: Decision): string {
  return ruleSetVersion === 0 ? "by hand" : `${ruleId} (set ${ruleSetVersion})`;
}

/** One decision as an answer to "why": what, to whom, on whose word, and the reason. */
export function formatDecision(decision: Decision, paint: Paint): string {
  const { verdict, actionKind, endpointName, siteId, endpointId, reason, code, detail } = decision;
  const what = actionKind ?? "nothing";
  const whom = endpointName === undefined ? "no endpoint" : `${plain(endpointName)} (${siteId}/${endpointId})`;
  const head = `${formatTime(decision.decidedAt)}  ${paintState(paint, verdict)(verdict)}  ${what} on ${whom}`;
  const lines = [
    head,
    `  ${plain(reason)}${code === undefined ? "" : ` (${code})`}`,
    `  rule ${ruleWord(decision)}, event ${decision.eventId}`,
    ...detailLines(detail).map((line) => `  ${line}`),
  ];
  return lines.join("\n");
}

function detailLines(detail: Decision["detail"]): readonly string[] {
  return Object.entries(detail).map(
    ([name, value]) => `${plain(name)}: ${plain(typeof value === "string" ? value : JSON.stringify(value))}`,
  );
}
