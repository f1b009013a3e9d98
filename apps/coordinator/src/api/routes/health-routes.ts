import {
  endpoint,
  endpointPage,
  endpointParams,
  endpointQuery,
  pageQuery,
  processHealth,
  siteHealthPage,
  tenantParams,
} from "@cordon/contracts/api";
import type { Canary, SiteProblem, SiteView } from "@cordon/coordinator-core";
import { AppError, endpointId, errorSpec, siteId } from "@cordon/core/kernel";
import * as z from "zod";
import { atSite, known, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, pageOfWhole, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";
import { toCanary } from "./canary-routes.ts";

const tags = ["health"];

/** How the process, the sites and the endpoints stand. */
export function healthRoutes(app: ApiApp, services: ApiServices): void {
  const { estate } = services;

  app.get(
    "/health",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "Show the process's health; 503 when it cannot do its work",
        response: { 200: processHealth, 503: processHealth },
      },
    },
    async (_request, reply) => {
      const health = await services.health.look();
      return reply.code(health.ok ? 200 : 503).send(health);
    },
  );

  app.get(
    "/tenants/:tenantId/health",
    {
      config: { access: someOf("estate.read") },
      schema: {
        tags,
        summary: "Show each site: connection, queue, service console, KSC",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: siteHealthPage },
      },
    },
    async ({ params, query, principal }) => {
      const page = { limit: query.limit, after: readCursor(z.string(), query.cursor) };
      const [sites, canaries] = await Promise.all([
        estate.listSites(params.tenantId),
        services.canaries.list(params.tenantId),
      ]);
      const canaryOf = new Map(canaries.map((canary) => [canary.siteId, canary]));
      return pageOfWhole(
        sites.filter(atSites(principal, "estate.read", params.tenantId)),
        page,
        (row) => row.siteId,
        (row) => ({ ...toSiteHealth(row), ...withCanary(canaryOf.get(row.siteId)) }),
      );
    },
  );

  app.get(
    "/tenants/:tenantId/endpoints",
    {
      config: { access: someOf("estate.read") },
      schema: {
        tags,
        summary: "List endpoints with their task budget",
        params: tenantParams,
        querystring: endpointQuery,
        response: { 200: endpointPage },
      },
    },
    async ({ params, query, principal }) => {
      const cursor = readCursor(
        z.tuple([z.string().transform(siteId), z.string().transform(endpointId)]),
        query.cursor,
      );
      const rows = await estate.listEndpoints(params.tenantId, {
        ...defined({ siteId: query.siteId, text: query.text }),
        ...(cursor === undefined ? {} : { after: { siteId: cursor[0], endpointId: cursor[1] } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => [row.siteId, row.endpointId],
        atSites(principal, "estate.read", params.tenantId),
      );
    },
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId/endpoints/:endpointId",
    {
      config: { access: atSite("estate.read") },
      schema: {
        tags,
        summary: "Show an endpoint with its task budget",
        params: endpointParams,
        response: { 200: endpoint },
      },
    },
    async ({ params }) => {
      const id = params.endpointId;
      const found = await estate.getEndpoint(params.tenantId, params.siteId, id);
      if (!found) throw new AppError("endpoint.not_found", id);
      return found;
    },
  );
}

function withCanary(canary: Canary | undefined) {
  return canary === undefined ? {} : { canary: toCanary(canary) };
}

function toSiteHealth({ siteId, session, standbys, readiness, queue }: SiteView) {
  const { kscProblem } = session ?? {};
  const withMend = (problem: SiteProblem) => ({ ...problem, mend: errorSpec(problem.code).mend });
  return {
    siteId,
    ...defined({
      connectedSince: session?.connectedSince,
      lastSeenAt: session?.lastSeenAt,
      agentId: session?.agentId,
      agentVersion: session?.agentVersion,
      queue,
      readiness,
      kscProblem: kscProblem && withMend(kscProblem),
    }),
    actingLeaseSeconds: (session?.actingLeaseMs ?? 0) / 1_000,
    standbys: standbys.map(({ kscProblem: trouble, ...standby }) => ({
      ...standby,
      ...(trouble === undefined ? {} : { kscProblem: withMend(trouble) }),
    })),
    connected: session?.connected ?? false,
    epoch: session?.epoch ?? 0,
    endpoints: session?.endpoints ?? 0,
    serviceConsole: session?.serviceConsole ?? "unknown",
    ledger: session?.ledger ?? { endpoints: 0, open: 0, deferred: 0 },
  };
}
