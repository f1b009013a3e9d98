import { ROLES, VERB_NAMES } from "@cordon/core/access";
import { ACTION_CLASSES } from "@cordon/core/action";
import * as z from "zod";
import { epochMillis, foreignId, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";
import { personName } from "./people.ts";

/** Cordon's own as people write them; those of a provider as it calls them, behind `oidc:`. */
const groupName = z
  .string()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?|oidc:[^\p{Cc}]{1,256})$/u,
    "must be 1-64 characters of a-z, 0-9 and inner dots, dashes and underscores, or oidc: with a provider's group",
  );
const ownGroupName = personName.describe("a group of Cordon's own");
const reason = z.string().trim().min(1).max(250);

const role = z.enum(ROLES);
const effect = z.enum(["allow", "deny"]);
const sites = z
  .array(ids.site)
  .min(1)
  .max(500)
  .readonly()
  .optional()
  .describe("these alone, so that a new site is not among them; left out: all, also those that come later");
const classes = z
  .array(z.enum(ACTION_CLASSES))
  .min(1)
  .max(ACTION_CLASSES.length)
  .readonly()
  .optional()
  .describe("orders and approvals of these classes alone; left out: of all");
const to = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("person"), name: personName }),
  z.strictObject({ kind: z.literal("group"), name: groupName }),
]);

const given = { effect: effect.default("allow"), role, classes } as const;

/** A role that is given or taken in the tenant of the path. */
export const grantInput = z.strictObject({ to, ...given, sites, reason: reason.optional() });
/** On all tenants, also those that come later. */
export const fleetGrantInput = z.strictObject({ to, ...given, reason: reason.optional() });

/** Somewhere: in one tenant, or, said so, on all of them. */
export const accessInput = z
  .strictObject({
    ...given,
    tenantId: ids.tenant.optional(),
    allTenants: z.literal(true).optional().describe("on all tenants, also those that come later"),
    sites,
  })
  .refine(({ tenantId, allTenants }) => (tenantId === undefined) !== (allTenants === undefined), {
    error: "name the tenant, or say allTenants: true",
    path: ["tenantId"],
  })
  .refine(({ allTenants, sites: named }) => allTenants === undefined || named === undefined, {
    error: "sites are of one tenant",
    path: ["sites"],
  });
export type AccessInput = z.output<typeof accessInput>;

export const access = z.object({
  effect,
  role,
  tenantId: z.string().optional().describe("absent: all tenants, also those that come later"),
  sites: z.array(z.string()).readonly().optional().describe("absent: all sites, also those that come later"),
  classes: z.array(z.enum(ACTION_CLASSES)).readonly().optional().describe("absent: all"),
});

export const grant = access.extend({
  grantId: z.string(),
  to: z.object({ kind: z.enum(["person", "group"]), name: z.string() }),
});
export const grantRecord = grant.extend({
  reason: z.string().optional(),
  grantedAt: epochMillis,
  grantedBy: z.string(),
});
export const grantPage = pageOf(grantRecord);
export const grantParams = z.strictObject({ tenantId: ids.tenant, grantId: foreignId });
export const fleetGrantParams = z.strictObject({ grantId: foreignId });

const verb = z.enum(VERB_NAMES as [(typeof VERB_NAMES)[number], ...(typeof VERB_NAMES)[number][]]);

export const explainQuery = z.strictObject({
  person: personName,
  verb,
  siteId: ids.site.optional().describe("left out: every site"),
  actionClass: z.enum(ACTION_CLASSES).optional().describe("left out: every class"),
});
export const fleetExplainQuery = z.strictObject({ person: personName, verb });
export const explanation = z.object({
  outcome: z.enum(["allowed", "denied", "no_grant", "out_of_bounds"]),
  grant: grant.optional().describe("which decides; absent: none gives it"),
  verb: z.string(),
  says: z.string().describe("what the right is about"),
  roles: z.array(role).readonly().describe("which have it"),
});

/** Somebody new, with what it may do from the start; without grants: nothing. */
export const personInput = z.strictObject({
  name: personName,
  grants: z.array(accessInput).max(20).readonly().default([]),
});

export const whoami = z.object({
  kind: z.enum(["person", "token", "service", "break-glass"]),
  name: z.string().describe("under which it is kept"),
  id: z.string(),
  via: z.string(),
  from: z.string().describe("the address that the request came from"),
  groups: z.array(z.string()).readonly(),
  grants: z.array(grant).readonly(),
  bounds: z.array(access).readonly().optional().describe("of a token: it may do only what these allow, too"),
});

export const groupMember = z.object({
  group: z.string(),
  person: z.string(),
  addedAt: epochMillis,
  addedBy: z.string(),
});
export const groupMemberPage = pageOf(groupMember);
export const groupMemberParams = z.strictObject({ group: ownGroupName, name: personName });

export const TOKEN_LIMITS = { daysMax: 366, boundsMax: 20 } as const;

export const apiTokenInput = z.strictObject({
  label: z.string().trim().min(1).max(200).describe("what it is for"),
  bounds: z.array(accessInput).min(1).max(TOKEN_LIMITS.boundsMax).readonly(),
  days: z.number().int().min(1).max(TOKEN_LIMITS.daysMax).default(90),
});
export const apiToken = z.object({
  tokenId: z.string(),
  prefix: z.string().describe("how it begins, to find it where it lies around"),
  person: z.string().describe("for whom it acts"),
  label: z.string(),
  bounds: z.array(access).readonly(),
  madeAt: epochMillis,
  expiresAt: epochMillis,
  lastUsed: z.object({ at: epochMillis, from: z.string() }).optional().describe("noted once a minute at most"),
  revoked: z.object({ at: epochMillis, by: z.string() }).optional(),
});
export const newApiToken = apiToken.extend({ token: z.string().describe("shown here and never again") });
export const apiTokenPage = pageOf(apiToken);
export const apiTokenQuery = pageQuery;
export const apiTokenParams = z.strictObject({ tokenId: foreignId });
