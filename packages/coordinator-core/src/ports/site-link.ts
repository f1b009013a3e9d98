import type { ActionState } from "@cordon/core/action";
import type { ActionId, ErrorCode } from "@cordon/core/kernel";
import type { ReleaseVerdict } from "./leases.ts";

/** The agent's answer to an offer, given after its ledger is on disk. */
export type OfferVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "duplicate"; readonly state: ActionState }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string };

export interface CancelVerdict {
  readonly outcome: "cancelled" | "too_late" | "not_found";
  readonly state?: ActionState;
}

/**
 * One connected site, as the socket's holder offers it. Both calls reject when the link is lost before the answer came; what
 * the agent did with the message is then unknown, and asking again is safe (its ledger answers `duplicate`).
 */
export interface SiteLink {
  /** Of the session. */
  readonly epoch: number;
  /** What it is stands in the record, where the signer reads it. Rejects with `order.not_recorded` when it is not to be offered any more. */
  offer(actionId: ActionId): Promise<OfferVerdict>;
  cancel(actionId: ActionId, reason: string): Promise<CancelVerdict>;
  /** Stop renewing this isolation; asking again is harmless [S4]. */
  release(actionId: ActionId, reason: string): Promise<ReleaseVerdict>;
}
