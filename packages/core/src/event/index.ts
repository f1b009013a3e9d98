export type { CorrelationEvent, FieldValue } from "./event.ts";
