import type { EndpointRef } from "@cordon/core/guards";
import type { Clock, Logger, TenantId } from "@cordon/core/kernel";
import type { EndpointLabelStore, EndpointLabels, LabelFilter } from "../ports/endpoint-labels.ts";

/** What people say of endpoints. */
export interface LabelDesk {
  /** Undefined: the tenant has no such endpoint. */
  put(
    tenantId: TenantId,
    endpoint: EndpointRef,
    labels: Pick<EndpointLabels, "roles" | "tags">,
    actor: string,
  ): Promise<EndpointLabels | undefined>;
  get(tenantId: TenantId, endpoint: EndpointRef): Promise<EndpointLabels | undefined>;
  list(tenantId: TenantId, filter: LabelFilter): Promise<readonly EndpointLabels[]>;
}

export function createLabelDesk(deps: {
  readonly store: EndpointLabelStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): LabelDesk {
  const { store, clock, logger } = deps;
  return {
    async put(tenantId, { siteId, endpointId }, { roles, tags }, actor) {
      const labels = {
        siteId,
        endpointId,
        roles: [...new Set(roles)].sort(),
        tags: [...new Set(tags)].sort(),
        changedBy: actor,
        changedAt: clock.now(),
      };
      if (!(await store.putLabels(tenantId, labels))) return undefined;
      // What was never to be touched may be from now on: worth a line that is always kept.
      logger.warn("endpoint.label", { tenantId, ...labels });
      return labels;
    },
    get: (tenantId, endpoint) => store.getLabels(tenantId, endpoint),
    list: (tenantId, filter) => store.listLabels(tenantId, filter),
  };
}
