import { ACTION_KINDS } from "@cordon/core/action";
import * as z from "zod";
import { canary } from "./canaries.ts";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const budget = z.object({
  limit: z.number().int(),
  used: z.number().int(),
  foreign: z.number().int().describe("of `used`: tasks that others made"),
  deferred: z.number().int().describe("actions that wait for a slot"),
  known: z.boolean().describe("false: not yet compared with KSC, the worst is assumed"),
  measuredAt: epochMillis,
});

export const endpoint = z.object({
  siteId: z.string(),
  endpointId: z.string(),
  displayName: z.string(),
  fqdn: z.string().optional(),
  hostName: z.string().optional(),
  addresses: z.array(z.string()).readonly(),
  groupName: z.string().optional(),
  kesVersion: z.string().optional(),
  osName: z.string().optional(),
  edrStatus: z.number().int().optional().describe("KLHST_WKS_EDR_STATUS: the state of the EDR component"),
  statusMask: z.number().int(),
  lastSeenAt: epochMillis.optional(),
  budget: budget.optional(),
});

export const endpointPage = pageOf(endpoint);

export const endpointQuery = pageQuery.extend({
  siteId: ids.site.optional(),
  text: z.string().min(1).max(200).optional().describe("part of a name or address, or a whole host id"),
});

export const endpointParams = z.strictObject({ tenantId: ids.tenant, siteId: ids.site, endpointId: ids.endpoint });

const readiness = z.object({
  receivedAt: epochMillis,
  measuredAt: epochMillis.describe("when KSC was looked at"),
  kscVersion: z.string().optional(),
  missingRights: z.array(z.string()).readonly().describe("of the KSC account, with what fails without them"),
  killSwitch: z.boolean().describe("the site's own kill switch is pulled"),
  policySha256: z.string().optional(),
  policyProblem: z.string().optional().describe("the newest policy file is wrong; the one before it is in force"),
  refusals: z
    .array(z.object({ kind: z.enum(ACTION_KINDS).optional(), code: z.string(), reason: z.string() }))
    .readonly()
    .describe("what the site would refuse or hold back just now; without a kind: everything"),
  kscClockSkewMs: z.number().optional().describe("KSC's clock minus the agent's"),
  drift: z.object({ endpoints: z.number().int(), tasks: z.number().int() }),
});

export const siteHealth = z.object({
  siteId: z.string(),
  connected: z.boolean(),
  connectedSince: epochMillis.optional(),
  lastSeenAt: epochMillis.optional(),
  agentId: z.string().optional(),
  agentVersion: z.string().optional(),
  epoch: z.number().int(),
  actingLeaseSeconds: z
    .number()
    .describe(
      "how long the active agent acts without the coordinator; 0: without limit, so nobody takes over by itself",
    ),
  standbys: z
    .array(
      z.object({
        agentId: z.string(),
        connected: z.boolean(),
        connectedSince: epochMillis,
        lastSeenAt: epochMillis,
        agentVersion: z.string(),
        reason: z.enum(["active_alive", "unleased", "other_promoted", "configured"]).describe("why it waits"),
        serviceConsole: z.enum(["unknown", "up", "down"]),
        kscProblem: z.object({ code: z.string(), message: z.string(), mend: z.string() }).optional(),
      }),
    )
    .readonly(),
  endpoints: z.number().int(),
  serviceConsole: z.enum(["unknown", "up", "down"]).describe("down: KSC stores requests and nothing happens"),
  kscProblem: z.object({ code: z.string(), message: z.string(), mend: z.string() }).optional(),
  readiness: readiness.optional().describe("what the site last said that it can and will do"),
  canary: canary
    .pick({ state: true, alarm: true, lastPassedAt: true, nextAt: true, lastPassed: true })
    .optional()
    .describe("whether a probe of the whole path passes; absent: none is set up"),
  ledger: z.object({ endpoints: z.number().int(), open: z.number().int(), deferred: z.number().int() }),
  queue: z
    .object({ waiting: z.number().int(), delayed: z.number().int(), active: z.number().int() })
    .optional()
    .describe("absent while the queue cannot be reached"),
});

const component = z.object({
  ok: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string(), mend: z.string() }).optional(),
});

export const processHealth = z.object({
  ok: z.boolean(),
  version: z.string(),
  startedAt: epochMillis,
  database: component,
  queue: component.extend({ backend: z.enum(["redis", "postgres"]) }),
  gateway: z.object({ sessions: z.number().int() }),
  intake: z.object({ pendingRequests: z.number().int(), pendingBytes: z.number().int(), oldestMs: z.number().int() }),
  breakGlass: z
    .object({
      enabled: z.boolean(),
      alarm: z
        .object({ at: epochMillis, source: z.string(), uses: z.number().int() })
        .optional()
        .describe("its latest alarm of the last day, with the uses that all of them told"),
    })
    .optional()
    .describe("the emergency account; absent while the record does not answer"),
});

export const siteHealthPage = pageOf(siteHealth);

export type ProcessHealth = z.output<typeof processHealth>;
