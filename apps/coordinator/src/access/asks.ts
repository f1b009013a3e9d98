import type { ActionDesk, ApprovalDesk, BrakeDesk } from "@cordon/coordinator-core";
import type { Verb } from "@cordon/core/access";
import { classOf } from "@cordon/core/action";
import type { ActionId, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";
import { type Ask, eachOf, type RouteAccess } from "./route-access.ts";

interface OfAction {
  readonly tenantId: TenantId;
  readonly actionId: ActionId;
}

/** About the site and the class of the action in the path. */
export function ofAction(verb: Verb, actions: Pick<ActionDesk, "get">): RouteAccess {
  return eachOf<OfAction>(verb, async ({ tenantId, actionId }) => {
    const found = await actions.get(tenantId, actionId);
    if (found === undefined) return [];
    const where = { kind: "tenant", tenantId, siteId: found.siteId } as const;
    return [{ verb, where, actionClass: classOf(found.spec.kind) }];
  });
}

export function ofApproval(verb: Verb, approvals: Pick<ApprovalDesk, "get">): RouteAccess {
  return eachOf<OfAction>(verb, async ({ tenantId, actionId }) => {
    const found = await approvals.get(tenantId, actionId);
    return found === undefined ? [] : [inTenant(verb, tenantId, found.siteId)];
  });
}

/** About the site of the tenant's brake in the path; one of every tenant binds the tenant whole. */
export function ofBrake(verb: Verb, brakes: Pick<BrakeDesk, "get">): RouteAccess {
  return eachOf<{ readonly tenantId: TenantId; readonly brakeId: string }>(verb, async ({ tenantId, brakeId }) => {
    const found = await brakes.get(tenantId, brakeId);
    return found === undefined ? [] : [inTenant(verb, tenantId, found.scope.siteId)];
  });
}

/** The body names a site of the tenant, or means all of them. */
export function siteInBody(verb: Verb): RouteAccess {
  return eachOf<{ readonly tenantId: TenantId }, { readonly siteId?: SiteId | undefined }>(
    verb,
    ({ tenantId }, { siteId }) => [inTenant(verb, tenantId, siteId)],
  );
}

/**
 * About as many tenants as the path or the body names. One: a right there is enough. Several: it takes the right about all tenants,
 * however many of them somebody has rights in.
 */
export function ofTenants<P, B = unknown>(
  verbs: { readonly one: Verb; readonly several: Verb },
  tenantsOf: (params: P, body: B) => readonly TenantId[] | Promise<readonly TenantId[]>,
  missing?: ErrorCode,
): RouteAccess {
  return eachOf<P, B>(
    verbs.one,
    async (params, body) => {
      const tenants = [...new Set(await tenantsOf(params, body))];
      const each = tenants.map((tenantId) => inTenant(verbs.one, tenantId));
      return tenants.length > 1 ? [...each, { verb: verbs.several, where: { kind: "allTenants" } }] : each;
    },
    missing,
  );
}

export function inTenant(verb: Verb, tenantId: TenantId, siteId?: SiteId): Ask {
  return { verb, where: { kind: "tenant", tenantId, ...(siteId === undefined ? {} : { siteId }) } };
}
