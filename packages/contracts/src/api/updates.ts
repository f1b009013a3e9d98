import * as z from "zod";
import { epochMillis } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const version = z
  .string()
  .regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[0-9A-Za-z.-]{1,40})?$/, "must be a version such as 1.2.3");

export const agentReleaseInput = z
  .strictObject({ version })
  .describe("the name of its folder in the coordinator's releases folder, as the packager made it");
export const agentReleaseParams = z.strictObject({ version });

export const agentRelease = z.object({
  version: z.string(),
  builtAt: z.string(),
  commit: z.string().optional(),
  protocol: z.object({ min: z.number().int(), max: z.number().int() }),
  mayReplaceNewer: z.boolean(),
  files: z
    .array(z.object({ target: z.string(), name: z.string(), bytes: z.number().int(), sha256: z.string() }))
    .readonly(),
  keyId: z.string().describe("the key that signed it"),
  registeredAt: epochMillis,
  registeredBy: z.string(),
});
export const agentReleasePage = pageOf(agentRelease);

const DAYS_MAX = 30;

const ringInput = z.strictObject({
  sites: z
    .array(z.string().regex(/^[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}$/, "must be tenant/site"))
    .min(1)
    .max(1_000)
    .optional()
    .describe("these sites for certain, as tenant/site"),
  share: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("this part of the sites that no ring names, drawn by lot; without it and `sites`: all that remain"),
  soakSeconds: z
    .number()
    .int()
    .min(0)
    .max(DAYS_MAX * 86_400)
    .default(86_400)
    .describe("for so long its agents must have run it healthy before the next ring begins"),
});

export const rolloutInput = z.strictObject({
  version,
  rings: z.array(ringInput).max(20).default([]).describe("left out: 5 % of the sites, then 25 %, then all, a day each"),
});

const counts = z.object({
  healthy: z.number().int().describe("run it, proven, connected"),
  failed: z.number().int().describe("took it back, or found it wrong"),
  underway: z.number().int(),
  pending: z.number().int().describe("connected, not begun"),
  silent: z.number().int().describe("began, and not heard of since"),
  away: z.number().int().describe("not heard of, not begun"),
  off: z.number().int().describe("take no updates"),
  noFile: z.number().int().describe("the release has no file for their platform"),
});

export const rollout = z.object({
  rolloutId: z.string(),
  version: z.string(),
  state: z.enum(["running", "paused", "aborted", "done"]),
  ring: z.number().int().describe("the newest ring that gets it, from 0"),
  ringSince: epochMillis,
  reason: z.string().optional().describe("why it is paused, or what the next ring waits for"),
  createdAt: epochMillis,
  createdBy: z.string(),
  changedAt: epochMillis,
  changedBy: z.string(),
});
export const rolloutPage = pageOf(rollout);

export const rolloutWithRings = rollout.extend({
  rings: z
    .array(
      z.object({
        sites: z.array(z.string()).readonly().optional(),
        share: z.number().optional(),
        soakSeconds: z.number(),
        agents: counts,
      }),
    )
    .readonly(),
});

export const rolloutParams = z.strictObject({ rolloutId: z.string().min(1).max(128) });
export const rolloutChangeParams = rolloutParams.extend({
  change: z
    .enum(["pause", "resume", "abort", "advance"])
    .describe("resume tolerates the failures so far; advance begins the next ring whatever the present one says"),
});

export const fleetQuery = pageQuery.extend({
  version: version.optional().describe("whose last report is shown; left out: that of the current rollout"),
});

export const fleetAgent = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  agentId: z.string(),
  active: z.boolean().describe("it is the one that acts for its site"),
  connected: z.boolean(),
  seenAt: epochMillis.optional(),
  running: z.string().optional().describe("its version; absent before its first session"),
  target: z.string().optional().describe("its platform; absent: an agent that knows no updates"),
  ring: z.number().int().optional().describe("the ring that its own configuration asks for"),
  off: z.boolean().describe("it takes no updates"),
  report: z
    .object({
      state: z.enum(["off", "waiting", "downloading", "restarting", "running", "returned", "refused"]),
      at: epochMillis,
      problem: z.object({ code: z.string(), message: z.string(), mend: z.string() }).optional(),
    })
    .optional()
    .describe("its last word about the version asked for"),
});
export const fleetPage = pageOf(fleetAgent);
