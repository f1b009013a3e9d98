import {
  coolDownReset,
  coolDownResetInput,
  coolDownResetPage,
  coolDownResetQuery,
  rearmInput,
  ruleHold,
  ruleHoldPage,
  ruleHoldParams,
  ruleHoldQuery,
  tenantParams,
} from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { siteInBody } from "../../access/asks.ts";
import { wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["brakes"];
const rowCursor = z.number().int();

/** What keeps a rule from acting because of what it did before, and letting it act again [S3]. */
export function ruleHoldRoutes(app: ApiApp, { brakes }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/rule-holds",
    {
      config: { access: wholeTenant("brakes.read") },
      schema: {
        tags,
        summary: "List rules that went past a limit, newest first, with who re-armed them",
        params: tenantParams,
        querystring: ruleHoldQuery,
        response: { 200: ruleHoldPage },
      },
    },
    async ({ params, query }) => {
      const cursor = readCursor(rowCursor, query.cursor);
      const rows = await brakes.listHolds(params.tenantId, {
        ...defined({ ruleId: query.ruleId }),
        openOnly: query.open,
        ...(cursor === undefined ? {} : { after: { holdId: cursor } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => row.holdId,
      );
    },
  );

  app.post(
    "/tenants/:tenantId/rule-holds/:ruleId/re-arm",
    {
      config: { access: wholeTenant("brakes.loosen") },
      schema: {
        tags,
        summary: "Let a rule that is in hold act again; what it asked for before does not count any more",
        params: ruleHoldParams,
        body: rearmInput,
        response: { 200: ruleHold },
      },
    },
    async ({ params, body, actor }) => {
      const rearmed = await brakes.rearm(params.tenantId, params.ruleId, actor, body.reason);
      if (rearmed === undefined) throw new AppError("brake.hold_not_found", params.ruleId);
      return rearmed;
    },
  );

  app.post(
    "/tenants/:tenantId/cool-down-resets",
    {
      config: { access: siteInBody("brakes.loosen") },
      schema: {
        tags,
        summary: "Let a rule's cool-downs begin anew, on an endpoint, at a site or everywhere",
        params: tenantParams,
        body: coolDownResetInput,
        response: { 201: coolDownReset },
      },
    },
    async ({ params, body: { ruleId, reason, ...where }, actor }, reply) => {
      const made = await brakes.resetCoolDown(params.tenantId, { ruleId, reason, ...defined(where) }, actor);
      if (made === undefined) throw new AppError("site.not_found", String(where.siteId));
      return reply.code(201).send(made);
    },
  );

  app.get(
    "/tenants/:tenantId/cool-down-resets",
    {
      config: { access: wholeTenant("brakes.read") },
      schema: {
        tags,
        summary: "List who reset which rule's cool-downs, newest first",
        params: tenantParams,
        querystring: coolDownResetQuery,
        response: { 200: coolDownResetPage },
      },
    },
    async ({ params, query }) => {
      const cursor = readCursor(rowCursor, query.cursor);
      const rows = await brakes.listResets(params.tenantId, {
        ...defined({ ruleId: query.ruleId }),
        ...(cursor === undefined ? {} : { after: { resetId: cursor } }),
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => row.resetId,
      );
    },
  );
}
