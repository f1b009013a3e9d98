import { createHash } from "node:crypto";
import { AppError } from "./errors.ts";

type Id<Name extends string> = string & { readonly __brand: Name };

export type TenantId = Id<"TenantId">;
export type SiteId = Id<"SiteId">;
/** The KSC host id (`KLHST_WKS_HOSTNAME`): unique on its KSC server only, so always used together with a site. */
export type EndpointId = Id<"EndpointId">;
/** KUMA's own event `ID`; unique within a tenant. */
export type EventId = Id<"EventId">;
export type RuleId = Id<"RuleId">;
export type DecisionId = Id<"DecisionId">;
export type ActionId = Id<"ActionId">;
export type AgentId = Id<"AgentId">;

/** Tenants, sites and rules are named by people: lower-case words with dashes, so that they are safe in keys and URLs. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** Ids that others made: printable, no white space, bounded. */
const FOREIGN = /^[!-~]{1,128}$/;

function slug<T extends string>(what: string) {
  return (value: string): T => {
    if (SLUG.test(value)) return value as T;
    throw new AppError("input.invalid_id", `${what} "${value}" must be 1-64 characters of a-z, 0-9 and inner dashes`);
  };
}

function foreign<T extends string>(what: string) {
  return (value: string): T => {
    if (FOREIGN.test(value)) return value as T;
    throw new AppError("input.invalid_id", `${what} must be 1-128 printable characters without white space`);
  };
}

export const tenantId = slug<TenantId>("tenant id");
export const siteId = slug<SiteId>("site id");
export const ruleId = slug<RuleId>("rule id");
export const endpointId = foreign<EndpointId>("endpoint id");
export const eventId = foreign<EventId>("event id");
export const decisionId = foreign<DecisionId>("decision id");
export const actionId = foreign<ActionId>("action id");
export const agentId = foreign<AgentId>("agent id");

/**
 * [D4] Ids are derived from what they stand for, so planning the same event twice yields the same ids, and every hop can
 * recognise a repeat. `act_` plus 32 hex digits: safe as a BullMQ job id, which may be neither an integer nor contain ":".
 */
export function deriveId(prefix: "act" | "dec", parts: readonly string[]): string {
  const hash = createHash("sha256");
  // Length-prefixed, so that ("ab","c") and ("a","bc") differ.
  for (const part of parts) hash.update(`${part.length}:${part};`);
  return `${prefix}_${hash.digest("hex").slice(0, 32)}`;
}

export const deriveActionId = (parts: readonly string[]): ActionId => deriveId("act", parts) as ActionId;
export const deriveDecisionId = (parts: readonly string[]): DecisionId => deriveId("dec", parts) as DecisionId;
