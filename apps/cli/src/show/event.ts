import type { event, eventWithDecisions } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { actionColumns } from "./action.ts";
import { formatDecision } from "./decision.ts";
import type { Paint } from "./paint.ts";
import { plain, shortValue } from "./plain-text.ts";
import { formatFields, formatTable } from "./table.ts";
import { formatMoment } from "./times.ts";

export type Event = z.output<typeof event>;
export type EventWithDecisions = z.output<typeof eventWithDecisions>;

export function formatEvent(event: EventWithDecisions, paint: Paint, now: EpochMs): string {
  const fields = Object.entries(event.fields).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [
    formatHead(event, now),
    formatFields(fields.map(([name, value]) => [plain(name), shortValue(value)])),
    formatConsequences(event, paint, now),
    ...(event.decisionList.length === 0 ? [`What each rule made of it: cordon why ${event.eventId}`] : []),
  ].join("\n\n");
}

export function formatHead(event: Event, now: EpochMs): string {
  return formatFields([
    ["event", event.eventId],
    ["name", plain(event.name)],
    ["made", formatMoment(event.timestamp, now)],
    ["received", formatMoment(event.receivedAt, now)],
  ]);
}

/** What was decided about it, and how far that is. */
export function formatConsequences({ decisionList, actions }: EventWithDecisions, paint: Paint, now: EpochMs): string {
  if (decisionList.length === 0) {
    return "No decision: no rule of the set that was active then met it.";
  }
  const decisions = decisionList.map((one) => formatDecision(one, paint)).join("\n");
  return actions.length === 0 ? decisions : `${decisions}\n\n${formatTable(actionColumns(paint, now), actions)}`;
}
