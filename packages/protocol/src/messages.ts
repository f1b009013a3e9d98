import type { ActionOrder, ActionState, StatusDetail } from "@cordon/core/action";
import type { Endpoint, EndpointBudget, EvidenceItem, LeaseView, SiteReadiness } from "@cordon/core/endpoint";
import type { ActionId, AgentId, EndpointId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";

/**
 * What agent and coordinator say to each other (design section 10), as plain types. The protobuf shapes in
 * proto/cordon/agent/v1 are converted to and from these in `wire/` and nowhere else.
 */

/** First message of the agent. Nothing else is read until it is answered by a welcome. */
export interface Hello {
  readonly kind: "hello";
  /** Protocol versions the agent speaks, inclusive. */
  readonly protocolMin: number;
  readonly protocolMax: number;
  readonly agentVersion: string;
  readonly siteId: SiteId;
  /** Made at random with the ledger's file: another value than before means that the ledger was lost and made anew. */
  readonly ledgerId: string;
  /** Configured to wait until the site's active agent is gone. */
  readonly standBy: boolean;
  /** Highest epoch the agent's ledger has seen. */
  readonly epoch: number;
  /** Highest status sequence the agent has written; the coordinator answers with what it has stored. */
  readonly statusSeq: number;
  /** Version of the inventory the agent last sent completely; 0 = none. */
  readonly inventoryVersion: number;
  readonly ledger: LedgerSummary;
  readonly serviceConsole: ServiceConsole;
  /** The agent's wall clock, to measure skew. */
  readonly agentTime: EpochMs;
}

/** Whether KSC reports a connected service console; without one KSC stores incidents and nothing happens. */
export type ServiceConsole = "unknown" | "up" | "down";

export interface LedgerSummary {
  readonly endpoints: number;
  /** Entries that are not settled. */
  readonly open: number;
  readonly deferred: number;
}

export type AgentRole = "active" | "standby";

export interface Welcome {
  readonly kind: "welcome";
  readonly protocol: number;
  /** The fencing epoch of this session; an agent with a higher one stored refuses. */
  readonly epoch: number;
  /** A stand-by gets no offers; when it is to take over, its session is closed and the next welcome says `active`. */
  readonly role: AgentRole;
  /**
   * For how long without a word from the coordinator the agent may go on handing actions to KSC, in ms by its monotonic clock;
   * 0 = without limit, because the site has no other agent.
   */
  readonly actingLeaseMs: number;
  /** Statuses up to here are stored; the agent resumes after it. */
  readonly statusCursor: number;
  /** The inventory version the coordinator holds for this site; 0 = none, send a snapshot. */
  readonly inventoryVersion: number;
  readonly heartbeatMs: number;
  readonly coordinatorTime: EpochMs;
  /** Bounds the agent must keep towards this coordinator. */
  readonly statusesPerBatchMax: number;
}

/**
 * Whatever the coordinator tells an agent that has an effect at the site. Signed are exactly the bytes of the payload, which
 * `encodeOrder` made and `decodeOrder` reads; nothing of them is looked at before the signature was found good [S8].
 */
export interface SignedOrder {
  readonly kind: "signedOrder";
  readonly keyId: string;
  readonly payload: Uint8Array;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
}

/** To whom, when, and what. */
export interface Order<Body = OrderBody> {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly epoch: number;
  /** Rises with every order for the site. */
  readonly sequence: number;
  readonly issuedAt: EpochMs;
  readonly notAfter: EpochMs;
  readonly body: Body;
}

export type OrderBody = Offer | Cancel | Release | EvidenceRequest | OrderKeys;

/** The keys that may sign the tenant's orders: those and no others. */
export interface OrderKeys {
  readonly kind: "orderKeys";
  readonly version: number;
  /** Public keys, each the base64 of its SPKI form. */
  readonly keys: readonly { readonly keyId: string; readonly publicKey: string }[];
}

/** Which keys the agent holds: when a session begins, and when they change. */
export interface OrderKeysHeld {
  readonly kind: "orderKeysHeld";
  /** 0 = none. */
  readonly version: number;
}

/** An order was not taken, because of what it is or who signed it. */
export interface OrderRefused {
  readonly kind: "orderRefused";
  /** 0 when the signature was not good, so that nothing of the order is believed. */
  readonly sequence: number;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Offer {
  readonly kind: "offer";
  readonly order: ActionOrder;
  readonly epoch: number;
  /**
   * Set when the action may have been offered before, at the earliest then: to another agent, or to an earlier self of this one. An
   * agent whose ledger may lack it looks at KSC for its incident before anything is sent [D4, L8].
   */
  readonly firstOfferedAt?: EpochMs;
}

export type Verdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "duplicate"; readonly state: ActionState }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string };

/** The agent's answer to an offer: sent after the ledger is on disk [D5]. */
export interface Receipt {
  readonly kind: "receipt";
  readonly actionId: ActionId;
  readonly verdict: Verdict;
}

export interface Cancel {
  readonly kind: "cancel";
  readonly actionId: ActionId;
  readonly reason: string;
}

/** What a cancel met: `cancelled` when it had not been sent, otherwise how far it is. */
export interface CancelResult {
  readonly kind: "cancelResult";
  readonly actionId: ActionId;
  readonly outcome: "cancelled" | "too_late" | "not_found";
  readonly state?: ActionState;
}

export interface Status {
  /** Gap-free per agent ledger; the cursor. */
  readonly seq: number;
  readonly actionId: ActionId;
  readonly state: ActionState;
  /** When the agent saw it. */
  readonly at: EpochMs;
  readonly detail: StatusDetail;
}

export interface StatusBatch {
  readonly kind: "statusBatch";
  /** In rising order of `seq`. */
  readonly statuses: readonly Status[];
}

/** Everything up to `cursor` is stored; the agent may forget it. */
export interface StatusAck {
  readonly kind: "statusAck";
  readonly cursor: number;
}

/** One part of a whole inventory. The coordinator swaps it in when the last part has come. */
export interface InventorySnapshot {
  readonly kind: "inventorySnapshot";
  readonly version: number;
  readonly part: number;
  readonly last: boolean;
  readonly endpoints: readonly Endpoint[];
}

export interface InventoryDelta {
  readonly kind: "inventoryDelta";
  /** Applies on top of this version only. */
  readonly fromVersion: number;
  readonly version: number;
  readonly upserted: readonly Endpoint[];
  readonly removed: readonly EndpointId[];
}

/** The inventory version that the coordinator now holds; a delta that did not fit is answered with the old one. */
export interface InventoryAck {
  readonly kind: "inventoryAck";
  readonly version: number;
}

/** Settings that the coordinator hands to the site: opaque JSON of the stated version, at most `policyBytesMax`. */
export interface PolicyPush {
  readonly kind: "policyPush";
  readonly version: number;
  readonly json: string;
}

export interface PolicyApplied {
  readonly kind: "policyApplied";
  readonly version: number;
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** "Which endpoint is this?", asked of a site when the stored inventory cannot tell. */
export interface ResolveRequest {
  readonly kind: "resolveRequest";
  readonly requestId: string;
  readonly by: "hostId" | "fqdn" | "name" | "address";
  readonly value: string;
}

export interface ResolveAnswer {
  readonly kind: "resolveAnswer";
  readonly requestId: string;
  /** All that fit: none and several are both answers. */
  readonly endpoints: readonly Endpoint[];
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** How the busiest endpoints' slots stand, and the site's health. */
export interface BudgetReport {
  readonly kind: "budgetReport";
  readonly serviceConsole: ServiceConsole;
  readonly ledger: LedgerSummary;
  /** Endpoints whose budget changed since the last report. */
  readonly budgets: readonly EndpointBudget[];
  /** Why KSC cannot be used just now, if so. */
  readonly kscProblem?: { readonly code: ErrorCode; readonly message: string };
}

/** "Stop renewing this isolation" [S4, S6]; obeyed under every brake. Asking again is harmless. */
export interface Release {
  readonly kind: "release";
  /** The isolation's action. */
  readonly actionId: ActionId;
  readonly reason: string;
}

export interface ReleaseResult {
  readonly kind: "releaseResult";
  readonly actionId: ActionId;
  /** `already_over`: nothing held it any more. */
  readonly outcome: "released" | "already_over" | "not_found";
  /** When the endpoint's own timer ends the isolation, if nothing else does. */
  readonly endpointEndsAt?: EpochMs;
  /** What the site's release method did, or the exact steps for a person. */
  readonly steps: string;
}

/** How isolations hold: all of them when a session begins, then those that changed. The last word on each counts. */
export interface LeaseReport {
  readonly kind: "leaseReport";
  readonly leases: readonly LeaseView[];
}

/** "What did this `getFile` or `quarantineFile` bring?", and on demand the file itself, into the agent's evidence folder. */
export interface EvidenceRequest {
  readonly kind: "evidenceRequest";
  readonly requestId: string;
  readonly actionId: ActionId;
  readonly want: "metadata" | "file";
  /** The item whose file is wanted; absent = the only one. */
  readonly itemId?: string;
  /** Who asked, for the agent's own record. */
  readonly requestedBy: string;
}

export interface EvidenceAnswer {
  readonly kind: "evidenceAnswer";
  readonly requestId: string;
  readonly items: readonly EvidenceItem[];
  /** The file as it lies in the agent's evidence folder. */
  readonly file?: {
    readonly itemId: string;
    /** Relative to the evidence folder. */
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  };
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** What the site can and will do, whenever it changes and when a session begins. */
export interface SiteReport {
  readonly kind: "siteReport";
  readonly readiness: SiteReadiness;
}

/** A newer agent of this site's ring. The agent fetches it over the same mutual TLS, from `path` of the gateway's address. */
export interface UpdateOffer {
  readonly kind: "updateOffer";
  readonly version: string;
  /** `linux-x64`, `linux-arm64` or `win-x64`. */
  readonly target: string;
  readonly path: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Base64 of the Ed25519 signature over the release's manifest, and the key it was made with. */
  readonly signature: string;
  readonly keyId: string;
}

/** How the agent stands with a release: when a session begins about the one it runs, then whenever it changes. */
export interface UpdateReport {
  readonly kind: "updateReport";
  /** The version that the report is about. */
  readonly version: string;
  readonly state: UpdateState;
  /** What the agent runs on, as in an offer. */
  readonly target: string;
  /** The ring that the site's own configuration asks for; absent = where the coordinator puts it. */
  readonly ring?: number;
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

export const UPDATE_STATES = ["off", "waiting", "downloading", "restarting", "running", "returned", "refused"] as const;

/**
 * `off`: updates are switched off here. `waiting`: for open actions to end. `running`: the new binary passed its health check.
 * `returned`: it did not, and the previous one runs again. `refused`: wrong signature, checksum, target or version.
 */
export type UpdateState = (typeof UPDATE_STATES)[number];

/** A new certificate, for a new key; one at a time. */
export interface RenewalRequest {
  readonly kind: "renewalRequest";
  /** PKCS#10 in PEM, P-256, signed by the new key. */
  readonly csr: string;
}

/** The present certificate counts until the new one is used for the first time. Exactly one of the two is there. */
export interface RenewalAnswer {
  readonly kind: "renewalAnswer";
  /** PEM of the new certificate and its issuers, without the root. */
  readonly certificate?: string;
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** A public key that may sign orders. */
export interface OrderKey {
  readonly keyId: string;
  /** Base64 of the SPKI form of an Ed25519 key. */
  readonly publicKey: string;
}

/** Whom the agent trusts from now on; it answers with `TrustApplied`, whatever it has already. */
export interface TrustBundle {
  readonly kind: "trustBundle";
  readonly version: number;
  /** PEM, 1 to 8: what listeners of the coordinator are verified by. */
  readonly roots: readonly string[];
  /** A recovery statement whose own is not higher is refused from now on. */
  readonly recoverySequence: number;
  /** A certificate of the agent that was issued before it is to be renewed soon; absent: none. */
  readonly renewIssuedBefore?: EpochMs;
}

export interface TrustApplied {
  readonly kind: "trustApplied";
  /** In force at the agent. */
  readonly version: number;
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

export interface Ping {
  readonly kind: "ping";
  readonly nonce: number;
}

export interface Pong {
  readonly kind: "pong";
  readonly nonce: number;
}

export type AgentMessage =
  | Hello
  | Receipt
  | OrderRefused
  | OrderKeysHeld
  | CancelResult
  | StatusBatch
  | InventorySnapshot
  | InventoryDelta
  | PolicyApplied
  | ResolveAnswer
  | BudgetReport
  | ReleaseResult
  | LeaseReport
  | EvidenceAnswer
  | SiteReport
  | UpdateReport
  | RenewalRequest
  | TrustApplied
  | Ping
  | Pong;

export type CoordinatorMessage =
  | Welcome
  | SignedOrder
  | StatusAck
  | InventoryAck
  | PolicyPush
  | ResolveRequest
  | UpdateOffer
  | RenewalAnswer
  | TrustBundle
  | Ping
  | Pong;

export type Message = AgentMessage | CoordinatorMessage;

/** One frame. `seq` counts per direction and session from 1; `traceparent` is W3C trace context, empty when there is none. */
export interface Envelope<M extends Message = Message> {
  readonly seq: number;
  readonly traceparent: string;
  readonly body: M;
}
