import {
  actionParams,
  lease,
  leasePage,
  leaseQuery,
  leaseReleaseInput,
  leaseReleaseResult,
  tenantParams,
} from "@cordon/contracts/api";
import type { LeaseRecord, ReleaseAnswer } from "@cordon/coordinator-core";
import { AppError, actionId, epochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { ofAction } from "../../access/asks.ts";
import { someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["leases"];
const leaseCursor = z.tuple([z.number().transform(epochMs), z.string().transform(actionId)]);

/** How isolations hold, and their end [S4, S6]. */
export function leaseRoutes(app: ApiApp, { actions, leases }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/leases",
    {
      config: { access: someOf("actions.read") },
      schema: {
        tags,
        summary: "List isolations with the coordinator's, the agent's and the endpoint's end, newest first",
        params: tenantParams,
        querystring: leaseQuery,
        response: { 200: leasePage },
      },
    },
    async ({ params, query, principal }) => {
      const cursor = readCursor(leaseCursor, query.cursor);
      const { siteId, endpointId, states, mismatch } = query;
      const rows = await leases.list(params.tenantId, {
        ...defined({ siteId, endpointId, states, mismatch }),
        ...(cursor === undefined ? {} : { after: { since: cursor[0], actionId: cursor[1] } }),
        limit: query.limit + 1,
      });
      const visible = atSites(principal, "actions.read", params.tenantId);
      return pageFrom(rows, query.limit, toLease, (row) => [row.since, row.actionId], visible);
    },
  );

  app.get(
    "/tenants/:tenantId/leases/:actionId",
    {
      config: { access: ofAction("actions.read", actions) },
      schema: { tags, summary: "Show how one isolation holds", params: actionParams, response: { 200: lease } },
    },
    async ({ params }) => {
      const found = await leases.get(params.tenantId, params.actionId);
      if (found === undefined) throw new AppError("lease.not_found", params.actionId);
      return toLease(found);
    },
  );

  app.post(
    "/tenants/:tenantId/actions/:actionId/release",
    {
      config: { access: ofAction("actions.release", actions) },
      schema: {
        tags,
        summary: "End an isolation: stop renewing it, and use the site's release method. No brake stops this",
        params: actionParams,
        body: leaseReleaseInput,
        response: { 200: leaseReleaseResult, 202: leaseReleaseResult.describe("the site is asked when it is back") },
      },
    },
    async ({ params, body, actor }, reply) => {
      const [tenant, id] = [params.tenantId, params.actionId];
      const answer = await leases.release(tenant, id, actor, body.reason);
      if (answer.kind === "not_found" || answer.kind === "not_an_isolation") throw new AppError(answer.code, id);
      const found = await leases.get(tenant, id);
      const { outcome, ...rest } = resultOf(answer);
      return reply.code(answer.kind === "stored" ? 202 : 200).send({
        outcome,
        message: MESSAGES[outcome],
        ...rest,
        ...(found === undefined ? {} : { lease: toLease(found) }),
      });
    },
  );
}

function toLease({ tenantId: _tenantId, ...record }: LeaseRecord) {
  return record;
}

function resultOf(answer: Extract<ReleaseAnswer, { kind: "answered" | "stored" }>) {
  if (answer.kind === "stored") return { outcome: "stored" } as const;
  const { kind: _kind, ...verdict } = answer;
  return verdict;
}

const MESSAGES: Readonly<Record<z.output<typeof leaseReleaseResult>["outcome"], string>> = {
  released: "The isolation is not renewed any more. See the steps for how it ends.",
  already_over: "Nothing held the endpoint any more.",
  not_found: "The site's agent does not know this isolation. Look at the endpoint.",
  stored:
    "The site has not answered yet: the release is stored and asked for again until it does. Until then the site goes on renewing.",
};
