import { isAllowed, type Principal, type Verb } from "@cordon/core/access";
import type { SiteId, TenantId } from "@cordon/core/kernel";

/** Which rows of a tenant somebody may see or change. */
export function atSites(
  principal: Principal,
  verb: Verb,
  tenantId: TenantId,
): (row: { readonly siteId: SiteId }) => boolean {
  return ({ siteId }) => isAllowed(principal, verb, { where: { kind: "tenant", tenantId, siteId } });
}

/** What is of one tenant is seen with a right there; what is of several only with the one about all tenants. */
export function seesAllOf(
  principal: Principal,
  verbs: { readonly one: Verb; readonly several: Verb },
  tenants: readonly TenantId[],
): boolean {
  if (tenants.length > 1 && !isAllowed(principal, verbs.several, { where: { kind: "allTenants" } })) return false;
  return tenants.every((tenantId) => isAllowed(principal, verbs.one, { where: { kind: "tenant", tenantId } }));
}
