import * as z from "zod";
import { epochMillis } from "./identifiers.ts";

/** The least covers the longest window of a limit and the longest cool-down, which are counted over stored decisions. */
export const RETENTION_DAY_BOUNDS = { min: 31, max: 3_650 } as const;

export const retentionInput = z.strictObject({
  days: z
    .number()
    .int()
    .min(RETENTION_DAY_BOUNDS.min)
    .max(RETENTION_DAY_BOUNDS.max)
    .optional()
    .describe("left out: the installation's default counts again"),
});

export const retention = z.object({
  days: z.number().int().describe("events, decisions and what is in quarantine are kept at least so long"),
  own: z
    .object({ days: z.number().int(), changedAt: epochMillis, changedBy: z.string() })
    .optional()
    .describe("absent: the installation's default"),
  keptFrom: epochMillis.describe(
    "what is older may be removed, but for decisions of unfinished actions and live isolations",
  ),
});
