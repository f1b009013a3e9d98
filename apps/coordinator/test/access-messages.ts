import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import type { AgentMessage, ToCoordinator } from "@cordon/protocol";

/** What is another tenant's. */
export interface Theirs {
  readonly actionId: ActionId;
  readonly endpointId: EndpointId;
  readonly requestId: string;
}

const AT = epochMs(1_772_442_847_123);
const evidence = { rung: "event" } as const;

/**
 * Every message of an agent, saying things about what is another tenant's; a sentence where a message names nothing that could be. The
 * type makes a new message lack its row here until somebody has thought about it. None names a tenant: whose agent it is, is the session's.
 */
export const FOREIGN_MESSAGES: Readonly<Record<AgentMessage["kind"], string | ((theirs: Theirs) => ToCoordinator)>> = {
  hello: "names a site of the certificate's tenant; another than the certificate's is refused (gateway.int.test.ts)",
  receipt: ({ actionId }) => ({ kind: "receipt", actionId, verdict: { kind: "accepted" } }),
  orderRefused: "names a number of the session's own",
  orderKeysHeld: "names a list of the tenant's own keys",
  cancelResult: ({ actionId }) => ({ kind: "cancelResult", actionId, outcome: "cancelled" }),
  statusBatch: ({ actionId }) => ({
    kind: "statusBatch",
    statuses: [{ seq: 1, actionId, state: "succeeded", at: AT, detail: { evidence } }],
  }),
  inventorySnapshot: ({ endpointId }) => ({
    kind: "inventorySnapshot",
    version: 1,
    part: 0,
    last: true,
    endpoints: [{ endpointId, displayName: "taken", addresses: [], statusMask: 0 }],
  }),
  inventoryDelta: ({ endpointId }) => ({
    kind: "inventoryDelta",
    fromVersion: 1,
    version: 2,
    upserted: [],
    removed: [endpointId],
  }),
  policyApplied: "names a version of the site's own policy",
  resolveAnswer: "answers a question that the coordinator asks nobody yet",
  budgetReport: ({ endpointId }) => ({
    kind: "budgetReport",
    serviceConsole: "up",
    ledger: { endpoints: 1, open: 0, deferred: 0 },
    budgets: [{ endpointId, limit: 1, used: 1, foreign: 1, deferred: 9, known: true, measuredAt: AT }],
  }),
  releaseResult: ({ actionId }) => ({ kind: "releaseResult", actionId, outcome: "released", steps: "none" }),
  leaseReport: ({ actionId, endpointId }) => ({
    kind: "leaseReport",
    leases: [
      { actionId, endpointId, state: "holding", wantedUntil: AT, renewals: 0, renewalsMax: 0, heard: "yes" } as const,
    ],
  }),
  evidenceAnswer: ({ requestId }) => ({ kind: "evidenceAnswer", requestId, items: [] }),
  siteReport: "is about the session's own site",
  updateReport: "is about the session's own agent",
  renewalRequest: "asks for a certificate with the session's own name",
  trustApplied: "names a version of what every agent trusts",
  ping: "names nothing",
  pong: "names nothing",
};
