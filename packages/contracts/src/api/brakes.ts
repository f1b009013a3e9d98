import { BRAKE_TYPES } from "@cordon/core/guards";
import { KINDS_AND_CLASSES } from "@cordon/core/site-policy";
import * as z from "zod";
import { epochMillis, foreignId, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

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

/** The members that one type needs beyond its scope, once for tenants and once for all of them. */
const killSwitch = { type: z.literal("killSwitch"), ...scope } as const;

export const brakeInput = z.discriminatedUnion("type", [z.strictObject({ ...killSwitch, siteId })]);
export const everyTenantsBrakeInput = z.discriminatedUnion("type", [z.strictObject(killSwitch)]);

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
