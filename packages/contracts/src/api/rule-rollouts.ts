import { ACTION_KINDS, ACTION_STATES } from "@cordon/core/action";
import { GATE_NAMES, PAUSE_CAUSES, RULE_ROLLOUT_CHANGES, RULE_ROLLOUT_STATES } from "@cordon/core/rollout";
import * as z from "zod";
import { label } from "./brakes.ts";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

export const SITE_LABELS_MAX = 20;

export const siteLabelsInput = z.strictObject({
  labels: z.array(label).max(SITE_LABELS_MAX).readonly().describe("all of them: canary, tier-gold"),
});

/** What one rollout may ask for. A soak of a month is a mistake, and so are twenty waves. */
export const ROLLOUT_LIMITS = { wavesMax: 20, sitesMax: 1_000, labelsMax: 10, secondsMax: 30 * 86_400 } as const;

const seconds = z.number().int().min(0).max(ROLLOUT_LIMITS.secondsMax);
const siteName = z.string().regex(/^[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}$/, "must be tenant/site");
const share = z.number().gt(0).max(1);
const reason = z.string().trim().min(1).max(500);

export const ruleRolloutWave = z.strictObject({
  sites: z.array(siteName).min(1).max(ROLLOUT_LIMITS.sitesMax).readonly().optional().describe("these for certain"),
  labels: z
    .array(label)
    .min(1)
    .max(ROLLOUT_LIMITS.labelsMax)
    .readonly()
    .optional()
    .describe("sites that have every one of these labels"),
  share: share
    .optional()
    .describe("with labels: this part of those that have them; without: this part of all sites, drawn by lot"),
  soakSeconds: seconds.describe("for so long the wave is looked at before the next may begin"),
});

const gate = { max: z.number().min(0), sampleMin: z.number().int().min(0).max(1_000_000) } as const;

export const ruleRolloutGates = z.strictObject({
  isolations: z
    .strictObject(gate)
    .optional()
    .describe("isolations per 1,000 endpoints, of which one is always allowed; sample: decisions"),
  releases: z
    .strictObject({ ...gate, withinSeconds: seconds })
    .optional()
    .describe("the part of the isolations that a person ended so soon; sample: isolations"),
  unknown: z.strictObject(gate).optional().describe("the part of the ended actions whose effect is unknown"),
  budget: z
    .strictObject(gate)
    .optional()
    .describe("the largest part of one endpoint's slots; sample: endpoints acted on"),
});

export const ruleRolloutPolicy = z.strictObject({
  waves: z.array(ruleRolloutWave).min(1).max(ROLLOUT_LIMITS.wavesMax).readonly(),
  gates: ruleRolloutGates,
  onBad: z.enum(["pause", "rollback"]).describe("what a gate that says no leads to"),
  extendSecondsMax: seconds.describe(
    "a soak without enough to judge goes on for at most so long, then waits for a person",
  ),
});
export type RuleRolloutPolicy = z.output<typeof ruleRolloutPolicy>;

const DAY = 86_400;

/** What is used when nobody says otherwise: a twentieth of the sites, then a quarter, then all; a day each. */
export const DEFAULT_RULE_ROLLOUT_POLICY: RuleRolloutPolicy = {
  waves: [{ share: 0.05, soakSeconds: DAY }, { share: 0.25, soakSeconds: DAY }, { soakSeconds: DAY }],
  gates: {
    isolations: { max: 20, sampleMin: 10 },
    releases: { max: 0.2, sampleMin: 0, withinSeconds: 3_600 },
    unknown: { max: 0.1, sampleMin: 0 },
    budget: { max: 0.1, sampleMin: 0 },
  },
  onBad: "pause",
  extendSecondsMax: 2 * DAY,
};

export const ruleRolloutInput = z.strictObject({
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be a plan's hash: 64 hexadecimal digits")
    .describe("of the plan that is applied: what it showed is what is rolled out"),
  contents: z
    .array(z.strictObject({ tenantId: ids.tenant, contentHash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .max(1_000)
    .readonly()
    .optional()
    .describe("what the caller's files say, to be compared with the plan"),
  policy: ruleRolloutPolicy.default(DEFAULT_RULE_ROLLOUT_POLICY),
  prune: z.boolean().default(false).describe("rules that are in force and not in the plan's sets may go"),
  reason,
});

export const ruleRolloutPreviewInput = ruleRolloutInput.pick({ planHash: true, contents: true, policy: true });

export const ruleRolloutPreview = z.object({
  tenants: z
    .array(
      z.object({
        tenantId: z.string(),
        version: z.number().int(),
        fromVersion: z.number().int().optional().describe("absent: its sites run nothing"),
      }),
    )
    .readonly(),
  waves: z
    .array(z.object({ sites: z.array(z.string()).readonly() }))
    .readonly()
    .describe("as tenant/site"),
  goes: z.array(z.string()).readonly().describe("rules that are in force and would go, as tenant: rule"),
});

export const ruleRolloutReason = z.strictObject({ reason: reason.describe("why; kept in the record") });

const state = z.enum(RULE_ROLLOUT_STATES);

export const ruleRolloutGate = z.object({
  gate: z.enum(GATE_NAMES),
  verdict: z.enum(["good", "bad", "inconclusive"]),
  value: z.number(),
  max: z.number(),
  sample: z.number().int(),
  sampleMin: z.number().int(),
  message: z.string(),
});

export const ruleRollout = z.object({
  rolloutId: z.string(),
  planHash: z.string(),
  state,
  pausedFor: z.enum(PAUSE_CAUSES).optional(),
  reason: z.string().describe("of its last move"),
  wave: z.number().int().describe("the newest wave that runs the new sets, from 0"),
  waves: z.number().int(),
  waveSince: epochMillis,
  soakUntil: epochMillis,
  extendedSeconds: z.number().describe("by how much this wave's soak was prolonged"),
  tenants: z
    .array(
      z.object({
        tenantId: z.string(),
        version: z.number().int(),
        fromVersion: z.number().int().optional().describe("absent: its sites ran nothing"),
        open: z.boolean().describe("its sites may run two sets"),
      }),
    )
    .readonly(),
  createdAt: epochMillis,
  createdBy: z.string(),
  changedAt: epochMillis,
  changedBy: z.string(),
});
export const ruleRolloutPage = pageOf(ruleRollout);

export const ruleRolloutWithSteps = ruleRollout.extend({
  policy: ruleRolloutPolicy,
  gates: z.array(ruleRolloutGate).readonly().describe("as measured just now"),
  evidenceSince: epochMillis.describe("what the gates look at happened since"),
  sites: z
    .array(
      z.object({
        tenantId: z.string(),
        siteId: z.string(),
        wave: z.number().int(),
        since: epochMillis.optional().describe("when it began to run the new set; absent: not yet"),
        until: epochMillis.optional().describe("when it went back"),
      }),
    )
    .readonly(),
  steps: z
    .array(
      z.object({
        at: epochMillis,
        by: z.string(),
        kind: z.string(),
        state,
        wave: z.number().int(),
        reason: z.string(),
      }),
    )
    .readonly()
    .describe("everything that was done, who and why; oldest first"),
  allowed: z.array(z.enum(RULE_ROLLOUT_CHANGES)).readonly().describe("what can be done now"),
});

export const ruleRolloutParams = z.strictObject({ rolloutId: z.string().min(1).max(128) });
export const ruleRolloutChangeParams = ruleRolloutParams.extend({ change: z.enum(RULE_ROLLOUT_CHANGES) });

export const ruleRolloutCompensation = z.object({
  items: z
    .array(
      z.object({
        tenantId: z.string(),
        siteId: z.string(),
        endpointId: z.string(),
        endpointName: z.string(),
        actionId: z.string(),
        ruleId: z.string(),
        kind: z.enum(ACTION_KINDS),
        state: z.enum(ACTION_STATES),
        createdAt: epochMillis,
        until: epochMillis.optional().describe("when it ends by itself"),
        askedAt: epochMillis.optional().describe("when its end was asked for"),
        alsoWanted: z.boolean().describe("another rule set wants it as well, so an approval leaves it"),
        way: z.enum(["release", "by_hand"]),
        note: z.string(),
      }),
    )
    .readonly(),
  more: z.boolean().describe("there are further ones: approve, then look again"),
});

export const ruleRolloutCompensated = ruleRolloutCompensation.extend({
  asked: z.number().int().describe("so many isolations' end was asked for"),
});

export const runningVersionQuery = pageQuery.extend({ tenantId: ids.tenant.optional() });

export const runningVersion = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  version: z.number().int().optional().describe("the rule set that it runs; absent: none"),
  contentHash: z.string().optional(),
  since: epochMillis.optional(),
  baseline: z.number().int().optional().describe("what its tenant's sites run that no rollout has reached"),
  rolloutId: z.string().optional().describe("the rollout that has its tenant"),
  wave: z.number().int().optional(),
  wanted: z.number().int().optional().describe("what it runs when the rollout is done"),
  connected: z.boolean().describe("its agent is; rules are evaluated at the coordinator all the same"),
  queued: z.number().int().describe("actions that wait for the site"),
});
export const runningVersionPage = pageOf(runningVersion);
