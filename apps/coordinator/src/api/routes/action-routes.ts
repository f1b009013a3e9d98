import {
  action,
  actionInput,
  actionPage,
  actionParams,
  actionQuery,
  actionWithTimeline,
  cancelInput,
  cancelResult,
  retryInput,
  tenantParams,
} from "@cordon/contracts/api";
import type { CancelAnswer, OrderAnswer } from "@cordon/coordinator-core";
import { classOf } from "@cordon/core/action";
import { AppError, actionId, epochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { inTenant, ofAction } from "../../access/asks.ts";
import { eachOf, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined, toAction } from "../to-wire.ts";

const tags = ["actions"];
const actionCursor = z.tuple([z.number().transform(epochMs), z.string().transform(actionId)]);

/** What was asked of endpoints, how far it is, and asking by hand. */
export function actionRoutes(app: ApiApp, services: ApiServices): void {
  const { actions } = services;

  app.get(
    "/tenants/:tenantId/actions",
    {
      config: { access: someOf("actions.read") },
      schema: {
        tags,
        summary: "List actions, newest first",
        params: tenantParams,
        querystring: actionQuery,
        response: { 200: actionPage },
      },
    },
    async ({ params, query, principal }) => {
      const cursor = readCursor(actionCursor, query.cursor);
      const rows = await actions.list(params.tenantId, {
        ...defined({
          siteId: query.siteId,
          endpointId: query.endpointId,
          eventId: query.eventId,
          ruleId: query.ruleId,
          states: query.states,
          kind: query.kind,
          actionClass: query.actionClass,
          createdFrom: query.from,
          createdTo: query.to,
        }),
        ...(cursor === undefined ? {} : { after: { createdAt: cursor[0], actionId: cursor[1] } }),
        limit: query.limit + 1,
      });
      const visible = atSites(principal, "actions.read", params.tenantId);
      return pageFrom(rows, query.limit, toAction, (row) => [row.createdAt, row.actionId], visible);
    },
  );

  app.post(
    "/tenants/:tenantId/actions",
    {
      config: {
        access: eachOf<z.output<typeof tenantParams>, z.output<typeof actionInput>>(
          "actions.order",
          ({ tenantId }, { siteId, kind }) => [
            { ...inTenant("actions.order", tenantId, siteId), actionClass: classOf(kind) },
          ],
        ),
      },
      schema: {
        tags,
        summary: "Order one action by hand",
        params: tenantParams,
        body: actionInput,
        response: { 200: action.describe("was ordered before with this requestId"), 201: action },
      },
    },
    async ({ params, body, actor }, reply) => {
      const answer = await actions.order(params.tenantId, {
        siteId: body.siteId,
        endpointId: body.endpointId,
        kind: body.kind,
        args: body.arguments,
        actor,
        reason: body.reason,
        requestKey: body.requestId,
      });
      const ordered = orderedOf(answer, `${body.siteId}/${body.endpointId}`);
      return reply.code(ordered.created ? 201 : 200).send(toAction(ordered.action));
    },
  );

  app.get(
    "/tenants/:tenantId/actions/:actionId",
    {
      config: { access: ofAction("actions.read", actions) },
      schema: {
        tags,
        summary: "Show an action with its timeline",
        params: actionParams,
        response: { 200: actionWithTimeline },
      },
    },
    async ({ params }) => {
      const [tenant, id] = [params.tenantId, params.actionId];
      // In this order: whatever state is told, the timeline has the step that led to it.
      const record = await actions.get(tenant, id);
      const timeline = await actions.timeline(tenant, id);
      if (!record || !timeline) throw new AppError("action.not_found", id);
      return { ...toAction(record), timeline };
    },
  );

  app.post(
    "/tenants/:tenantId/actions/:actionId/retry",
    {
      config: { access: ofAction("actions.order", actions) },
      schema: {
        tags,
        summary: "Try an action that has ended once more, as a new action",
        params: actionParams,
        body: retryInput,
        response: { 200: action.describe("was tried before with this requestId"), 201: action },
      },
    },
    async ({ params, body, actor }, reply) => {
      const answer = await actions.retry(params.tenantId, params.actionId, {
        actor,
        reason: body.reason,
        force: body.force,
        requestKey: body.requestId,
      });
      const ordered = orderedOf(answer, params.actionId);
      return reply.code(ordered.created ? 201 : 200).send(toAction(ordered.action));
    },
  );

  app.post(
    "/tenants/:tenantId/actions/:actionId/cancel",
    {
      config: { access: ofAction("actions.cancel", actions) },
      schema: {
        tags,
        summary: "Cancel an action that was not sent to KSC yet",
        params: actionParams,
        body: cancelInput,
        response: { 200: cancelResult },
      },
    },
    async ({ params, body, actor }) => {
      const [tenant, id] = [params.tenantId, params.actionId];
      const answer = await actions.cancel(tenant, id, actor, body.reason, body.chain);
      if (answer.kind === "not_found") throw new AppError(answer.code, id);
      if (answer.kind === "site_offline") {
        throw new AppError(answer.code, id, {
          details: { state: answer.state, problem: CANCEL_MESSAGES.site_offline },
        });
      }
      const record = await actions.get(tenant, id);
      if (!record) throw new AppError("action.not_found", id);
      return { outcome: answer.kind, message: CANCEL_MESSAGES[answer.kind], action: toAction(record) };
    },
  );
}

/** Throws what else came of an order than an action. */
function orderedOf(answer: OrderAnswer, subject: string): Extract<OrderAnswer, { readonly kind: "ordered" }> {
  switch (answer.kind) {
    case "ordered":
      return answer;
    case "not_found":
      throw new AppError(answer.code, subject);
    case "refused":
      throw new AppError(answer.code, answer.reason, { details: { reason: answer.reason } });
    case "invalid":
      throw new AppError(answer.code, subject, { details: { problems: answer.problems } });
  }
}

const CANCEL_MESSAGES: Readonly<Record<Exclude<CancelAnswer["kind"], "not_found">, string>> = {
  cancelled: "The action was cancelled before it was sent.",
  too_late: "The action has gone, or may have gone, to KSC; it cannot be called back. Follow its timeline.",
  site_offline:
    "The agent has the action and cannot be asked now. It runs or expires at the site; try again on its return.",
  settled: "The action had ended before.",
};
