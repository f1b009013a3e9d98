import type { ActionOrder, ActionState } from "@cordon/core/action";
import type { Endpoint, EndpointBudget, EvidenceItem, LeaseView, SiteReadiness } from "@cordon/core/endpoint";
import type { ActionId, EndpointId, EpochMs, ErrorCode } from "@cordon/core/kernel";
import type { Moment } from "./acting-lease.ts";
import type { StatusRecord } from "./ledger-store.ts";

/** The coordinator as the agent's use cases see it while a session is up. Shapes are those of the wire's messages. */
export interface Uplink {
  /** `down` and `congested`: nothing was sent. */
  send(message: ToCoordinator): "sent" | "down" | "congested";
  /** Resolves when a congested link has room again, or is down. Never rejects. */
  drained(): Promise<void>;
}

export interface Session {
  readonly uplink: Uplink;
  readonly epoch: number;
  readonly role: "active" | "standby";
  /** See `Welcome.actingLeaseMs` of the protocol. */
  readonly actingLeaseMs: number;
  /** The coordinator's wall clock when it sent the welcome. */
  readonly coordinatorTime: EpochMs;
  /** When the hello left that the session's welcome answers. */
  readonly askedAt: Moment;
  readonly statusCursor: number;
  readonly inventoryVersion: number;
  readonly statusesPerBatchMax: number;
}

export type ServiceConsole = "unknown" | "up" | "down";

export interface LedgerSummary {
  readonly endpoints: number;
  readonly open: number;
  readonly deferred: number;
}

export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
}

export type Verdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "duplicate"; readonly state: ActionState }
  | ({ readonly kind: "refused" } & Problem);

export type ToCoordinator =
  | { readonly kind: "receipt"; readonly actionId: ActionId; readonly verdict: Verdict }
  | {
      readonly kind: "cancelResult";
      readonly actionId: ActionId;
      readonly outcome: "cancelled" | "too_late" | "not_found";
      readonly state?: ActionState;
    }
  | { readonly kind: "statusBatch"; readonly statuses: readonly StatusRecord[] }
  | {
      readonly kind: "inventorySnapshot";
      readonly version: number;
      readonly part: number;
      readonly last: boolean;
      readonly endpoints: readonly Endpoint[];
    }
  | {
      readonly kind: "inventoryDelta";
      readonly fromVersion: number;
      readonly version: number;
      readonly upserted: readonly Endpoint[];
      readonly removed: readonly EndpointId[];
    }
  | { readonly kind: "policyApplied"; readonly version: number; readonly problem?: Problem }
  | {
      readonly kind: "resolveAnswer";
      readonly requestId: string;
      readonly endpoints: readonly Endpoint[];
      readonly problem?: Problem;
    }
  | {
      readonly kind: "budgetReport";
      readonly serviceConsole: ServiceConsole;
      readonly ledger: LedgerSummary;
      readonly budgets: readonly EndpointBudget[];
      readonly kscProblem?: Problem;
    }
  | {
      readonly kind: "releaseResult";
      readonly actionId: ActionId;
      readonly outcome: "released" | "already_over" | "not_found";
      readonly endpointEndsAt?: EpochMs;
      readonly steps: string;
    }
  | { readonly kind: "leaseReport"; readonly leases: readonly LeaseView[] }
  | {
      readonly kind: "evidenceAnswer";
      readonly requestId: string;
      readonly items: readonly EvidenceItem[];
      readonly file?: {
        readonly itemId: string;
        readonly path: string;
        readonly bytes: number;
        readonly sha256: string;
      };
      readonly problem?: Problem;
    }
  | { readonly kind: "siteReport"; readonly readiness: SiteReadiness }
  | ({ readonly kind: "orderRefused"; readonly sequence: number } & Problem)
  | { readonly kind: "orderKeysHeld"; readonly version: number };

/** `offer`, `cancel`, `release` and `evidenceRequest` have effects, so on the wire they come in signed orders alone [S8]. */
export type FromCoordinator =
  | {
      readonly kind: "offer";
      readonly order: ActionOrder;
      readonly epoch: number;
      readonly firstOfferedAt?: EpochMs;
    }
  | { readonly kind: "cancel"; readonly actionId: ActionId; readonly reason: string }
  | { readonly kind: "statusAck"; readonly cursor: number }
  | { readonly kind: "inventoryAck"; readonly version: number }
  | { readonly kind: "policyPush"; readonly version: number; readonly json: string }
  | { readonly kind: "release"; readonly actionId: ActionId; readonly reason: string }
  | {
      readonly kind: "evidenceRequest";
      readonly requestId: string;
      readonly actionId: ActionId;
      readonly want: "metadata" | "file";
      readonly itemId?: string;
      readonly requestedBy: string;
    }
  | {
      readonly kind: "resolveRequest";
      readonly requestId: string;
      readonly by: "hostId" | "fqdn" | "name" | "address";
      readonly value: string;
    };
