import {
  endpointLabels,
  endpointLabelsInput,
  endpointLabelsPage,
  endpointLabelsPut,
  endpointParams,
  pageQuery,
  tenantParams,
} from "@cordon/contracts/api";
import { AppError, endpointId, siteId } from "@cordon/core/kernel";
import * as z from "zod";
import { atSite, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";

const tags = ["brakes"];
const labelCursor = z.tuple([z.string().transform(siteId), z.string().transform(endpointId)]);

/** Roles and tags of endpoints, by which brakes name them. */
export function labelRoutes(app: ApiApp, { labels, loosenings }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/endpoint-labels",
    {
      config: { access: someOf("estate.read") },
      schema: {
        tags,
        summary: "List endpoints that have roles or tags",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: endpointLabelsPage },
      },
    },
    async ({ params, query, principal }) => {
      const cursor = readCursor(labelCursor, query.cursor);
      const rows = await labels.list(params.tenantId, {
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
    "/tenants/:tenantId/sites/:siteId/endpoints/:endpointId/labels",
    {
      config: { access: atSite("estate.read") },
      schema: {
        tags,
        summary: "Show an endpoint's roles and tags",
        params: endpointParams,
        response: { 200: endpointLabels },
      },
    },
    async ({ params }) => {
      const found = await labels.get(params.tenantId, params);
      if (found === undefined) throw new AppError("endpoint.labels_not_found", `${params.siteId}/${params.endpointId}`);
      return found;
    },
  );

  app.put(
    "/tenants/:tenantId/sites/:siteId/endpoints/:endpointId/labels",
    {
      config: { access: atSite("endpoints.label") },
      schema: {
        tags,
        summary: "Replace an endpoint's roles and tags",
        params: endpointParams,
        body: endpointLabelsInput,
        response: { 200: endpointLabelsPut },
      },
    },
    async ({ params, body, actor }) => {
      const answer = await loosenings.relabel(params.tenantId, params, body, actor);
      if (answer.kind === "not_found") {
        throw new AppError("endpoint.not_found", `${params.siteId}/${params.endpointId}`);
      }
      return { ...answer.now, ...(answer.kind === "done" ? {} : { awaitsSecond: answer.loosening }) };
    },
  );
}
