export type { CorrelationEvent, FieldValue } from "./event.ts";
export { type FieldCatalogue, type FieldType, KUMA_CATALOGUE } from "./field-catalogue.ts";
