import type { CorrelationEvent } from "@cordon/core/event";
import type { ErrorCode, TenantId } from "@cordon/core/kernel";

export interface RejectedEvent {
  readonly code: ErrorCode;
  readonly message: string;
  readonly raw: string;
  /** `raw` is only the beginning already: it cannot be replayed. */
  readonly truncated?: boolean;
}

/** One request's events, parsed. */
export interface IncomingEvents {
  readonly events: readonly CorrelationEvent[];
  /** Went wrong in parsing: quarantined in the same transaction. */
  readonly rejected: readonly RejectedEvent[];
  /** Size of the request's body; counts towards the waiting bound. */
  readonly bytes: number;
}

export type IngestAnswer =
  /** Durable [D1]. */
  | {
      readonly kind: "stored";
      readonly accepted: number;
      readonly duplicates: number;
      readonly quarantined: number;
      readonly decisions: number;
      readonly actions: number;
    }
  /** Nothing of it was stored; send again. */
  | { readonly kind: "overloaded"; readonly code: "intake.overloaded"; readonly retryAfterSeconds: number };

export interface IngestLimits {
  /** Events in one transaction. */
  readonly batchEventsMax: number;
  /** Events that may wait over all tenants. */
  readonly waitingEventsMax: number;
  readonly waitingBytesMax: number;
  /** Transactions at the same time, over all tenants; a tenant has one. */
  readonly commitsMax: number;
}

export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  batchEventsMax: 1_000,
  waitingEventsMax: 20_000,
  waitingBytesMax: 64 * 1_048_576,
  commitsMax: 4,
};

export interface Ingest {
  /** Throws `store.unavailable`; then nothing may be acknowledged, and sending again is safe. */
  ingest(tenantId: TenantId, incoming: IncomingEvents): Promise<IngestAnswer>;
  waiting(): { readonly events: number; readonly bytes: number };
  /** Resolves when everything taken in is stored or failed, and the queue was told. */
  drain(): Promise<void>;
}
