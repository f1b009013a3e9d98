import { ACTION_KINDS } from "@cordon/core/action";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf } from "./page.ts";

const MINUTE = 60;
const DAY = 86_400;

/** In seconds, but for the slots; as the coordinator has them. */
export const CANARY_BOUNDS = {
  everySeconds: { min: 15 * MINUTE, max: 7 * DAY, default: DAY },
  lateAfterSeconds: { min: 5 * MINUTE, max: 2 * DAY, default: 60 * MINUTE },
  slots: { min: 1, max: 3_000, default: 31 },
} as const;

export const CANARY_KIND_NAMES = ["iocScan", "getFile", "onDemandScan"] as const;

const bounded = ({
  min,
  max,
  default: preset,
}: {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}) => z.number().int().min(min).max(max).default(preset);

export const canaryInput = z.strictObject({
  endpointId: ids.endpoint.describe(
    "one endpoint of the site that may be probed, best one that is always on and nobody needs",
  ),
  kind: z
    .enum(CANARY_KIND_NAMES)
    .default("iocScan")
    .describe(
      "iocScan: for a hash that no file has; getFile: of C:\\Windows\\win.ini; onDemandScan: of the critical areas",
    ),
  everySeconds: bounded(CANARY_BOUNDS.everySeconds),
  lateAfterSeconds: bounded(CANARY_BOUNDS.lateAfterSeconds).describe("a probe that is not proven by then is an alarm"),
  slots: bounded(CANARY_BOUNDS.slots).describe(
    "probes of 30 days that may hold a slot of the endpoint; beyond it none is sent",
  ),
});

export const canaryProbe = z.object({
  siteId: z.string(),
  dueAt: epochMillis,
  endpointId: z.string(),
  kind: z.enum(ACTION_KINDS),
  state: z
    .enum(["planned", "ordered", "late", "passed", "failed", "skipped"])
    .describe("skipped: people or the allowance kept it from being sent; it says nothing of the site"),
  actionId: z.string().optional(),
  orderedAt: epochMillis.optional(),
  lateAt: epochMillis.optional(),
  endedAt: epochMillis.optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  stages: z
    .array(z.object({ stage: z.string(), ms: z.number() }))
    .readonly()
    .optional()
    .describe("time to each state since the one before, and `total`"),
});

export const canary = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  endpointId: z.string(),
  endpointName: z.string().optional().describe("absent: its site's inventory has it no more"),
  kind: z.enum(ACTION_KINDS),
  everySeconds: z.number(),
  lateAfterSeconds: z.number(),
  slots: z.number().int(),
  nextAt: epochMillis,
  changedAt: epochMillis,
  changedBy: z.string(),
  state: z.enum(["passing", "failing", "waiting"]).describe("waiting: none has ended yet"),
  alarm: z.object({ reason: z.string(), since: epochMillis }).optional().describe("absent while it passes"),
  lastPassedAt: epochMillis.optional(),
  passed: z.number().int(),
  failed: z.number().int(),
  last: canaryProbe.optional().describe("the last that ended"),
  lastPassed: canaryProbe.optional(),
});

export const canaryPage = pageOf(canary);
export const canaryProbePage = pageOf(canaryProbe);
