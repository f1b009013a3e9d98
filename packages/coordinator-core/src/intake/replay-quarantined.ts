import type { Clock, EpochMs, TenantId } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import type { IncomingEvents, Ingest, IngestAnswer } from "./ingest-types.ts";

/** Parses the raw text of one quarantined event again, with today's parser. */
export type ParseRaw = (tenantId: TenantId, raw: string, receivedAt: EpochMs) => IncomingEvents;

export type ReplayAnswer =
  | { readonly kind: "replayed"; readonly answer: IngestAnswer }
  /** Today's parser refuses it too; it stays where it is. */
  | { readonly kind: "still_bad"; readonly message: string }
  /** Only its beginning was kept. */
  | { readonly kind: "truncated" }
  | { readonly kind: "not_found" };

/** Replaying twice stores once: events are told apart by their id. */
export type ReplayQuarantined = (tenantId: TenantId, quarantineId: number) => Promise<ReplayAnswer>;

export function createReplayQuarantined(deps: {
  readonly store: Pick<ActionStore, "getQuarantined" | "markReplayed">;
  readonly ingest: Pick<Ingest, "ingest">;
  readonly parse: ParseRaw;
  readonly clock: Clock;
}): ReplayQuarantined {
  const { store, ingest, parse, clock } = deps;
  return async (tenantId, quarantineId) => {
    const record = await store.getQuarantined(tenantId, quarantineId);
    if (!record) return { kind: "not_found" };
    if (record.truncated) return { kind: "truncated" };
    const incoming = parse(tenantId, record.raw, clock.now());
    const [problem] = incoming.rejected;
    if (problem) return { kind: "still_bad", message: problem.message };
    if (incoming.events.length === 0) return { kind: "still_bad", message: "There is no event in it." };
    const answer = await ingest.ingest(tenantId, incoming);
    if (answer.kind === "stored") await store.markReplayed(tenantId, quarantineId, clock.now());
    return { kind: "replayed", answer };
  };
}
