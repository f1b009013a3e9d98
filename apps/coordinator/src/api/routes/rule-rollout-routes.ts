import {
  pageQuery,
  type RuleRolloutPolicy,
  ruleRollout,
  ruleRolloutChangeParams,
  ruleRolloutCompensated,
  ruleRolloutCompensation,
  ruleRolloutInput,
  ruleRolloutPage,
  ruleRolloutParams,
  ruleRolloutPreview,
  ruleRolloutPreviewInput,
  ruleRolloutReason,
  ruleRolloutWithSteps,
  runningVersionPage,
  runningVersionQuery,
} from "@cordon/contracts/api";
import type { RuleRolloutRecord, RuleRolloutView, StartAnswer } from "@cordon/coordinator-core";
import { isAllowed, type Verb } from "@cordon/core/access";
import { AppError, epochMs, type TenantId } from "@cordon/core/kernel";
import type { RolloutPolicy } from "@cordon/core/rollout";
import * as z from "zod";
import { ofTenants } from "../../access/asks.ts";
import { known } from "../../access/route-access.ts";
import { seesAllOf } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const READING = { one: "rules.read", several: "fleet.read" } as const;
const APPLYING = { one: "rollout.apply", several: "fleet.rollout" } as const;
const tags = ["rule rollouts"];
const rolloutCursor = z.tuple([z.number().int().transform(epochMs), z.string()]);
const siteCursor = z.tuple([z.string(), z.string()]);

/** How rule sets go over the sites of one or several tenants, wave by wave; the provider's, so no tenant is in the path. */
export function ruleRolloutRoutes(app: ApiApp, { plans, ruleRollouts }: ApiServices): void {
  app.post(
    "/rule-rollouts",
    {
      config: { access: ofPlanHash(plans, APPLYING) },
      schema: {
        tags,
        summary: "Apply a plan: its rule sets go over the sites wave by wave",
        body: ruleRolloutInput,
        response: { 201: ruleRolloutWithSteps },
      },
    },
    async ({ body, actor }, reply) => {
      const { policy, contents, ...request } = body;
      const answer = await ruleRollouts.start(
        { ...request, ...defined({ contents }), policy: policyFromWire(policy) },
        actor,
      );
      if (answer.kind !== "started") throw refusalOf(answer);
      return reply.code(201).send(await viewOrThrow(answer.record.rolloutId));
    },
  );

  app.post(
    "/rule-rollouts/preview",
    {
      config: { access: ofPlanHash(plans, READING) },
      schema: {
        tags,
        summary: "Show what applying a plan would do: the sites of each wave, and rules that would go. Begins nothing",
        body: ruleRolloutPreviewInput,
        response: { 200: ruleRolloutPreview },
      },
    },
    async ({ body: { planHash, contents, policy } }) => {
      const answer = await ruleRollouts.preview({
        planHash,
        ...defined({ contents }),
        policy: policyFromWire(policy),
      });
      if (answer.kind !== "preview") throw refusalOf(answer);
      const { tenants, sites, goes } = answer;
      return {
        tenants: tenants.map(({ tenantId, draftVersion, activeVersion }) => ({
          tenantId,
          version: draftVersion,
          ...defined({ fromVersion: activeVersion }),
        })),
        waves: policy.waves.map((_, wave) => ({
          sites: sites.filter((site) => site.wave === wave).map(({ tenantId, siteId }) => `${tenantId}/${siteId}`),
        })),
        goes,
      };
    },
  );

  app.get(
    "/rule-rollouts",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "List rollouts, newest first",
        querystring: pageQuery,
        response: { 200: ruleRolloutPage },
      },
    },
    async ({ query, principal }) => {
      const cursor = readCursor(rolloutCursor, query.cursor);
      const after = cursor === undefined ? {} : { after: { createdAt: cursor[0], rolloutId: cursor[1] } };
      const rows = await ruleRollouts.list({ ...after, limit: query.limit + 1 });
      return pageFrom(
        rows,
        query.limit,
        toWire,
        (row) => [row.createdAt, row.rolloutId],
        (row) => seesAllOf(principal, READING, tenantsOf(row)),
      );
    },
  );

  app.get(
    "/rule-rollouts/:rolloutId",
    {
      config: { access: ofRollout(ruleRollouts, READING) },
      schema: {
        tags,
        summary: "Show a rollout: waves, gates as measured now, sites, and every step with who and why",
        params: ruleRolloutParams,
        response: { 200: ruleRolloutWithSteps },
      },
    },
    async ({ params }) => viewOrThrow(params.rolloutId),
  );

  app.post(
    "/rule-rollouts/:rolloutId/:change",
    {
      config: { access: ofRollout(ruleRollouts, APPLYING) },
      schema: {
        tags,
        summary: "Pause, resume, advance, abort or roll back; in force for the next event",
        params: ruleRolloutChangeParams,
        body: ruleRolloutReason,
        response: { 200: ruleRollout },
      },
    },
    async ({ params, body, actor }) => {
      const { rolloutId, change } = params;
      const answer = await ruleRollouts.change(rolloutId, { change, reason: body.reason }, actor);
      switch (answer.kind) {
        case "changed":
          return toWire(answer.record);
        case "not_found":
          throw new AppError("rule_rollout.not_found", rolloutId);
        case "overtaken":
          throw new AppError(
            "rule_rollout.busy",
            `a newer rollout has a tenant of ${rolloutId}: roll that one back first`,
          );
        case "illegal":
          throw new AppError("rule_rollout.illegal", `${change} while ${answer.state}`, {
            details: { state: answer.state, allowed: answer.allowed },
          });
      }
    },
  );

  app.get(
    "/rule-rollouts/:rolloutId/compensation",
    {
      config: { access: ofRollout(ruleRollouts, READING) },
      schema: {
        tags,
        summary: "List isolations and preventions of the rollout's rule sets that are still there",
        params: ruleRolloutParams,
        response: { 200: ruleRolloutCompensation },
      },
    },
    async ({ params }) => found(await ruleRollouts.compensation(params.rolloutId), params.rolloutId),
  );

  app.post(
    "/rule-rollouts/:rolloutId/compensation",
    {
      config: { access: ofRollout(ruleRollouts, APPLYING) },
      schema: {
        tags,
        summary: "Approve the list: the end of every isolation on it is asked for, now or when its site is back",
        params: ruleRolloutParams,
        body: ruleRolloutReason,
        response: { 200: ruleRolloutCompensated },
      },
    },
    async ({ params, body, actor }) => {
      const { asked, list } = found(
        await ruleRollouts.compensate(params.rolloutId, body.reason, actor),
        params.rolloutId,
      );
      return { asked, ...list };
    },
  );

  app.get(
    "/running-rules",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "Who runs what since when: every site with its rule set",
        querystring: runningVersionQuery,
        response: { 200: runningVersionPage },
      },
    },
    async ({ query, principal }) => {
      const cursor = readCursor(siteCursor, query.cursor);
      const after = cursor === undefined ? {} : { after: { tenantId: cursor[0], siteId: cursor[1] } };
      const rows = await ruleRollouts.listRunning({
        ...defined({ tenantId: query.tenantId }),
        ...after,
        limit: query.limit + 1,
      });
      return pageFrom(
        rows,
        query.limit,
        (row) => row,
        (row) => [row.tenantId, row.siteId],
        (row) =>
          isAllowed(principal, "estate.read", {
            where: { kind: "tenant", tenantId: row.tenantId, siteId: row.siteId },
          }),
      );
    },
  );

  async function viewOrThrow(rolloutId: string) {
    return viewToWire(found(await ruleRollouts.view(rolloutId), rolloutId));
  }
}

function ofPlanHash(plans: ApiServices["plans"], verbs: { readonly one: Verb; readonly several: Verb }) {
  return ofTenants<unknown, { readonly planHash: string }>(
    verbs,
    async (_, { planHash }) => tenantsOf(await plans.getByHash(planHash)),
    "plan.not_found",
  );
}

function ofRollout(ruleRollouts: ApiServices["ruleRollouts"], verbs: { readonly one: Verb; readonly several: Verb }) {
  return ofTenants<{ readonly rolloutId: string }>(
    verbs,
    async ({ rolloutId }) => tenantsOf(await ruleRollouts.get(rolloutId)),
    "rule_rollout.not_found",
  );
}

function tenantsOf(
  record: { readonly tenants: readonly { readonly tenantId: TenantId }[] } | undefined,
): readonly TenantId[] {
  return record?.tenants.map(({ tenantId }) => tenantId) ?? [];
}

function found<T>(value: T | undefined, rolloutId: string): T {
  if (value === undefined) throw new AppError("rule_rollout.not_found", rolloutId);
  return value;
}

function refusalOf(answer: Exclude<StartAnswer, { kind: "started" }>): AppError {
  switch (answer.kind) {
    case "plan_not_found":
      return new AppError("plan.not_found", "no plan has this hash");
    case "plan_stale":
      return new AppError("plan.stale", answer.changes.join("; "), { details: { problems: answer.changes } });
    case "not_planned":
      return new AppError("rule_rollout.not_planned", answer.problems.join("; "), {
        details: { problems: answer.problems },
      });
    case "prune_needed":
      return new AppError("rule_rollout.prune_needed", answer.rules.join(", "), {
        details: { problems: answer.rules.map((rule) => `${rule} would go`) },
      });
    case "refused":
      return new AppError("rule_rollout.refused", answer.problems.join("; "), {
        details: { problems: answer.problems },
      });
    case "busy": {
      const { tenantId, rolloutId, by } = answer;
      const whose = by === undefined ? "" : `, started by ${by.createdBy} at ${new Date(by.createdAt).toISOString()}`;
      const said = `${rolloutId} has ${tenantId}${whose}`;
      return new AppError("rule_rollout.busy", said, { details: { tenantId, rolloutId, problems: [said] } });
    }
  }
}

function policyFromWire({ waves, gates, onBad, extendSecondsMax }: RuleRolloutPolicy): RolloutPolicy {
  const { releases, isolations, unknown, budget } = gates;
  return {
    waves: waves.map(({ soakSeconds, ...wave }) => ({ ...defined(wave), soakMs: soakSeconds * 1_000 })),
    gates: {
      ...defined({ isolations, unknown, budget }),
      ...(releases === undefined
        ? {}
        : { releases: { max: releases.max, sampleMin: releases.sampleMin, withinMs: releases.withinSeconds * 1_000 } }),
    },
    onBad,
    extendMsMax: extendSecondsMax * 1_000,
  };
}

function policyToWire({ waves, gates, onBad, extendMsMax }: RolloutPolicy): RuleRolloutPolicy {
  const { releases, ...others } = gates;
  return {
    waves: waves.map(({ soakMs, ...wave }) => ({ ...wave, soakSeconds: soakMs / 1_000 })),
    gates: {
      ...others,
      ...(releases === undefined
        ? {}
        : { releases: { max: releases.max, sampleMin: releases.sampleMin, withinSeconds: releases.withinMs / 1_000 } }),
    },
    onBad,
    extendSecondsMax: extendMsMax / 1_000,
  };
}

function toWire({ rollout, policy, sitesPerWave: _sites, revision: _revision, ...record }: RuleRolloutRecord) {
  const { extendedMs, evidenceSince: _since, ...stands } = rollout;
  return { ...record, ...stands, waves: policy.waves.length, extendedSeconds: extendedMs / 1_000 };
}

function viewToWire({ record, sites, steps, gates, allowed }: RuleRolloutView) {
  const { evidenceSince } = record.rollout;
  return { ...toWire(record), policy: policyToWire(record.policy), evidenceSince, sites, steps, gates, allowed };
}
