import type { TenantId } from "../kernel/index.ts";
import type { Access, Grant, Request, Where } from "./grant.ts";
import type { Principal } from "./principal.ts";
import { hasVerb, takesVerb, VERBS, type Verb } from "./verbs.ts";

export type Decision =
  | { readonly kind: "allowed"; readonly by: Grant }
  | { readonly kind: "denied"; readonly by: Grant }
  /** Nothing that the person has gives it. */
  | { readonly kind: "no_grant" }
  /** The person may, and the token that asks for it may not. */
  | { readonly kind: "out_of_bounds" };

/** [A1]-[A8] Whether somebody may do something somewhere, and by which grant. The one place where that is decided. */
export function decide({ grants, bounds }: Pick<Principal, "grants" | "bounds">, verb: Verb, asked: Request): Decision {
  const own = weigh(grants, verb, asked);
  if (own.kind !== "allowed" || bounds === undefined) return own;
  return weigh(bounds, verb, asked).kind === "allowed" ? own : { kind: "out_of_bounds" };
}

export function isAllowed(who: Pick<Principal, "grants" | "bounds">, verb: Verb, asked: Request): boolean {
  return decide(who, verb, asked).kind === "allowed";
}

/** [A9] Whether there is anything in the tenant about which the verb may be allowed; what exactly is asked of `decide`. */
export function mayInTenant(who: Pick<Principal, "grants" | "bounds">, verb: Verb, tenantId: TenantId): boolean {
  const somewhere = (given: readonly Access[]): boolean =>
    given.some((one) => one.effect === "allow" && hasVerb(one.role, verb) && touches(one, tenantId)) &&
    !given.some((one) => one.effect === "deny" && takesVerb(one.role, verb) && takesAllOf(one, tenantId));
  return somewhere(who.grants) && (who.bounds === undefined || somewhere(who.bounds));
}

/** [A10] A tenant exists for those who may look at something of it. */
export function seesTenant(who: Pick<Principal, "grants" | "bounds">, tenantId: TenantId): boolean {
  return mayInTenant(who, "estate.read", tenantId);
}

function weigh<G extends Access>(
  given: readonly G[],
  verb: Verb,
  asked: Request,
): { readonly kind: "allowed" | "denied"; readonly by: G } | { readonly kind: "no_grant" } {
  const deny = given.find((one) => one.effect === "deny" && takesVerb(one.role, verb) && overlaps(one, verb, asked));
  if (deny !== undefined) return { kind: "denied", by: deny };
  const allow = given.find((one) => one.effect === "allow" && hasVerb(one.role, verb) && covers(one, verb, asked));
  return allow === undefined ? { kind: "no_grant" } : { kind: "allowed", by: allow };
}

/** [A3] An allow counts for what lies in it whole. */
function covers({ scope, classes }: Access, verb: Verb, { where, actionClass }: Request): boolean {
  if (VERBS[verb].byClass && classes !== undefined && (actionClass === undefined || !classes.includes(actionClass))) {
    return false;
  }
  if (scope.kind === "allTenants") return VERBS[verb].reach !== "fleet" || where.kind === "allTenants";
  if (where.kind === "allTenants" || VERBS[verb].reach === "fleet") return false;
  if (scope.tenantId !== where.tenantId) return false;
  return scope.sites === "all" || (where.siteId !== undefined && scope.sites.includes(where.siteId));
}

/** [A4] A deny counts for whatever it touches. */
function overlaps({ scope, classes }: Access, verb: Verb, { where, actionClass }: Request): boolean {
  if (classes !== undefined) {
    if (!VERBS[verb].byClass) return false;
    if (actionClass !== undefined && !classes.includes(actionClass)) return false;
  }
  return sharesPlace(scope, where);
}

function sharesPlace(scope: Access["scope"], where: Where): boolean {
  if (scope.kind === "allTenants" || where.kind === "allTenants") return true;
  if (scope.tenantId !== where.tenantId) return false;
  return scope.sites === "all" || where.siteId === undefined || scope.sites.includes(where.siteId);
}

function touches({ scope }: Access, tenantId: TenantId): boolean {
  return scope.kind === "allTenants" || scope.tenantId === tenantId;
}

function takesAllOf({ scope, classes }: Access, tenantId: TenantId): boolean {
  if (classes !== undefined) return false;
  return scope.kind === "allTenants" || (scope.tenantId === tenantId && scope.sites === "all");
}
