import { isAllowed, mayInTenant, type Principal, seesTenant, VERBS } from "@cordon/core/access";
import { AppError, type ErrorCode, type SiteId, type TenantId } from "@cordon/core/kernel";
import type { FastifyRequest } from "fastify";
import type { ApiApp } from "../api/api-server.ts";
import type { Ask, RouteAccess } from "./route-access.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, with what it may do, and from where. */
    principal: Principal;
    /** Under which name it is kept: a token's is its person's. */
    actor: string;
  }
}

/** Before anything of a request is looked at: who it is. Throws what it is not to be let in for. */
export type Identify = (request: FastifyRequest) => Promise<Principal>;

/**
 * The one place where the API's rights are enforced: who asks, before the path's parts and the body are read; what a body or the record
 * names, behind their validation. A route that does not say what it is about does not start.
 */
export function enforceAccess(app: ApiApp, identify: Identify): void {
  app.decorateRequest("actor", "");
  app.decorateRequest("principal");
  app.addHook("onRoute", (route) => {
    const access = route.config?.access;
    if (access === undefined) throw new Error(`${route.method} ${route.url} does not say who may use it`);
    if (route.schema === undefined) return;
    const shown = access.kind === "known" ? "known" : access.verb;
    route.schema = { ...route.schema, security: [{ adminToken: [] }], ...{ "x-cordon-access": shown } };
  });
  app.addHook("onRequest", async (request) => {
    const principal = await identify(request);
    request.principal = principal;
    request.actor = principal.name;
    checkPath(principal, accessOf(request), request.params);
  });
  app.addHook("preHandler", async (request) => {
    const access = accessOf(request);
    if (access.kind !== "each") return;
    for (const ask of await access.asks(request)) checkAsk(request.principal, ask, access.missing);
  });
}

function accessOf({ routeOptions }: FastifyRequest): RouteAccess {
  const { access } = routeOptions.config;
  if (access === undefined) throw new AppError("internal.unexpected", `${routeOptions.url} has no access`);
  return access;
}

/** [S10] Of a tenant that the asker does not see nothing is said but that it is not there, before anything of it is validated or read. */
function checkPath(principal: Principal, access: RouteAccess, params: unknown): void {
  const { tenantId, siteId } = params as { readonly tenantId?: TenantId; readonly siteId?: SiteId };
  if (tenantId !== undefined && !seesTenant(principal, tenantId)) throw new AppError("tenant.not_found", tenantId);
  switch (access.kind) {
    case "known":
      break;
    case "fleet":
      checkAsk(principal, { verb: access.verb, where: { kind: "allTenants" } });
      break;
    case "tenant":
      checkAsk(principal, { verb: access.verb, where: inTenant(tenantId) });
      break;
    case "site":
      checkAsk(principal, { verb: access.verb, where: { ...inTenant(tenantId), ...(siteId && { siteId }) } });
      break;
    case "some":
    case "each":
      if (tenantId !== undefined && !mayInTenant(principal, access.verb, tenantId)) {
        throw denied({ verb: access.verb, where: inTenant(tenantId) });
      }
  }
}

function inTenant(tenantId: TenantId | undefined) {
  if (tenantId === undefined) throw new AppError("internal.unexpected", "a route about a tenant has none in its path");
  return { kind: "tenant", tenantId } as const;
}

function checkAsk(principal: Principal, ask: Ask, missing: ErrorCode = "tenant.not_found"): void {
  const { where } = ask;
  if (where.kind === "tenant" && !seesTenant(principal, where.tenantId)) throw new AppError(missing, where.tenantId);
  if (!isAllowed(principal, ask.verb, ask)) throw denied(ask);
}

/** Names the right and the roles that have it, so that the person knows what to ask for. */
export function denied({ verb, where, actionClass }: Ask): AppError {
  const { says, roles } = VERBS[verb];
  const { kind: _kind, ...place } = where;
  const details = { verb, says, roles, ...place, ...(actionClass === undefined ? {} : { actionClass }) };
  return new AppError("access.denied", verb, { details });
}
