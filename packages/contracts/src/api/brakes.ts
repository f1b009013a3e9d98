import { BRAKE_TYPES, REACHES } from "@cordon/core/guards";
import { isDate, type Parsed, parseSpan, parseZone } from "@cordon/core/rules";
import { KINDS_AND_CLASSES } from "@cordon/core/site-policy";
import * as z from "zod";
import { approvalPolicy, approvalPolicyInput } from "./approvals.ts";
import { epochMillis, foreignId, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

/** Names of one never-touch list: each is held against every endpoint of a plan; patterns, groups and roles stand for more. */
const NEVER_TOUCH_MAX = 500;

/** Room for the rest of the sentence in an action's detail. */
const reason = z.string().trim().min(1).max(250).describe("why; shown with everything that it stops");

const scope = {
  ruleId: ids.rule.optional().describe("left out: every rule, and orders by hand"),
  kinds: z
    .array(z.enum(KINDS_AND_CLASSES))
    .min(1)
    .max(KINDS_AND_CLASSES.length)
    .optional()
    .describe("kinds or classes of action; left out: all"),
  reason,
} as const;
const siteId = ids.site.optional().describe("left out: every site of the tenant");

const LOCAL_MINUTE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/;
const localMinute = z
  .string()
  .regex(LOCAL_MINUTE, "must be a local time like 2026-12-20T18:00")
  .refine((text) => isDate(text.slice(0, 10)), "is no day of the calendar");

const parsed = (parse: (text: string) => Parsed<unknown>) => (text: string, context: z.RefinementCtx) => {
  const outcome = parse(text);
  if (!outcome.ok) context.addIssue({ code: "custom", message: outcome.problem });
};

export const freezeTimes = z
  .strictObject({
    zone: z.string().max(64).superRefine(parsed(parseZone)).describe("IANA, such as Europe/Berlin"),
    spans: z
      .array(z.string().max(64).superRefine(parsed(parseSpan)))
      .min(1)
      .max(50)
      .readonly()
      .optional()
      .describe("every week: Mon-Fri 08:00-18:00, 22:00-06:00 or Sat,Sun"),
    except: z
      .array(z.string().refine(isDate, "must be a day like 2026-12-25"))
      .max(400)
      .readonly()
      .optional()
      .describe("days on which no weekly span begins"),
    between: z
      .array(
        z
          .strictObject({ from: localMinute, until: localMinute })
          .refine(({ from, until }) => from < until, "ends before it begins")
          .readonly(),
      )
      .min(1)
      .max(50)
      .readonly()
      .optional()
      .describe("single periods, by the clocks of the zone"),
  })
  .refine(({ spans, between }) => spans !== undefined || between !== undefined, "needs `spans`, `between` or both")
  .describe("left out: until the freeze is lifted");

/** The members that one type needs beyond its scope, once for tenants and once for all of them. */
const killSwitch = { type: z.literal("killSwitch"), ...scope } as const;

const freeze = { type: z.literal("freeze"), ...scope, times: freezeTimes.optional() } as const;

const pattern = z.string().trim().min(1).max(255).describe("`*` and `?` are wildcards, case does not count");
/** Words that people give, so that a slip in case or a blank makes no second one. */
export const label = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, {
  error: "must be 1-64 characters of a-z, 0-9 and inner dashes",
});

const neverTouchWho = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("endpoint"), endpointId: ids.endpoint.describe("its KSC host id") }),
  z.strictObject({ by: z.literal("name"), pattern: pattern.describe("against FQDN, host name and display name") }),
  z.strictObject({ by: z.literal("group"), pattern: pattern.describe("KSC administration group") }),
  z.strictObject({ by: z.literal("role"), role: label }),
  z.strictObject({ by: z.literal("tag"), tag: label }),
]);

const neverTouch = {
  type: z.literal("neverTouch"),
  ...scope,
  who: z.array(neverTouchWho).min(1).max(NEVER_TOUCH_MAX).readonly(),
} as const;

const windowSeconds = (max: number) => z.number().int().min(60).max(max).describe("how long an attempt counts");
const DAY_SECONDS = 86_400;

const bounds = {
  attemptsMax: z.number().int().min(1).max(10_000).optional().describe("actions asked for, whatever came of them"),
  endpointsMax: z.number().int().min(1).max(10_000).optional().describe("different endpoints"),
  shareMax: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("different endpoints as a share of the site's, or without a site the tenant's; one is always allowed"),
} as const;

const blastRadius = {
  type: z.literal("blastRadius"),
  ...scope,
  per: z.enum(REACHES).describe("what is counted together"),
  windowSeconds: windowSeconds(31 * DAY_SECONDS),
  bounds: z
    .strictObject(bounds)
    .refine((given) => Object.values(given).some((bound) => bound !== undefined), "needs at least one bound")
    .describe("past any of them the rule that asks is in hold until it is re-armed"),
} as const;

const storm = {
  type: z.literal("storm"),
  ...scope,
  windowSeconds: windowSeconds(3_600),
  bounds: z.strictObject({ endpointsMax: z.number().int().min(1).max(10_000) }).describe("of one rule at one site"),
} as const;

const redundancyBounds = {
  upMin: z.number().int().min(1).max(10_000).optional().describe("so many members are never isolated"),
  downShareMax: z.number().min(0).max(1).optional().describe("at most this share of the members is isolated at once"),
} as const;

/** It speaks of isolations, so it names no kinds. */
const redundancy = {
  type: z.literal("redundancy"),
  ruleId: scope.ruleId,
  reason,
  group: z.discriminatedUnion("by", [
    z.strictObject({ by: z.literal("role"), role: label }),
    z.strictObject({ by: z.literal("tag"), tag: label }),
  ]),
  bounds: z
    .strictObject(redundancyBounds)
    .refine((given) => Object.values(given).some((bound) => bound !== undefined), "needs at least one bound"),
} as const;

const approval = { type: z.literal("approval"), ...scope, policy: approvalPolicyInput } as const;

const slotForecast = {
  type: z.literal("slotForecast"),
  ...scope,
  whenFull: z.enum(["warn", "hold", "deny"]).describe("what is done with an action that would find no slot free"),
  reserve: z.number().int().min(0).max(1_000).default(0).describe("so many slots have to stay free besides"),
} as const;

const twoPersons = { type: z.literal("twoPersons"), reason: scope.reason } as const;

export const brakeInput = z.discriminatedUnion("type", [
  z.strictObject({ ...killSwitch, siteId }),
  z.strictObject({ ...freeze, siteId }),
  z.strictObject({ ...neverTouch, siteId }),
  z.strictObject({ ...redundancy, siteId }),
  z.strictObject({ ...blastRadius, siteId }),
  z.strictObject({ ...storm, siteId }),
  z.strictObject({ ...approval, siteId }),
  z.strictObject({ ...slotForecast, siteId }),
  z.strictObject({ ...twoPersons, siteId }),
]);
export const everyTenantsBrakeInput = z.discriminatedUnion("type", [
  z.strictObject(killSwitch),
  z.strictObject(freeze),
  z.strictObject(neverTouch),
  z.strictObject(redundancy),
  z.strictObject(blastRadius),
  z.strictObject(storm),
  z.strictObject(approval),
  z.strictObject(slotForecast),
  z.strictObject(twoPersons),
]);

export type BrakeInput = z.output<typeof brakeInput>;
export type EveryTenantsBrakeInput = z.output<typeof everyTenantsBrakeInput>;

export const brake = z.object({
  brakeId: z.string(),
  type: z.enum(BRAKE_TYPES),
  tenantId: z.string().optional().describe("absent: every tenant"),
  siteId: z.string().optional(),
  ruleId: z.string().optional(),
  kinds: z.array(z.string()).readonly().optional().describe("absent: every kind"),
  reason: z.string(),
  times: freezeTimes.optional().describe("of a freeze"),
  who: z
    .array(
      z.object({
        by: z.enum(["endpoint", "name", "group", "role", "tag"]),
        endpointId: z.string().optional(),
        pattern: z.string().optional(),
        role: z.string().optional(),
        tag: z.string().optional(),
      }),
    )
    .readonly()
    .optional()
    .describe("of a never-touch list"),
  per: z.enum(REACHES).optional().describe("of a blast radius"),
  windowSeconds: z.number().optional().describe("of a blast radius or a storm"),
  group: z
    .object({ by: z.enum(["role", "tag"]), role: z.string().optional(), tag: z.string().optional() })
    .optional()
    .describe("of a redundancy: its members are the endpoints with this role or tag"),
  bounds: z
    .object({ ...bounds, ...redundancyBounds })
    .optional()
    .describe("of a blast radius, a storm or a redundancy"),
  policy: approvalPolicy.optional().describe("of an approval"),
  whenFull: z.enum(["warn", "hold", "deny"]).optional().describe("of a slot forecast"),
  reserve: z.number().optional().describe("of a slot forecast"),
  setBy: z.string(),
  setAt: epochMillis,
  lift: z.object({ at: epochMillis, by: z.string(), reason: z.string() }).optional().describe("absent while in force"),
});

export const brakeSet = brake.extend({
  unsent: z.number().int().describe("held and queued actions in its scope, which no agent has yet"),
  warnings: z.array(z.string()).readonly(),
});

export const brakeQuery = pageQuery.extend({
  type: z.enum(BRAKE_TYPES).optional(),
  inForce: z.stringbool().default(false).describe("true: only those that nobody has lifted"),
});

export const brakePage = pageOf(brake);
export const brakeLiftInput = z.strictObject({ reason });
export const brakeParams = z.strictObject({ tenantId: ids.tenant, brakeId: foreignId });
export const everyTenantsBrakeParams = z.strictObject({ brakeId: foreignId });

export const ruleHold = z.object({
  holdId: z.number().int(),
  ruleId: z.string(),
  code: z.enum(["guard.blast_radius", "guard.storm"]),
  limitedBy: z.string().describe("the brake's id, or the member of the rule's own limits"),
  message: z.string().describe("what was counted, and what is allowed"),
  eventId: z.string().describe("the event that was one too many"),
  ruleSetVersion: z.number().int(),
  trippedAt: epochMillis,
  rearmed: z
    .object({ at: epochMillis, by: z.string(), reason: z.string() })
    .optional()
    .describe("absent while the rule is in hold"),
});

export const ruleHoldQuery = pageQuery.extend({
  ruleId: ids.rule.optional(),
  open: z.stringbool().default(false).describe("true: only rules that wait to be re-armed"),
});

export const ruleHoldPage = pageOf(ruleHold);
export const ruleHoldParams = z.strictObject({ tenantId: ids.tenant, ruleId: ids.rule });
export const rearmInput = z.strictObject({ reason });

export const coolDownResetInput = z
  .strictObject({
    ruleId: ids.rule,
    siteId: ids.site.optional().describe("left out: everywhere"),
    endpointId: ids.endpoint.optional().describe("left out: on every endpoint of the site"),
    reason,
  })
  .refine(({ siteId: site, endpointId }) => site !== undefined || endpointId === undefined, {
    error: "needs the endpoint's site",
    path: ["siteId"],
  });

export const coolDownReset = z.object({
  resetId: z.number().int(),
  ruleId: z.string(),
  siteId: z.string().optional(),
  endpointId: z.string().optional(),
  resetAt: epochMillis,
  resetBy: z.string(),
  reason: z.string(),
});

export const coolDownResetQuery = pageQuery.extend({ ruleId: ids.rule.optional() });
export const coolDownResetPage = pageOf(coolDownReset);
