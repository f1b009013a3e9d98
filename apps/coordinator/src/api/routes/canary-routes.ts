import {
  canary,
  canaryInput,
  canaryPage,
  canaryProbePage,
  pageQuery,
  siteParams,
  tenantParams,
} from "@cordon/contracts/api";
import { type Canary, canarySpec } from "@cordon/coordinator-core";
import { AppError, type SiteId } from "@cordon/core/kernel";
import * as z from "zod";
import { atSite, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const tags = ["canaries"];

/** Harmless actions on a schedule, so that a site that cannot enforce is known before it has to. */
export function canaryRoutes(app: ApiApp, { canaries, estate }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/canaries",
    {
      config: { access: someOf("estate.read") },
      schema: {
        tags,
        summary: "List a tenant's canaries and how they do",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: canaryPage },
      },
    },
    async ({ params, query, principal }) =>
      pageOfWhole(
        (await canaries.list(params.tenantId)).filter(atSites(principal, "estate.read", params.tenantId)),
        { limit: query.limit, after: readCursor(z.string(), query.cursor) },
        (row) => row.siteId,
        toCanary,
      ),
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId/canary",
    {
      config: { access: atSite("estate.read") },
      schema: { tags, summary: "Show a site's canary", params: siteParams, response: { 200: canary } },
    },
    async ({ params }) => toCanary(found(await canaries.get(params), params.siteId)),
  );

  app.put(
    "/tenants/:tenantId/sites/:siteId/canary",
    {
      config: { access: atSite("canaries.write") },
      schema: {
        tags,
        summary: "Have a site probed on a schedule; the first probe goes out at once",
        params: siteParams,
        body: canaryInput,
        response: { 200: canary },
      },
    },
    async ({ params, body, actor }) => {
      const put = await canaries.put(
        params,
        {
          endpointId: body.endpointId,
          spec: canarySpec(body.kind),
          everyMs: body.everySeconds * 1_000,
          lateAfterMs: body.lateAfterSeconds * 1_000,
          slots: body.slots,
        },
        actor,
      );
      if (put === "no_site") throw new AppError("site.not_found", params.siteId);
      if (put === "no_endpoint") throw new AppError("endpoint.not_found", body.endpointId);
      return toCanary(put);
    },
  );

  app.delete(
    "/tenants/:tenantId/sites/:siteId/canary",
    {
      config: { access: atSite("canaries.write") },
      schema: {
        tags,
        summary: "Probe a site no longer",
        params: siteParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params, actor }, reply) => {
      if (!(await canaries.remove(params, actor))) throw new AppError("canary.not_found", params.siteId);
      return reply.code(204).send();
    },
  );

  app.post(
    "/tenants/:tenantId/sites/:siteId/canary/run",
    {
      config: { access: atSite("canaries.write") },
      schema: { tags, summary: "Send a probe now", params: siteParams, response: { 202: canary } },
    },
    async ({ params, actor }, reply) => {
      if (!(await canaries.probeNow(params, actor))) throw new AppError("canary.not_found", params.siteId);
      return reply.code(202).send(toCanary(found(await canaries.get(params), params.siteId)));
    },
  );

  app.get(
    "/tenants/:tenantId/sites/:siteId/canary/probes",
    {
      config: { access: atSite("estate.read") },
      schema: {
        tags,
        summary: "List a site's last probes, newest first",
        params: siteParams,
        querystring: pageQuery.omit({ cursor: true }),
        response: { 200: canaryProbePage },
      },
    },
    async ({ params, query }) => {
      const { tenantId, siteId } = params;
      if ((await estate.getSite(tenantId, siteId)) === undefined) throw new AppError("site.not_found", siteId);
      return { items: await canaries.probes(params, query.limit) };
    },
  );
}

export function toCanary({ spec, everyMs, lateAfterMs, ...canary }: Canary) {
  return {
    ...canary,
    kind: spec.kind,
    everySeconds: everyMs / 1_000,
    lateAfterSeconds: lateAfterMs / 1_000,
    state: stateOf(canary),
  };
}

function stateOf({ alarm, lastPassedAt }: Pick<Canary, "alarm" | "lastPassedAt">): "passing" | "failing" | "waiting" {
  if (alarm !== undefined) return "failing";
  return lastPassedAt === undefined ? "waiting" : "passing";
}

function found(canary: Canary | undefined, siteId: SiteId): Canary {
  if (canary === undefined) throw new AppError("canary.not_found", siteId);
  return canary;
}
