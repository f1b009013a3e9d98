import { type Clock, epochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import type { Canary, CanarySetting, CanaryStore, Probe } from "../ports/canaries.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";

/** What people do with canaries. */
export interface CanaryDesk {
  /** The first probe is due at once. */
  put(site: SiteRef, setting: CanarySetting, by: string): Promise<Canary | "no_site" | "no_endpoint">;
  remove(site: SiteRef, by: string): Promise<boolean>;
  get(site: SiteRef): Promise<Canary | undefined>;
  /** Of one tenant; without one, of all: for metrics and health. */
  list(tenantId?: TenantId): Promise<readonly Canary[]>;
  probes(site: SiteRef, limit: number): Promise<readonly Probe[]>;
  /** A probe now, and the schedule goes on from it. False: the site has no canary. */
  probeNow(site: SiteRef, by: string): Promise<boolean>;
}

export function createCanaryDesk(deps: {
  readonly store: CanaryStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): CanaryDesk {
  const { store, clock, logger } = deps;
  return {
    async put({ tenantId, siteId }, setting, by) {
      const now = clock.now();
      const put = await store.putCanary({ tenantId, siteId }, setting, { nextAt: epochMs(now), at: now, by });
      if (put !== "put") return put;
      const { endpointId, everyMs, lateAfterMs, slots } = setting;
      logger.info("canary.set", {
        tenantId,
        siteId,
        endpointId,
        kind: setting.spec.kind,
        everyMs,
        lateAfterMs,
        slots,
        by,
      });
      return (await store.getCanary({ tenantId, siteId })) ?? "no_site";
    },
    async remove({ tenantId, siteId }, by) {
      const removed = await store.removeCanary({ tenantId, siteId });
      if (removed) logger.info("canary.remove", { tenantId, siteId, by });
      return removed;
    },
    get: (site) => store.getCanary(site),
    list: (tenantId) => store.listCanaries(tenantId),
    probes: (site, limit) => store.listProbes(site, limit),
    async probeNow({ tenantId, siteId }, by) {
      const made = await store.makeDue({ tenantId, siteId }, clock.now());
      if (made) logger.info("canary.run", { tenantId, siteId, by });
      return made;
    },
  };
}
