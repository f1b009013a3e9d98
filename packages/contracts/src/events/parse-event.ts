import type { CorrelationEvent } from "@cordon/core/event";
import type { EpochMs, EventId, TenantId } from "@cordon/core/kernel";
import { flattenFields } from "./flatten-fields.ts";
import type { EventLimits } from "./limits.ts";
import { readTime } from "./read-time.ts";

export interface EventSource {
  /** Of the intake that the sender was let in by; KUMA's own `TenantID` is only a field. */
  readonly tenantId: TenantId;
  /** Stands in for an event's time when it has none. */
  readonly receivedAt: EpochMs;
  /** KUMA's event types that may lead to actions: 3 is correlation; very old releases said 2 (kaspersky.md 3.5). */
  readonly acceptTypes?: readonly number[];
}

export type EventProblemCode = "event.bad_json" | "event.invalid" | "event.not_correlation" | "event.too_large";

export type ParsedValue =
  | { readonly ok: true; readonly event: CorrelationEvent }
  | { readonly ok: false; readonly code: EventProblemCode; readonly message: string };

const CORRELATION: readonly number[] = [3];
/** As `eventId` of the kernel takes it. */
const EVENT_ID = /^[!-~]{1,128}$/;

/** One parsed JSON value as a correlation event. */
export function parseEvent(value: unknown, source: EventSource, limits: EventLimits): ParsedValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return invalid(`The event is ${Array.isArray(value) ? "a list" : String(value).slice(0, 80)}, not a JSON object.`);
  }
  const raw = value as Readonly<Record<string, unknown>>;
  const accepted = source.acceptTypes ?? CORRELATION;
  // An object may make its own text, and fail at it.
  const type = typeof raw.Type === "string" ? Number(raw.Type) : raw.Type;
  if (typeof type !== "number" || !accepted.includes(type)) return notCorrelation(raw.Type, accepted);
  const id = raw.ID;
  if (typeof id !== "string" || id === "")
    return invalid("The event has no ID: without one, a repeat could not be told.");
  if (!EVENT_ID.test(id)) return invalid("The event's ID must be 1-128 printable ASCII characters without spaces.");
  const flattened = flattenFields(raw, limits);
  if (!flattened.ok) return invalid(`The event's field is out of bounds: ${flattened.problem}.`);
  const { fields } = flattened;
  const name = fields.Name ?? fields.CorrelationRuleName;
  const event: CorrelationEvent = {
    tenantId: source.tenantId,
    id: id as EventId,
    name: typeof name === "string" ? name : "",
    timestamp: readTime(raw.Timestamp) ?? source.receivedAt,
    fields,
  };
  return { ok: true, event };
}

function invalid(message: string): ParsedValue {
  return { ok: false, code: "event.invalid", message };
}

function notCorrelation(type: unknown, accepted: readonly number[]): ParsedValue {
  const said = type === undefined ? "has no Type" : `is of Type ${JSON.stringify(type)?.slice(0, 40)}`;
  const message = `The event ${said}; only Type ${accepted.join(" or ")} (correlation) may lead to actions.`;
  return { ok: false, code: "event.not_correlation", message };
}
