import type { Endpoint } from "@cordon/core/endpoint";
import type { EndpointId, EpochMs } from "@cordon/core/kernel";

/**
 * The agent's copy of the site's inventory: what KSC was last seen to have, and which of it the coordinator does not hold yet.
 * It may be lost at any time; then the next pass over KSC and one snapshot make it anew. Every call is one transaction, and
 * what it returned is there after a crash, or none of it is.
 */
export interface InventoryStore {
  meta(): InventoryMeta;
  counts(): { readonly endpoints: number; readonly waiting: number };
  find(endpointId: EndpointId): Endpoint | undefined;

  /** Hosts that are taken from now on count as seen by this pass. A pass that is not ended has no consequence but what it took. */
  beginPass(): void;
  /** Takes what KSC has of these hosts; what is news to the coordinator waits to be sent. Answers how many that were. */
  take(page: readonly Endpoint[], lastSeenGrainMs: number): number;
  /** How many known hosts the pass has not seen. */
  unseen(): number;
  /** After a pass over all hosts: what it has not seen waits to be removed. */
  removeUnseen(): void;
  endPass(pass: { readonly startedAt: EpochMs; readonly full: boolean }): void;

  /** A whole snapshot is to be sent, from its first part. */
  beginSnapshot(version: number): void;
  /** The hosts behind the last acknowledged part, by rising id, at most `max`; `last` when no more follow. */
  snapshotPart(max: number): { readonly endpoints: readonly Endpoint[]; readonly last: boolean };
  /** The part that ended with this host is stored at the coordinator. */
  partAcked(after: EndpointId): void;
  /** Some of what waits is to be sent as this version; undefined when nothing waits. */
  beginDelta(version: number, max: number): Changes | undefined;
  /** What was begun and not acknowledged, again. */
  changesUnderWay(): Changes;
  /** The coordinator holds all of what was being sent. */
  uploadAcked(): void;

  close(): void;
}

export interface InventoryMeta {
  /** The coordinator holds exactly the hosts of the copy that do not wait; 0: nothing is known of what it holds. */
  readonly version: number;
  /** Begun and not acknowledged to the end. While there is one, no pass is begun: what it carries must not change. */
  readonly upload?: Upload;
  /** When the last pass that ended was begun, and the last over all hosts. */
  readonly passAt?: EpochMs;
  readonly fullPassAt?: EpochMs;
}

export type Upload =
  | {
      readonly kind: "snapshot";
      readonly version: number;
      /** Acknowledged so far. */
      readonly parts: number;
    }
  | { readonly kind: "delta"; readonly version: number };

export interface Changes {
  readonly upserted: readonly Endpoint[];
  readonly removed: readonly EndpointId[];
}
