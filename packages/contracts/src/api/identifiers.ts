import { actionId, agentId, endpointId, eventId, ruleId, siteId, tenantId } from "@cordon/core/kernel";
import * as z from "zod";

/** The admin API's root. All times are epoch milliseconds, all durations carry their unit in the name. */
export const API_PREFIX = "/api/v1";

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** An id that a person gives: tenants, sites and rules. */
const slug = z.string().regex(SLUG, "must be 1-64 characters of a-z, 0-9 and inner dashes");
/** An id that a machine made. */
export const foreignId = z.string().regex(/^[!-~]{1,128}$/, "must be 1-128 printable characters without white space");
/** Ids of a request as what they are, so that no handler has to say it again. */
export const ids = {
  tenant: slug.transform(tenantId),
  site: slug.transform(siteId),
  rule: slug.transform(ruleId),
  endpoint: foreignId.transform(endpointId),
  event: foreignId.transform(eventId),
  action: foreignId.transform(actionId),
  agent: foreignId.transform(agentId),
} as const;

export const displayName = z.string().trim().min(1).max(200);
export const epochMillis = z.number().int().describe("epoch milliseconds");
