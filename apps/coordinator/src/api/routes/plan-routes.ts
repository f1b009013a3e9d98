import {
  plan,
  planInput,
  planPage,
  planParams,
  planQuery,
  planReport,
  planStanding,
  replayInput,
  tenantParams,
} from "@cordon/contracts/api";
import type { PlanRequest, PlanStart, StoredPlan } from "@cordon/coordinator-core";
import type { Verb } from "@cordon/core/access";
import { AppError, type EpochMs, type TenantId } from "@cordon/core/kernel";
import * as z from "zod";
import { ofTenants } from "../../access/asks.ts";
import { known, wholeTenant } from "../../access/route-access.ts";
import { seesAllOf } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const READING = { one: "rules.read", several: "fleet.read" } as const;
const MAKING = { one: "plans.make", several: "fleet.plan" } as const;
const tags = ["plans"];
const cursor = z.strictObject({ createdAt: z.number().int(), planId: z.string() });

/** What a rule set would have done: computed in the background, kept with a hash that is demanded when it is applied. */
export function planRoutes(app: ApiApp, { plans }: ApiServices): void {
  app.post(
    "/plans",
    {
      config: {
        access: ofTenants<unknown, z.output<typeof planInput>>(MAKING, (_, { tenants }) =>
          tenants.map(({ tenantId }) => tenantId),
        ),
      },
      schema: {
        tags,
        summary: "Plan: stored events through each tenant's active set and the set that is to become active",
        body: planInput,
        response: { 202: plan },
      },
    },
    async ({ body, actor }, reply) => {
      const tenants = body.tenants.map(({ tenantId, version }) => ({ tenantId, draft: { version } }));
      if (new Set(tenants.map(({ tenantId }) => tenantId)).size < tenants.length) {
        throw invalid("body.tenants", "names a tenant twice");
      }
      const started = await plans.start({ purpose: "plan", tenants, ...rangeOf(body) }, actor);
      return reply.code(202).send(startedOrThrow(started));
    },
  );

  app.post(
    "/tenants/:tenantId/replays",
    {
      config: { access: wholeTenant("plans.make") },
      schema: {
        tags,
        summary: "Replay stored events through a set, also one that was not published; nothing of it can be applied",
        params: tenantParams,
        body: replayInput,
        response: { 202: plan },
      },
    },
    async ({ params, body, actor }, reply) => {
      const { version, files = [] } = body;
      const draft: PlanRequest["tenants"][number]["draft"] = version === undefined ? { files } : { version };
      const tenants = [{ tenantId: params.tenantId, draft }];
      const started = await plans.start({ purpose: "replay", tenants, ...rangeOf(body) }, actor);
      return reply.code(202).send(startedOrThrow(started));
    },
  );

  app.get(
    "/plans",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "List plans and replays, newest first",
        querystring: planQuery,
        response: { 200: planPage },
      },
    },
    async ({ query, principal }) => {
      const after = readCursor(cursor, query.cursor) as { createdAt: EpochMs; planId: string } | undefined;
      const rows = await plans.list({ ...defined({ tenantId: query.tenantId, after }), limit: query.limit + 1 });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        ({ createdAt, planId }) => ({ createdAt, planId }),
        (row) => seesAllOf(principal, READING, tenantsOf(row)),
      );
    },
  );

  app.get(
    "/plans/:planId",
    {
      config: { access: ofPlan(plans, READING) },
      schema: {
        tags,
        summary: "Show a plan or replay, and how far it is",
        params: planParams,
        response: { 200: plan },
      },
    },
    ({ params }) => getOrThrow(plans, params.planId),
  );

  app.get(
    "/plans/:planId/report",
    {
      config: { access: ofPlan(plans, READING) },
      schema: {
        tags,
        summary: "Show what the sets would have done, and what differs",
        params: planParams,
        response: { 200: planReport },
      },
    },
    async ({ params }) => {
      const { state } = await getOrThrow(plans, params.planId);
      const report = await plans.report(params.planId);
      if (report === undefined) throw new AppError("plan.not_done", `it is ${state}`, { details: { state } });
      return report;
    },
  );

  app.get(
    "/plans/:planId/standing",
    {
      config: { access: ofPlan(plans, READING) },
      schema: {
        tags,
        summary: "Ask whether a plan may be applied now, and what has changed when it may not",
        params: planParams,
        response: { 200: planStanding },
      },
    },
    async ({ params }) => {
      const { planHash, state, purpose } = await getOrThrow(plans, params.planId);
      if (planHash === undefined) throw new AppError("plan.not_done", `it is ${state}`, { details: { state } });
      if (purpose === "replay") return { current: false, changes: ["It is a replay, which only answers."] };
      const check = await plans.check(planHash);
      return { current: check.kind === "current", changes: check.kind === "stale" ? check.changes : [] };
    },
  );

  app.post(
    "/plans/:planId/cancel",
    {
      config: { access: ofPlan(plans, MAKING) },
      schema: { tags, summary: "Cancel a plan or replay that runs", params: planParams, response: { 200: plan } },
    },
    async ({ params }) => {
      const ended = await plans.cancel(params.planId);
      if (ended === undefined) throw new AppError("plan.not_found", params.planId);
      if (!ended) throw new AppError("plan.ended", params.planId);
      return getOrThrow(plans, params.planId);
    },
  );
}

function ofPlan(plans: ApiServices["plans"], verbs: { readonly one: Verb; readonly several: Verb }) {
  return ofTenants<z.output<typeof planParams>>(
    verbs,
    async ({ planId }) => tenantsOf(await plans.get(planId)),
    "plan.not_found",
  );
}

export function tenantsOf(plan: Pick<StoredPlan, "tenants"> | undefined): readonly TenantId[] {
  return plan?.tenants.map(({ tenantId }) => tenantId) ?? [];
}

async function getOrThrow(plans: ApiServices["plans"], planId: string): Promise<StoredPlan> {
  const found = await plans.get(planId);
  if (found === undefined) throw new AppError("plan.not_found", planId);
  return found;
}

function rangeOf({ from, to }: { readonly from?: EpochMs | undefined; readonly to?: EpochMs | undefined }) {
  return defined({ from, to });
}

function startedOrThrow(started: PlanStart): StoredPlan {
  switch (started.kind) {
    case "started":
      return started.plan;
    case "busy": {
      const { tenantId, planId } = started;
      throw new AppError("plan.busy", `${tenantId}: ${planId} runs`, { details: { tenantId, planId } });
    }
    case "too_many":
      throw new AppError("plan.busy", `${started.running} run`, { details: { running: started.running } });
    case "no_tenant":
      throw new AppError("tenant.not_found", started.tenantId);
    case "no_set": {
      const { tenantId, version } = started;
      throw new AppError("rules.not_found", `version ${version} of ${tenantId}`, { details: { tenantId, version } });
    }
    case "bad_range":
      throw invalid(`body.${started.field}`, started.message);
    case "invalid":
      throw new AppError("rules.invalid", "refused", { details: { problems: started.problems } });
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError("input.invalid", "the request does not fit the schema", {
    details: { fields: [{ path, message }] },
  });
}
