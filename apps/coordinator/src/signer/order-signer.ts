import type { ActionId, AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";
import type { OrderKeyList } from "@cordon/core/signing";

/** What is to be signed, by name: what it is, the signer reads in the record [O7]. */
export type OrderWish =
  | { readonly kind: "offer"; readonly actionId: ActionId }
  /** Can only stop. `reason` is for people. */
  | { readonly kind: "cancel"; readonly actionId: ActionId; readonly reason: string }
  | { readonly kind: "release"; readonly actionId: ActionId }
  | { readonly kind: "evidenceRequest"; readonly requestId: string }
  | { readonly kind: "orderKeys" };

/** Wishes of one session. */
export interface SigningRequest {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly epoch: number;
  /** Version of the list of keys that the agent said it holds; absent as long as it has said nothing. */
  readonly held?: number;
  /** At most `WISHES_MAX`. */
  readonly wishes: readonly OrderWish[];
}

export type SigningAnswer =
  | {
      readonly kind: "signed";
      readonly sequence: number;
      readonly keyId: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string };

export interface SigningKey {
  readonly keyId: string;
  /** Base64 of its SPKI form. */
  readonly publicKey: string;
  /** Of the list that brought it. */
  readonly since: number;
  readonly state: "in_force" | "retired" | "revoked";
  readonly createdAt: EpochMs;
  readonly endedAt?: EpochMs;
}

export interface SigningKeys {
  readonly version: number;
  /** Oldest first; orders are signed with the newest one in force that their agent holds. */
  readonly keys: readonly SigningKey[];
}

/** Signs for one batch of dispatch at once. */
export const WISHES_MAX = 128;

/**
 * The one that has the keys. It signs no bytes that it is given: only orders that it made itself, of what stands in the record, so
 * who has the gateway or the queue gets no more than what was ordered and approved. Throws `signer.unavailable`.
 */
export interface OrderSigner {
  /** In the order of the wishes; large ones come in several answers, so there may be fewer than wishes, but at least one. */
  sign(request: SigningRequest): Promise<readonly SigningAnswer[]>;
  /** What an agent is to hold. The tenant's first key is made when it is first asked for. */
  keyList(tenantId: TenantId): Promise<OrderKeyList>;
  keys(tenantId: TenantId): Promise<SigningKeys>;
  /** A new key beside the present ones. */
  rotate(tenantId: TenantId): Promise<SigningKeys>;
  /** Throws `signing_key.not_found`, `.ended`, `.current`. */
  retire(tenantId: TenantId, keyId: string): Promise<SigningKeys>;
  /** As `retire`, at once and whichever key it is: a new one is made when it is the newest. */
  revoke(tenantId: TenantId, keyId: string): Promise<SigningKeys>;
}
