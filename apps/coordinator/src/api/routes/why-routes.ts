import { endpointParams, eventParams, why, whyEvent, whyEventQuery, whyQuery } from "@cordon/contracts/api";
import type { ExplainedEvent, WhyAnswer } from "@cordon/coordinator-core";
import { AppError, epochMs, eventId } from "@cordon/core/kernel";
import * as z from "zod";
import { atSite, wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { encodeCursor, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";
import { toWire as toBrake } from "./brake-routes.ts";

const tags = ["events"];
const eventCursor = z.tuple([z.number().transform(epochMs), z.string().transform(eventId)]);

/** Why something was done, and why not [T2]. */
export function whyRoutes(app: ApiApp, services: ApiServices): void {
  app.get(
    "/tenants/:tenantId/sites/:siteId/endpoints/:endpointId/why",
    {
      config: { access: atSite("actions.read") },
      schema: {
        tags,
        summary: "What came in about an endpoint around a time, what each rule made of it, and how things stood",
        params: endpointParams,
        querystring: whyQuery,
        response: { 200: why },
      },
    },
    async ({ params: { tenantId, siteId, endpointId }, query }) => {
      const cursor = readCursor(eventCursor, query.cursor);
      const answer = await services.why.endpoint(tenantId, {
        siteId,
        endpointId,
        ...defined({ at: query.at }),
        aroundMs: query.aroundSeconds * 1_000,
        limit: query.limit,
        ...(cursor === undefined ? {} : { after: { receivedAt: cursor[0], eventId: cursor[1] } }),
      });
      if (answer === undefined) throw new AppError("endpoint.not_found", endpointId);
      return toWhy(answer);
    },
  );

  app.get(
    "/tenants/:tenantId/events/:eventId/why",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "What each rule of that time made of an event, with the first clause that failed",
        params: eventParams,
        querystring: whyEventQuery,
        response: { 200: whyEvent },
      },
    },
    async ({ params, query }): Promise<ExplainedEvent> => {
      const explained = await services.why.event(params.tenantId, params.eventId, query.siteId);
      if (explained === undefined) throw new AppError("event.not_found", params.eventId);
      return explained;
    },
  );
}

function toWhy({ state, next, ...answer }: WhyAnswer) {
  return {
    ...answer,
    state: { ...state, brakes: state.brakes.map(({ brake, ...then }) => ({ ...then, brake: toBrake(brake) })) },
    ...(next === undefined ? {} : { nextCursor: encodeCursor([next.receivedAt, next.eventId]) }),
  };
}
