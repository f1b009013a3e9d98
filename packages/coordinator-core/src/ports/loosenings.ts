import type { EndpointRef, LabelSet } from "@cordon/core/guards";
import type { EpochMs } from "@cordon/core/kernel";
import type { BrakeOwner } from "./brakes.ts";

export type LooseningChange =
  | { readonly kind: "lift"; readonly brakeId: string; readonly type: string }
  | ({ readonly kind: "relabel"; readonly before: LabelSet; readonly after: LabelSet } & EndpointRef);

/** A wish to take protection away, which counts once a second person says so. */
export interface Loosening {
  readonly looseningId: string;
  readonly change: LooseningChange;
  /** Over the change and what it would change, as it was then. */
  readonly hash: string;
  readonly askedBy: string;
  readonly askedAt: EpochMs;
  readonly reason: string;
  readonly expiresAt: EpochMs;
  readonly state: "open" | "confirmed" | "rejected";
  readonly decided?: LooseningDecision;
}

export interface LooseningDecision {
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string;
}

export interface LooseningFilter {
  readonly state?: Loosening["state"];
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly askedAt: EpochMs; readonly looseningId: string };
  readonly limit: number;
}

export interface LooseningStore {
  addLoosening(owner: BrakeOwner, loosening: Loosening): Promise<void>;
  getLoosening(owner: BrakeOwner, looseningId: string): Promise<Loosening | undefined>;
  listLoosenings(owner: BrakeOwner, filter: LooseningFilter): Promise<readonly Loosening[]>;
  /** Of two that decide at once one does; false: it was decided already. */
  decideLoosening(
    owner: BrakeOwner,
    looseningId: string,
    state: "confirmed" | "rejected",
    decision: LooseningDecision,
  ): Promise<boolean>;
}
