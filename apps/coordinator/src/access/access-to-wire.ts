import type { AccessInput } from "@cordon/contracts/api";
import type { Access, Grant } from "@cordon/core/access";
import { defined } from "../api/to-wire.ts";

/** The scope lies flat there: no tenant stands for all, no sites for all sites. */
export function accessToWire({ effect, role, scope, classes }: Access) {
  const where =
    scope.kind === "allTenants"
      ? {}
      : { tenantId: scope.tenantId, sites: scope.sites === "all" ? undefined : scope.sites };
  return { effect, role, ...defined({ ...where, classes }) };
}

export function grantToWire<T extends Grant>(grant: T) {
  const { scope: _scope, classes: _classes, ...rest } = grant;
  return { ...rest, ...accessToWire(grant) };
}

/** The schema lets exactly one of tenant and all tenants through. */
export function accessFromWire({ effect, role, classes, tenantId, sites }: AccessInput): Access {
  return {
    effect,
    role,
    scope: tenantId === undefined ? { kind: "allTenants" } : { kind: "tenant", tenantId, sites: sites ?? "all" },
    ...(classes === undefined ? {} : { classes }),
  };
}
