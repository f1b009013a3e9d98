import { actionParams, evidence, evidenceInput, evidenceList, evidenceParams } from "@cordon/contracts/api";
import type { EvidenceRecord } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import { ofAction } from "../../access/asks.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { defined } from "../to-wire.ts";

const tags = ["evidence"];

/** What a `getFile` or `quarantineFile` brought: listed, and on demand fetched into its site's own folder. */
export function evidenceRoutes(app: ApiApp, services: ApiServices): void {
  const desk = services.evidence;

  app.post(
    "/tenants/:tenantId/actions/:actionId/evidence",
    {
      config: { access: ofAction("evidence.request", services.actions) },
      schema: {
        tags,
        summary: "Ask the site what an action brought, or to fetch the file",
        params: actionParams,
        body: evidenceInput,
        response: {
          200: evidence.describe("the site has answered"),
          202: evidence.describe("the site is still at work; look at the request again"),
        },
      },
    },
    async ({ params, body, actor }, reply) => {
      const { tenantId, actionId } = params;
      const ask = { actionId, want: body.want, requestedBy: actor, ...defined({ itemId: body.itemId }) };
      const answer = await desk.ask(tenantId, ask);
      if (answer.kind === "not_found") throw new AppError(answer.code, actionId);
      if (answer.kind === "not_collected") throw new AppError(answer.code, answer.action);
      return reply.code(answer.record.state === "asked" ? 202 : 200).send(toWire(answer.record));
    },
  );

  app.get(
    "/tenants/:tenantId/actions/:actionId/evidence",
    {
      config: { access: ofAction("actions.read", services.actions) },
      schema: {
        tags,
        summary: "List what was asked about an action, newest first",
        params: actionParams,
        response: { 200: evidenceList },
      },
    },
    async ({ params }) => {
      const records = await desk.list(params.tenantId, params.actionId);
      if (!records) throw new AppError("action.not_found", params.actionId);
      return { items: records.map(toWire) };
    },
  );

  app.get(
    "/tenants/:tenantId/actions/:actionId/evidence/:requestId",
    {
      config: { access: ofAction("actions.read", services.actions) },
      schema: { tags, summary: "Show one request for evidence", params: evidenceParams, response: { 200: evidence } },
    },
    async ({ params: { tenantId, actionId, requestId } }) => {
      const record = await desk.get(tenantId, actionId, requestId);
      if (!record) throw new AppError("fetch.not_found", requestId);
      return toWire(record);
    },
  );
}

function toWire({ tenantId: _tenantId, ...record }: EvidenceRecord) {
  return record;
}
