import type { EndpointWithBudget, SiteEndpoint } from "@cordon/coordinator-core";
import type { EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { BudgetRow, EndpointRow } from "./tables.ts";

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

export type EndpointWithBudgetRow = EndpointRow & Nullable<Omit<BudgetRow, "tenant_id" | "site_id" | "endpoint_id">>;

export function toEndpoint(row: EndpointWithBudgetRow): EndpointWithBudget {
  const endpoint: SiteEndpoint = {
    tenantId: row.tenant_id as TenantId,
    siteId: row.site_id as SiteId,
    endpointId: row.endpoint_id as EndpointId,
    displayName: row.display_name,
    addresses: row.addresses,
    statusMask: row.status_mask,
    ...(row.instance_id === null ? {} : { instanceId: row.instance_id }),
    ...(row.fqdn === null ? {} : { fqdn: row.fqdn }),
    ...(row.host_name === null ? {} : { hostName: row.host_name }),
    ...(row.group_id === null ? {} : { groupId: row.group_id }),
    ...(row.group_name === null ? {} : { groupName: row.group_name }),
    ...(row.kes_version === null ? {} : { kesVersion: row.kes_version }),
    ...(row.agent_version === null ? {} : { agentVersion: row.agent_version }),
    ...(row.os_name === null ? {} : { osName: row.os_name }),
    ...(row.edr_status === null ? {} : { edrStatus: row.edr_status }),
    ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at as EpochMs }),
  };
  if (row.slot_limit === null || row.measured_at === null) return endpoint;
  return {
    ...endpoint,
    budget: {
      endpointId: endpoint.endpointId,
      limit: row.slot_limit,
      used: row.used ?? 0,
      foreign: row.foreign_used ?? 0,
      deferred: row.deferred ?? 0,
      known: row.known ?? false,
      measuredAt: row.measured_at as EpochMs,
    },
  };
}
