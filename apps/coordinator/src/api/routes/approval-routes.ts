import {
  approval,
  approvalPage,
  approvalParams,
  approvalQuery,
  approvalSelection,
  approvalSelectionQuery,
  decideInput,
  decideResult,
  tenantParams,
} from "@cordon/contracts/api";
import {
  APPROVALS_AT_ONCE_MAX,
  type ApprovalRecord,
  type CastVote,
  type DecideAnswer,
  type HeldRelease,
} from "@cordon/coordinator-core";
import { isAllowed, standingOf } from "@cordon/core/access";
import { classOf } from "@cordon/core/action";
import type { ApprovalPolicy } from "@cordon/core/approval";
import { AppError, actionId, epochMs, type TenantId } from "@cordon/core/kernel";
import * as z from "zod";
import { inTenant, ofApproval } from "../../access/asks.ts";
import { denied } from "../../access/enforce-access.ts";
import { type Ask, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["approvals"];
const approvalCursor = z.tuple([z.number().transform(epochMs), z.string().transform(actionId)]);

/** What waits for the yes of persons, and their yes and no. */
export function approvalRoutes(app: ApiApp, { approvals }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/approvals",
    {
      config: { access: someOf("actions.read") },
      schema: {
        tags,
        summary: "List what people are asked about, newest first",
        params: tenantParams,
        querystring: approvalQuery,
        response: { 200: approvalPage },
      },
    },
    async ({ params, query: { limit, cursor, ...filter }, principal }) => {
      const after = readCursor(approvalCursor, cursor);
      const rows = await approvals.list(params.tenantId, {
        ...defined(filter),
        ...(after === undefined ? {} : { after: { askedAt: after[0], actionId: after[1] } }),
        limit: limit + 1,
      });
      const visible = atSites(principal, "actions.read", params.tenantId);
      return pageFrom(rows, limit, toWire, (row) => [row.askedAt, row.actionId], visible);
    },
  );

  app.get(
    "/tenants/:tenantId/approvals/selection",
    {
      config: { access: someOf("actions.read") },
      schema: {
        tags,
        summary:
          "What is open of a rule, an event or a site, with the hash that one decision about all of it is bound to",
        params: tenantParams,
        querystring: approvalSelectionQuery,
        response: { 200: approvalSelection },
      },
    },
    async ({ params: { tenantId }, query, principal }) => {
      const selected = await approvals.select(tenantId, defined(query));
      if (selected === "too_many") throw tooMany();
      const visible = atSites(principal, "actions.read", tenantId);
      const hidden = selected.approvals.find((each) => !visible(each));
      if (hidden !== undefined) throw denied(inTenant("actions.read", tenantId, hidden.siteId));
      const { hash, approvals: found } = selected;
      const ends = found.map(({ expiresAt }) => expiresAt).toSorted((left, right) => left - right);
      return {
        hash,
        actions: found.length,
        endpoints: new Set(found.map(({ siteId, endpointId }) => `${siteId}/${endpointId}`)).size,
        rules: [...new Set(found.map(({ ruleId }) => ruleId))].sort(),
        ...(ends[0] === undefined ? {} : { firstExpiresAt: ends[0] }),
      };
    },
  );

  app.get(
    "/tenants/:tenantId/approvals/:actionId",
    {
      config: { access: ofApproval("actions.read", approvals) },
      schema: {
        tags,
        summary: "Show what people are asked about an action, and who said what",
        params: approvalParams,
        response: { 200: approval },
      },
    },
    async ({ params }) => {
      const found = await approvals.get(params.tenantId, params.actionId);
      if (found === undefined) throw new AppError("approval.not_found", params.actionId);
      return toWire(found);
    },
  );

  app.post(
    "/tenants/:tenantId/approvals/decide",
    {
      config: { access: someOf("actions.approve") },
      schema: {
        tags,
        summary: "Say yes or no to held actions: named ones, or all that a rule, an event or a site has waiting",
        params: tenantParams,
        body: decideInput,
        response: { 200: decideResult },
      },
    },
    async ({ params: { tenantId }, body: { verdict, reason, hash, ...selection }, principal }) => {
      const answer = await approvals.decide(tenantId, {
        selection: defined(selection),
        verdict,
        reason,
        actor: principal.name,
        ...defined({ hash }),
        standingAt(action) {
          const asked = askedAt(tenantId, action);
          return isAllowed(principal, "actions.approve", asked) ? standingOf(principal, asked) : undefined;
        },
      });
      return resultOf(tenantId, answer);
    },
  );
}

function askedAt(tenantId: TenantId, { siteId, kind }: Pick<ApprovalRecord, "siteId" | "kind">): Ask {
  return { ...inTenant("actions.approve", tenantId, siteId), actionClass: classOf(kind) };
}

function resultOf(tenantId: TenantId, answer: DecideAnswer) {
  switch (answer.kind) {
    case "forbidden":
      throw denied(askedAt(tenantId, answer.action));
    case "not_found":
      throw new AppError("approval.not_found", "nothing that fits");
    case "too_many":
      throw tooMany();
    case "changed": {
      const { parts, hash, actions } = answer;
      const details = { changed: parts, hash, actions };
      throw new AppError("approval.changed", `changed since: ${parts.join(", ")}`, { details });
    }
    case "decided": {
      const [first, ...rest] = answer.votes;
      // One that is refused is an error; of many, some may be, and the answer says which.
      if (first?.kind === "refused" && rest.every(({ kind }) => kind === "refused")) {
        throw new AppError(first.code, first.message, { details: { message: first.message } });
      }
      return { votes: answer.votes.map(toVote), releases: answer.releases.map(toRelease) };
    }
  }
}

function toVote(vote: CastVote) {
  const { actionId: id, kind: outcome } = vote;
  if (vote.kind === "refused") return { actionId: id, outcome, code: vote.code, message: vote.message };
  return { actionId: id, outcome, ...(vote.kind === "counted" ? { message: `It takes ${vote.missing}.` } : {}) };
}

function toRelease(release: HeldRelease) {
  const { actionId: id, kind: outcome } = release;
  if ("message" in release) return { actionId: id, outcome, message: release.message };
  if (release.kind === "waits") return { actionId: id, outcome, message: `It waits for ${WAITS[release.for]}, too.` };
  return { actionId: id, outcome };
}

const WAITS = { person: "a person", chain: "the action before it in its chain" } as const;

function tooMany(): AppError {
  return new AppError("approval.too_many", `more than ${APPROVALS_AT_ONCE_MAX}`);
}

/** The kind stands beside its arguments here, and inside them within. */
function toWire({ spec, policies, ...record }: ApprovalRecord) {
  const { kind: _kind, ...args } = spec;
  return { ...record, arguments: args as Record<string, unknown>, policies: policies.map(policyToWire) };
}

export function policyToWire({ timeoutMs, ...policy }: ApprovalPolicy) {
  return { ...policy, ...(timeoutMs === undefined ? {} : { timeoutSeconds: timeoutMs / 1_000 }) };
}
