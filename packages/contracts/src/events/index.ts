export { EVENT_LIMITS, type EventLimits } from "./limits.ts";
export type { EventProblemCode, EventSource } from "./parse-event.ts";
export {
  type BadEvent,
  type EventBodyOptions,
  type ParsedBody,
  type ParsedEvent,
  parseEventBody,
} from "./parse-event-body.ts";
