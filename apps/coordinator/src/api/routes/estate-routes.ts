import {
  agent,
  agentParams,
  decommissioned,
  enrolmentToken,
  enrolmentTokenInput,
  newEnrolmentToken,
  pageOf,
  pageQuery,
  promotion,
  promotionInput,
  site,
  siteInput,
  siteLabelsInput,
  siteParams,
  tenant,
  tenantInput,
  tenantParams,
} from "@cordon/contracts/api";
import { seesTenant } from "@cordon/core/access";
import { AppError, type SiteId, type TenantId } from "@cordon/core/kernel";
import { formatEnrolmentToken } from "@cordon/identity";
import * as z from "zod";
import { atSite, fleet, known, someOf, wholeTenant } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const idCursor = z.string();
const tags = ["estate"];

/** Tenants, their sites, and how agents come to a site. */
export function estateRoutes(app: ApiApp, services: ApiServices): void {
  const { estate } = services;

  app.get(
    "/tenants",
    {
      config: { access: known() },
      schema: { tags, summary: "List tenants", querystring: pageQuery, response: { 200: pageOf(tenant) } },
    },
    async ({ query, principal }) => {
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(
        (await estate.listTenants()).filter(({ tenantId }) => seesTenant(principal, tenantId)),
        page,
        (row) => row.tenantId,
        (row) => row,
      );
    },
  );

  app.post(
    "/tenants",
    {
      config: { access: fleet("tenants.add") },
      schema: { tags, summary: "Add a tenant", body: tenantInput, response: { 201: tenant } },
    },
    async ({ body }, reply) => {
      const id = body.tenantId;
      if ((await estate.createTenant(id, body.name)) === "exists") throw new AppError("tenant.exists", id);
      return reply.code(201).send(await tenantOrThrow(services, id));
    },
  );

  app.get(
    "/tenants/:tenantId",
    {
      config: { access: someOf("estate.read") },
      schema: { tags, summary: "Show a tenant", params: tenantParams, response: { 200: tenant } },
    },
    async ({ params }) => tenantOrThrow(services, params.tenantId),
  );

  app.get(
    "/tenants/:tenantId/sites",
    {
      config: { access: someOf("estate.read") },
      schema: {
        tags,
        summary: "List a tenant's sites",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: pageOf(site) },
      },
    },
    async ({ params, query, principal }) => {
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(
        (await estate.listSites(params.tenantId)).filter(atSites(principal, "estate.read", params.tenantId)),
        page,
        (row) => row.siteId,
        (row) => row,
      );
    },
  );

  app.post(
    "/tenants/:tenantId/sites",
    {
      config: { access: wholeTenant("sites.add") },
      schema: { tags, summary: "Add a site", params: tenantParams, body: siteInput, response: { 201: site } },
    },
    async ({ params, body }, reply) => {
      const tenant = params.tenantId;
      const id = body.siteId;
      const created = await estate.createSite(tenant, id, body.name, body.aliases);
      if (created === "no_tenant") throw new AppError("tenant.not_found", tenant);
      if (created === "exists") throw new AppError("site.exists", id);
      return reply.code(201).send(await siteOrThrow(services, tenant, id));
    },
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId",
    {
      config: { access: atSite("estate.read") },
      schema: { tags, summary: "Show a site", params: siteParams, response: { 200: site } },
    },
    async ({ params }) => siteOrThrow(services, params.tenantId, params.siteId),
  );

  app.put(
    "/tenants/:tenantId/sites/:siteId/labels",
    {
      config: { access: atSite("endpoints.label") },
      schema: {
        tags,
        summary: "Replace a site's labels, by which the waves of a rollout choose it",
        params: siteParams,
        body: siteLabelsInput,
        response: { 200: site },
      },
    },
    async ({ params, body, actor }) => {
      const { tenantId, siteId } = params;
      if (!(await estate.labelSite(tenantId, siteId, body.labels, actor))) throw new AppError("site.not_found", siteId);
      return siteOrThrow(services, tenantId, siteId);
    },
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId/enrolment-tokens",
    {
      config: { access: atSite("estate.read") },
      schema: {
        tags,
        summary: "List a site's enrolment tokens (never their text)",
        params: siteParams,
        querystring: pageQuery,
        response: { 200: pageOf(enrolmentToken) },
      },
    },
    async ({ params, query }) => {
      const { tenantId, siteId } = await siteOrThrow(services, params.tenantId, params.siteId);
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      const tokens = await services.enrolment.listTokens(tenantId, siteId);
      return pageOfWhole(
        tokens,
        page,
        (row) => row.tokenId,
        (row) => row,
      );
    },
  );

  app.post(
    "/tenants/:tenantId/sites/:siteId/enrolment-tokens",
    {
      config: { access: atSite("agents.enrol") },
      schema: {
        tags,
        summary: "Make a one-time token for a new agent; its text is shown only here",
        params: siteParams,
        body: enrolmentTokenInput,
        response: { 201: newEnrolmentToken },
      },
    },
    async ({ params, body }, reply) => {
      const [tenant, siteId] = [params.tenantId, params.siteId];
      const made = await services.enrolment.createToken(tenant, siteId, {
        ttlMs: body.validForSeconds * 1_000,
        ...(body.keyFingerprint === undefined ? {} : { keyFingerprint: body.keyFingerprint }),
      });
      if (!made) throw new AppError("site.not_found", siteId);
      const text = formatEnrolmentToken({
        url: services.urls().api,
        caFingerprint: services.authority.fingerprint,
        secret: made.secret,
      });
      return reply.code(201).send({ ...made.token, token: text.reveal() });
    },
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId/agents",
    {
      config: { access: atSite("estate.read") },
      schema: {
        tags,
        summary: "List a site's agents",
        params: siteParams,
        querystring: pageQuery,
        response: { 200: pageOf(agent) },
      },
    },
    async ({ params, query }) => {
      const { tenantId, siteId } = await siteOrThrow(services, params.tenantId, params.siteId);
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(
        await services.enrolment.listAgents(tenantId, siteId),
        page,
        (row) => row.agentId,
        (row) => row,
      );
    },
  );

  app.post(
    "/tenants/:tenantId/sites/:siteId/promote",
    {
      config: { access: atSite("agents.manage") },
      schema: {
        tags,
        summary: "Make a waiting agent the site's active one, as soon as the former cannot act any more",
        params: siteParams,
        body: promotionInput,
        response: { 202: promotion },
      },
    },
    async ({ params, body }, reply) => {
      const { tenantId, siteId } = await siteOrThrow(services, params.tenantId, params.siteId);
      const { agentId, oldIsStopped } = body;
      const answer = await estate.promote(tenantId, siteId, {
        oldIsStopped,
        ...(agentId === undefined ? {} : { agentId }),
      });
      switch (answer.kind) {
        case "ordered":
          return reply.code(202).send({ agentId: answer.agentId, epoch: answer.epoch });
        case "already_active":
          throw new AppError("site.no_standby", `${answer.agentId} is the site's active agent`);
        case "no_standby":
          throw new AppError("site.no_standby", agentId ?? siteId);
        case "unleased":
          throw new AppError("site.active_unleased", answer.agentId);
      }
    },
  );

  app.delete(
    "/tenants/:tenantId/agents/:agentId",
    {
      config: { access: wholeTenant("agents.manage") },
      schema: {
        tags,
        summary: "Revoke an agent: its certificate is refused from now on",
        params: agentParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params }, reply) => {
      const id = params.agentId;
      if (!(await services.revokeAgent(params.tenantId, id))) throw new AppError("agent.not_found", id);
      return reply.code(204).send();
    },
  );

  app.post(
    "/tenants/:tenantId/agents/:agentId/decommission",
    {
      config: { access: wholeTenant("agents.manage") },
      schema: {
        tags,
        summary: "Take an agent out of service for good: it is revoked, and what it leaves open is told",
        params: agentParams,
        response: { 200: decommissioned },
      },
    },
    async ({ params }) => {
      const answer = await services.decommissionAgent(params.tenantId, params.agentId);
      if (!answer) throw new AppError("agent.not_found", params.agentId);
      return answer;
    },
  );
}

async function tenantOrThrow(services: ApiServices, id: TenantId) {
  const found = await services.estate.getTenant(id);
  if (!found) throw new AppError("tenant.not_found", id);
  return found;
}

async function siteOrThrow(services: ApiServices, tenant: TenantId, id: SiteId) {
  const found = await services.estate.getSite(tenant, id);
  if (!found) throw new AppError("site.not_found", id);
  return found;
}
