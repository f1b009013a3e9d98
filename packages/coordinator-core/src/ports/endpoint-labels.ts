import type { Brake, EndpointRef, EndpointTraits, RedundancyGroup } from "@cordon/core/guards";
import type { EpochMs, TenantId } from "@cordon/core/kernel";

/** What people at the coordinator say of an endpoint; brakes name endpoints by it. */
export interface EndpointLabels extends EndpointRef {
  readonly roles: readonly string[];
  readonly tags: readonly string[];
  readonly changedBy: string;
  readonly changedAt: EpochMs;
}

export interface LabelFilter {
  /** Keyset: the last row of the page before. */
  readonly after?: EndpointRef;
  readonly limit: number;
}

export interface EndpointLabelStore {
  /** Replaces what was said before. False when the tenant has no such endpoint in its inventory and none labelled. */
  putLabels(tenantId: TenantId, labels: EndpointLabels): Promise<boolean>;
  getLabels(tenantId: TenantId, endpoint: EndpointRef): Promise<EndpointLabels | undefined>;
  listLabels(tenantId: TenantId, filter: LabelFilter): Promise<readonly EndpointLabels[]>;
  /** By `endpointKey`; what neither the inventory nor anybody knows is absent. */
  traitsOf(tenantId: TenantId, endpoints: readonly EndpointRef[]): Promise<ReadonlyMap<string, EndpointTraits>>;
  /** The groups that these brakes name, by the brake's id, with who of them is isolated or on the way to it. */
  groupsOf(tenantId: TenantId, brakes: readonly Brake[], now: EpochMs): Promise<ReadonlyMap<string, RedundancyGroup>>;
}
