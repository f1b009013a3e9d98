import type { ActionKind, ActionState, ArgumentProblem } from "@cordon/core/action";
import type { EndpointMinimums } from "@cordon/core/endpoint";
import type { ActionId, Clock, EndpointId, ErrorCode, Logger, Random, SiteId, TenantId } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import type { BrakeStore } from "../ports/brakes.ts";
import type { DispatchQueue, SiteRef } from "../ports/dispatch-queue.ts";
import type { EndpointLabelStore } from "../ports/endpoint-labels.ts";
import type { InventoryStore } from "../ports/inventory.ts";
import type { ReadinessStore } from "../ports/readiness.ts";
import type { ActionFilter, ActionRecord, DecisionFilter, DecisionRecord, TimelineEntry } from "../ports/records.ts";
import type { SiteLink } from "../ports/site-link.ts";
import { createCancel } from "./cancel-action.ts";
import { createOrder } from "./order-action.ts";
import { createRetry } from "./retry-action.ts";

/** An action by hand. */
export interface OrderRequest {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly kind: ActionKind;
  /** Loose arguments, as `parseActionArgs` takes them. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly reason: string;
  /** The caller's own key: the same key orders once. Absent: every call is a new order. */
  readonly requestKey?: string;
  /** A person agreed to it beforehand, by setting up what orders it: it waits for nobody. */
  readonly consent?: "given";
}

export type OrderAnswer =
  | { readonly kind: "ordered"; readonly action: ActionRecord; readonly created: boolean }
  | {
      readonly kind: "invalid";
      readonly code: "action.invalid_arguments";
      readonly problems: readonly ArgumentProblem[];
    }
  /** `action.not_found`: what is to be tried again. */
  | { readonly kind: "not_found"; readonly code: "endpoint.not_found" | "site.not_found" | "action.not_found" }
  /** It cannot work there, the site refuses it just now, or a brake stops it: `reason` says why, with the mend. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly reason: string };

export type CancelAnswer =
  /** It was never sent. */
  | { readonly kind: "cancelled" }
  /** The agent has it, and it went or may have gone to KSC. */
  | { readonly kind: "too_late"; readonly state: ActionState }
  /** The agent has it and cannot be asked. */
  | { readonly kind: "site_offline"; readonly code: "site.offline"; readonly state: ActionState }
  | { readonly kind: "settled"; readonly state: ActionState }
  | { readonly kind: "not_found"; readonly code: "action.not_found" };

export interface RetryRequest {
  readonly actor: string;
  readonly reason: string;
  /** Also when it may take effect twice by that. */
  readonly force: boolean;
  /** As of an order: the same key tries once. */
  readonly requestKey?: string;
}

/** What a person does with actions. */
export interface ActionDesk {
  order(tenantId: TenantId, request: OrderRequest): Promise<OrderAnswer>;
  retry(tenantId: TenantId, actionId: ActionId, request: RetryRequest): Promise<OrderAnswer>;
  /** `chain`: also what waits in its chain, whatever a failure would mean there; the answer is about the action itself. */
  cancel(tenantId: TenantId, actionId: ActionId, actor: string, reason: string, chain?: boolean): Promise<CancelAnswer>;
  get(tenantId: TenantId, actionId: ActionId): Promise<ActionRecord | undefined>;
  timeline(tenantId: TenantId, actionId: ActionId): Promise<readonly TimelineEntry[] | undefined>;
  list(tenantId: TenantId, filter: ActionFilter): Promise<readonly ActionRecord[]>;
  /** [T2] */
  decisions(tenantId: TenantId, filter: DecisionFilter): Promise<readonly DecisionRecord[]>;
}

export interface ActionDeskDeps {
  readonly store: ActionStore;
  readonly inventory: Pick<InventoryStore, "getEndpoint">;
  readonly brakes: Pick<BrakeStore, "inForce">;
  readonly labels: Pick<EndpointLabelStore, "traitsOf" | "groupsOf">;
  /** Absent: no site is known to refuse anything. */
  readonly readiness?: Pick<ReadinessStore, "refusalsOf">;
  /** What an endpoint must have; `DEFAULT_MINIMUMS` when absent. */
  readonly minimums?: EndpointMinimums;
  readonly queue: Pick<DispatchQueue, "add" | "remove">;
  /** The link of a site that is connected to this process. */
  readonly linkOf: (site: SiteRef) => SiteLink | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export function createActionDesk(deps: ActionDeskDeps): ActionDesk {
  const { store } = deps;
  return {
    order: createOrder(deps),
    retry: createRetry(deps),
    cancel: createCancel(deps),
    get: (tenantId, actionId) => store.getAction(tenantId, actionId),
    timeline: (tenantId, actionId) => store.getTimeline(tenantId, actionId),
    list: (tenantId, filter) => store.listActions(tenantId, filter),
    decisions: (tenantId, filter) => store.listDecisions(tenantId, filter),
  };
}
