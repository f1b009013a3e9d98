import type { EpochMs, EventId, TenantId } from "../kernel/index.ts";

/** A field's value as KUMA sends it. Empty string, 0 and absence mean the same in KUMA, so absent ones are not in the map. */
export type FieldValue = string | number | boolean | readonly string[] | readonly number[];

/**
 * A KUMA correlation event: KUMA's own field names (`FilePath`, `Extra.<key>`, `S.<name>`; kaspersky.md 3.6), flat.
 * Fields that the KUMA rule did not propagate are absent.
 */
export interface CorrelationEvent {
  readonly tenantId: TenantId;
  readonly id: EventId;
  readonly name: string;
  /** When KUMA made it. */
  readonly timestamp: EpochMs;
  readonly fields: Readonly<Record<string, FieldValue>>;
}
