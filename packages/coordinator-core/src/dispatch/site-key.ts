import type { SiteRef } from "../ports/dispatch-queue.ts";

/** Ids are slugs, so the slash cannot be part of either. */
export function siteKey({ tenantId, siteId }: SiteRef): string {
  return `${tenantId}/${siteId}`;
}
