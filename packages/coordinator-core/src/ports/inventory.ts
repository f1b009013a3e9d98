import type { Endpoint, EndpointBudget } from "@cordon/core/endpoint";
import type { EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { LedgerCounts, ServiceConsoleState, SiteProblem } from "./sessions.ts";

/** An endpoint where it lives. */
export interface SiteEndpoint extends Endpoint {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
}

export interface EndpointWithBudget extends SiteEndpoint {
  readonly budget?: EndpointBudget;
}

export interface EndpointFilter {
  readonly siteId?: SiteId;
  /** Part of a name, host name, FQDN or address, any case; or a whole host id. */
  readonly text?: string;
  /** Keyset: the last row of the page before. */
  readonly after?: { readonly siteId: SiteId; readonly endpointId: EndpointId };
  readonly limit: number;
}

export interface SnapshotPart {
  readonly version: number;
  /** From 0. */
  readonly part: number;
  readonly last: boolean;
  readonly endpoints: readonly Endpoint[];
}

export interface SiteDelta {
  readonly fromVersion: number;
  readonly version: number;
  readonly upserted: readonly Endpoint[];
  readonly removed: readonly EndpointId[];
}

export interface BudgetUpdate {
  readonly serviceConsole: ServiceConsoleState;
  readonly ledger: LedgerCounts;
  readonly budgets: readonly EndpointBudget[];
  readonly kscProblem?: SiteProblem;
}

/** All of these are fenced: `epoch` is the session's, and an older one changes nothing and answers `fenced`. */
export interface InventoryStore {
  /**
   * Parts are put aside until the last has come, then swapped in at once. A gap in the parts (a lost session) drops what
   * was put aside. Answers the version that the record holds afterwards.
   */
  putSnapshotPart(
    tenantId: TenantId,
    siteId: SiteId,
    epoch: number,
    part: SnapshotPart,
    now: EpochMs,
  ): Promise<number | "fenced">;
  /** Applied only on top of `fromVersion`; answers the version that the record holds afterwards. */
  applyDelta(
    tenantId: TenantId,
    siteId: SiteId,
    epoch: number,
    delta: SiteDelta,
    now: EpochMs,
  ): Promise<number | "fenced">;
  putBudgets(
    tenantId: TenantId,
    siteId: SiteId,
    epoch: number,
    update: BudgetUpdate,
    now: EpochMs,
  ): Promise<"stored" | "fenced">;
  getEndpoint(tenantId: TenantId, siteId: SiteId, endpointId: EndpointId): Promise<EndpointWithBudget | undefined>;
  listEndpoints(tenantId: TenantId, filter: EndpointFilter): Promise<readonly EndpointWithBudget[]>;
}
