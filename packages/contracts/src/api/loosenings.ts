import * as z from "zod";
import { brake } from "./brakes.ts";
import { endpointLabels } from "./endpoint-labels.ts";
import { epochMillis, foreignId, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const labelSet = z.object({ roles: z.array(z.string()).readonly(), tags: z.array(z.string()).readonly() });

/** A wish to take protection away, which counts once a second person says so. */
export const loosening = z.object({
  looseningId: z.string(),
  change: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("lift"), brakeId: z.string(), type: z.string() }),
    z.object({
      kind: z.literal("relabel"),
      siteId: z.string(),
      endpointId: z.string(),
      before: labelSet,
      after: labelSet,
    }),
  ]),
  askedBy: z.string(),
  askedAt: epochMillis,
  reason: z.string(),
  expiresAt: epochMillis.describe("nobody can confirm it any more then"),
  state: z.enum(["open", "confirmed", "rejected"]),
  decided: z.object({ at: epochMillis, by: z.string(), reason: z.string() }).optional().describe("absent while open"),
});

const awaitsSecond = loosening
  .optional()
  .describe("present: nothing has changed yet, a second person has to confirm it");

export const brakeLifted = brake.extend({ awaitsSecond });
export const endpointLabelsPut = endpointLabels.extend({ awaitsSecond });

export const looseningQuery = pageQuery.extend({ state: loosening.shape.state.optional() });
export const looseningPage = pageOf(loosening);
export const looseningParams = z.strictObject({ tenantId: ids.tenant, looseningId: foreignId });
export const everyTenantsLooseningParams = z.strictObject({ looseningId: foreignId });
export const looseningDecision = z.strictObject({
  verdict: z.enum(["confirm", "reject"]),
  reason: z.string().trim().min(1).max(250),
});
