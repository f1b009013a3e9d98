import {
  pageOf,
  pageQuery,
  ruleSet,
  ruleSetInput,
  ruleSetParams,
  ruleSetPut,
  ruleSetWithSource,
  tenantParams,
} from "@cordon/contracts/api";
import type { RuleSetSummary } from "@cordon/coordinator-core";
import { AppError, type TenantId } from "@cordon/core/kernel";
import * as z from "zod";
import { inTenant } from "../../access/asks.ts";
import { eachOf, wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";

const tags = ["rules"];

/** Rule sets: immutable and numbered; exactly one of a tenant's is active, or none. */
export function ruleRoutes(app: ApiApp, services: ApiServices): void {
  const { rules } = services;

  app.put(
    "/tenants/:tenantId/rules",
    {
      config: {
        access: eachOf<z.output<typeof tenantParams>, z.output<typeof ruleSetInput>>(
          "rules.write",
          ({ tenantId }, { activate }) => [
            inTenant("rules.write", tenantId),
            ...(activate ? [inTenant("rollout.apply", tenantId)] : []),
          ],
        ),
      },
      schema: {
        tags,
        summary: "Publish a rule set: all files together, taken whole or refused whole with every mistake's position",
        params: tenantParams,
        body: ruleSetInput,
        response: { 200: ruleSetPut },
      },
    },
    async ({ params, body, actor }) => {
      const tenant = params.tenantId;
      const published = await rules.publish(tenant, body.files, actor);
      if (published.kind === "no_tenant") throw new AppError("tenant.not_found", tenant);
      if (published.kind === "invalid") {
        throw new AppError("rules.invalid", "refused", { details: { problems: published.problems } });
      }
      const { version } = published.ruleSet;
      if (body.activate) await activateOrThrow(services, tenant, version, actor);
      const summary = await summaryOrThrow(services, tenant, version);
      const { created, conflicts } = published;
      return { ...summary, created, rules: published.rules, conflicts };
    },
  );

  app.get(
    "/tenants/:tenantId/rules",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "List a tenant's rule sets, newest first",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: pageOf(ruleSet) },
      },
    },
    async ({ params, query }) => {
      const before = readCursor(z.number(), query.cursor) ?? Number.POSITIVE_INFINITY;
      const rows = [...(await rules.list(params.tenantId))]
        .filter((row) => row.version < before)
        .sort((left, right) => right.version - left.version);
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => row.version,
      );
    },
  );

  app.get(
    "/tenants/:tenantId/rules/active",
    {
      config: { access: wholeTenant("rules.read") },
      schema: { tags, summary: "Show the active rule set", params: tenantParams, response: { 200: ruleSetWithSource } },
    },
    async ({ params }) => {
      const tenant = params.tenantId;
      const active = (await rules.list(tenant)).find((row) => row.active);
      if (!active) throw new AppError("rules.not_found", "no active rule set");
      return withSource(services, tenant, active);
    },
  );

  app.get(
    "/tenants/:tenantId/rules/:version",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "Show a rule set with its files",
        params: ruleSetParams,
        response: { 200: ruleSetWithSource },
      },
    },
    async ({ params }) => {
      const tenant = params.tenantId;
      return withSource(services, tenant, await summaryOrThrow(services, tenant, params.version));
    },
  );

  app.post(
    "/tenants/:tenantId/rules/:version/activate",
    {
      config: { access: wholeTenant("rollout.apply") },
      schema: {
        tags,
        summary: "Make a rule set the active one: forward or back",
        params: ruleSetParams,
        response: { 200: ruleSet },
      },
    },
    async ({ params, actor }) => {
      const tenant = params.tenantId;
      await activateOrThrow(services, tenant, params.version, actor);
      return summaryOrThrow(services, tenant, params.version);
    },
  );
}

async function activateOrThrow(services: ApiServices, tenant: TenantId, version: number, actor: string): Promise<void> {
  const outcome = await services.rules.activate(tenant, version, actor);
  if (typeof outcome === "object") {
    throw new AppError("rules.lists_unmet", `version ${version}`, { details: { problems: outcome.unmet } });
  }
  if (outcome === "not_found") throw new AppError("rules.not_found", `version ${version}`);
  if (outcome === "rolling_out") {
    throw new AppError("rule_rollout.busy", `a rollout decides what the sites of ${tenant} run`, {
      details: { tenantId: tenant },
    });
  }
}

async function summaryOrThrow(services: ApiServices, tenant: TenantId, version: number): Promise<RuleSetSummary> {
  const found = (await services.rules.list(tenant)).find((row) => row.version === version);
  if (!found) throw new AppError("rules.not_found", `version ${version}`);
  return found;
}

async function withSource(services: ApiServices, tenant: TenantId, summary: RuleSetSummary) {
  const found = await services.rules.get(tenant, summary.version);
  if (!found) throw new AppError("rules.not_found", `version ${summary.version}`);
  return { ...summary, files: found.files };
}
