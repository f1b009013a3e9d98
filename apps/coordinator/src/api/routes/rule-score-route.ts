import { ruleScoreQuery, ruleScores, tenantParams } from "@cordon/contracts/api";
import type { RuleScore, Wanted } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import { wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { defined } from "../to-wire.ts";

/** Rules that only observe, against what people did by hand. */
export function ruleScoreRoute(app: ApiApp, { shadow }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/rules/score",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags: ["rules"],
        summary: "Score rules that only observe against what people ordered by hand",
        params: tenantParams,
        querystring: ruleScoreQuery,
        response: { 200: ruleScores },
      },
    },
    async ({ params, query: { ruleId, from, to, windowSeconds } }) => {
      const request = { ...defined({ ruleId, from, to }), windowMs: windowSeconds * 1_000 };
      const scores = await shadow.score(params.tenantId, request);
      if (scores === undefined) throw new AppError("rules.not_found", `rule ${ruleId}`);
      return { ...scores, rules: scores.rules.map(toWire) };
    },
  );
}

function toWire({ ruleId, kinds }: RuleScore) {
  return {
    ruleId,
    kinds: kinds.map(({ leadMs, unconfirmed, missed, ...kind }) => ({
      ...kind,
      ...(leadMs === undefined ? {} : { leadSeconds: leadMs / 1_000 }),
      unconfirmed: unconfirmed.map(named),
      missed: missed.map(named),
    })),
  };
}

function named({ siteId, endpointId, endpointName: name, at }: Wanted) {
  return { siteId, endpointId, name, at };
}
