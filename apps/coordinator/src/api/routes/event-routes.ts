import {
  decisionPage,
  decisionQuery,
  eventPage,
  eventParams,
  eventQuery,
  eventWithDecisions,
  PAGE_LIMITS,
  pageQuery,
  quarantined,
  quarantinePage,
  quarantineParams,
  replayResult,
  tenantParams,
} from "@cordon/contracts/api";
import { AppError, decisionId, epochMs, eventId } from "@cordon/core/kernel";
import * as z from "zod";
import { wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined, toAction } from "../to-wire.ts";

const tags = ["events"];
const eventCursor = z.tuple([z.number().transform(epochMs), z.string().transform(eventId)]);
const decisionCursor = z.tuple([z.number().transform(epochMs), z.string().transform(decisionId)]);

/** What came in, what was put aside, and what was decided about it [T2]. */
export function eventRoutes(app: ApiApp, services: ApiServices): void {
  const { records } = services;

  app.get(
    "/tenants/:tenantId/events",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "List stored events, newest first",
        params: tenantParams,
        querystring: eventQuery,
        response: { 200: eventPage },
      },
    },
    async ({ params, query }) => {
      const cursor = readCursor(eventCursor, query.cursor);
      const rows = await records.listEvents(params.tenantId, {
        ...defined({ from: query.from, to: query.to }),
        decidedOnly: query.decided,
        ...(cursor === undefined ? {} : { after: { receivedAt: cursor[0], eventId: cursor[1] } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => [row.receivedAt, row.eventId],
      );
    },
  );

  app.get(
    "/tenants/:tenantId/events/:eventId",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "Show an event with its decisions and actions",
        params: eventParams,
        response: { 200: eventWithDecisions },
      },
    },
    async ({ params }) => {
      const tenant = params.tenantId;
      const { eventId } = params;
      const event = await records.getEvent(tenant, eventId);
      if (!event) throw new AppError("event.not_found", eventId);
      const [decisionList, actions] = await Promise.all([
        services.actions.decisions(tenant, { eventId, limit: PAGE_LIMITS.max }),
        services.actions.list(tenant, { eventId, limit: PAGE_LIMITS.max }),
      ]);
      return { ...event, decisionList, actions: actions.map(toAction) };
    },
  );

  app.get(
    "/tenants/:tenantId/decisions",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "List decisions, newest first: why, and why not",
        params: tenantParams,
        querystring: decisionQuery,
        response: { 200: decisionPage },
      },
    },
    async ({ params, query }) => {
      const cursor = readCursor(decisionCursor, query.cursor);
      const rows = await services.actions.decisions(params.tenantId, {
        ...defined({
          siteId: query.siteId,
          endpointId: query.endpointId,
          eventId: query.eventId,
          ruleId: query.ruleId,
          verdict: query.verdict,
          code: query.code,
          from: query.from,
          to: query.to,
        }),
        ...(cursor === undefined ? {} : { after: { decidedAt: cursor[0], decisionId: cursor[1] } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => [row.decidedAt, row.decisionId],
      );
    },
  );

  app.get(
    "/tenants/:tenantId/quarantine",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "List events that were put aside, newest first",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: quarantinePage },
      },
    },
    async ({ params, query }) => {
      const cursor = readCursor(z.number(), query.cursor);
      const rows = await records.listQuarantine(params.tenantId, {
        ...(cursor === undefined ? {} : { after: { quarantineId: cursor } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => row.quarantineId,
      );
    },
  );

  app.get(
    "/tenants/:tenantId/quarantine/:quarantineId",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "Show one event in quarantine",
        params: quarantineParams,
        response: { 200: quarantined },
      },
    },
    async ({ params }) => {
      const found = await records.getQuarantined(params.tenantId, params.quarantineId);
      if (!found) throw new AppError("event.not_quarantined", String(params.quarantineId));
      return found;
    },
  );

  app.post(
    "/tenants/:tenantId/quarantine/:quarantineId/replay",
    {
      config: { access: wholeTenant("events.replay") },
      schema: {
        tags,
        summary: "Take an event out of quarantine as if it came in now",
        params: quarantineParams,
        response: { 200: replayResult },
      },
    },
    async ({ params }) => {
      const replayed = await services.replay(params.tenantId, params.quarantineId);
      switch (replayed.kind) {
        case "not_found":
          throw new AppError("event.not_quarantined", String(params.quarantineId));
        case "truncated":
          throw new AppError("event.not_replayable", String(params.quarantineId));
        case "still_bad":
          throw new AppError("event.invalid", replayed.message, { details: { problem: replayed.message } });
        case "replayed": {
          const { answer } = replayed;
          if (answer.kind === "stored") return answer;
          const details = { retryAfterSeconds: answer.retryAfterSeconds };
          throw new AppError(answer.code, "replay", { details });
        }
      }
    },
  );
}
