import {
  explainQuery,
  explanation,
  fleetExplainQuery,
  fleetGrantInput,
  fleetGrantParams,
  grantInput,
  grantPage,
  grantParams,
  grantRecord,
  pageQuery,
  tenantParams,
} from "@cordon/contracts/api";
import { ACCESS_LIMITS, type GrantAnswer, type RevokeAnswer } from "@cordon/coordinator-core";
import { type Decision, type Request, type Scope, VERBS, type Verb } from "@cordon/core/access";
import { AppError, type TenantId } from "@cordon/core/kernel";
import * as z from "zod";
import { grantToWire } from "../../access/access-to-wire.ts";
import { fleet, wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["access"];

/** Roles: who has which where, given, denied and taken back; in a tenant, and on all of them. */
export function grantRoutes(app: ApiApp, { access }: ApiServices): void {
  const list = async (of: TenantId | "allTenants", query: z.output<typeof pageQuery>) =>
    pageOfWhole(
      await access.list(of),
      { limit: query.limit, after: readCursor(z.string(), query.cursor) },
      ({ grantId }) => grantId,
      grantToWire,
    );

  app.get(
    "/tenants/:tenantId/grants",
    {
      config: { access: wholeTenant("people.manage") },
      schema: {
        tags,
        summary: "List who has which role in a tenant, or is denied it",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: grantPage },
      },
    },
    ({ params, query }) => list(params.tenantId, query),
  );

  app.get(
    "/grants",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "List who has which role on all tenants, or is denied it",
        querystring: pageQuery,
        response: { 200: grantPage },
      },
    },
    ({ query }) => list("allTenants", query),
  );

  app.post(
    "/tenants/:tenantId/grants",
    {
      config: { access: wholeTenant("people.manage") },
      schema: {
        tags,
        summary: "Give or deny a person or a group a role in a tenant; nobody gives what he does not have",
        params: tenantParams,
        body: grantInput,
        response: { 201: grantRecord },
      },
    },
    async ({ params, body: { sites, classes, reason, ...wish }, principal }, reply) => {
      const scope: Scope = { kind: "tenant", tenantId: params.tenantId, sites: sites ?? "all" };
      const answer = await access.grant(principal, { ...wish, scope, ...defined({ classes, reason }) });
      return reply.code(201).send(grantToWire(grantedOf(answer)));
    },
  );

  app.post(
    "/grants",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Give or deny a person or a group a role on all tenants, also those that come later",
        body: fleetGrantInput,
        response: { 201: grantRecord },
      },
    },
    async ({ body: { classes, reason, ...wish }, principal }, reply) => {
      const scope: Scope = { kind: "allTenants" };
      const answer = await access.grant(principal, { ...wish, scope, ...defined({ classes, reason }) });
      return reply.code(201).send(grantToWire(grantedOf(answer)));
    },
  );

  app.delete(
    "/tenants/:tenantId/grants/:grantId",
    {
      config: { access: wholeTenant("people.manage") },
      schema: {
        tags,
        summary: "Take back a grant or a deny of a tenant; in force for the next request",
        params: grantParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params: { tenantId, grantId }, principal }, reply) => {
      revokedOrThrow(await access.revoke(principal, tenantId, grantId), grantId);
      return reply.code(204).send();
    },
  );

  app.delete(
    "/grants/:grantId",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Take back a grant or a deny on all tenants; in force for the next request",
        params: fleetGrantParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params: { grantId }, principal }, reply) => {
      revokedOrThrow(await access.revoke(principal, "allTenants", grantId), grantId);
      return reply.code(204).send();
    },
  );

  app.get(
    "/tenants/:tenantId/access",
    {
      config: { access: wholeTenant("people.manage") },
      schema: {
        tags,
        summary: "Explain whether a person may do something in a tenant, and by which grant",
        params: tenantParams,
        querystring: explainQuery,
        response: { 200: explanation },
      },
    },
    async ({ params: { tenantId }, query: { person, verb, siteId, actionClass } }) => {
      const where: Request["where"] = { kind: "tenant", tenantId, ...defined({ siteId }) };
      return explained(verb, await access.explain(person, verb, { where, ...defined({ actionClass }) }));
    },
  );

  app.get(
    "/access",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Explain whether a person may do something about all tenants, and by which grant",
        querystring: fleetExplainQuery,
        response: { 200: explanation },
      },
    },
    async ({ query: { person, verb } }) =>
      explained(verb, await access.explain(person, verb, { where: { kind: "allTenants" } })),
  );
}

function explained(verb: Verb, decision: Decision) {
  const { says, roles } = VERBS[verb];
  return {
    outcome: decision.kind,
    ...("by" in decision ? { grant: grantToWire(decision.by) } : {}),
    verb,
    says,
    roles,
  };
}

export function grantedOf(answer: GrantAnswer) {
  switch (answer.kind) {
    case "granted":
      return answer.grant;
    case "lacking":
    case "above":
      throw notOver(answer);
    case "refused":
      switch (answer.why) {
        case "no_tenant":
          throw new AppError("tenant.not_found", "grant");
        case "no_person":
          throw new AppError("people.not_found", "grant");
        case "too_many":
          throw new AppError("access.too_many", "grants", { details: { max: ACCESS_LIMITS.grantsMax } });
      }
  }
}

function revokedOrThrow(answer: RevokeAnswer, grantId: string): void {
  if (answer.kind === "not_found") throw new AppError("access.grant_not_found", grantId);
  if (answer.kind !== "revoked") throw notOver(answer);
}

export function notOver(answer: Extract<GrantAnswer, { kind: "lacking" | "above" }>): AppError {
  if (answer.kind === "above") return new AppError("access.above", "rights on all tenants");
  return new AppError("access.lacking", answer.verb, { details: { verb: answer.verb, says: VERBS[answer.verb].says } });
}
