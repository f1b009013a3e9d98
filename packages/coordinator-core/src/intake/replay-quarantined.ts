import type { Clock, EpochMs, TenantId } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import type { IncomingEvents, Ingest, IngestAnswer } from "./ingest.ts";

/** Parses the raw text of one quarantined event again, with today's parser. */
export type ParseRaw = (tenantId: TenantId, raw: string, receivedAt: EpochMs) => IncomingEvents;

export type ReplayAnswer =
  | { readonly kind: "replayed"; readonly answer: IngestAnswer }
  | { readonly kind: "still_bad"; readonly message: string }
  | { readonly kind: "truncated" }
  | { readonly kind: "not_found" };

export type ReplayQuarantined = (tenantId: TenantId, quarantineId: number) => Promise<ReplayAnswer>;

export declare function createReplayQuarantined(deps: {
  readonly store: Pick<ActionStore, "getQuarantined" | "markReplayed">;
  readonly ingest: Ingest;
  readonly parse: ParseRaw;
  readonly clock: Clock;
}): ReplayQuarantined;
