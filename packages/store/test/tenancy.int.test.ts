import { hashFiles } from "@cordon/coordinator-core";
import { type ActionId, type AgentId, eventId, ruleId, siteId, type TenantId } from "@cordon/core/kernel";
import type { ListDefinition } from "@cordon/core/lists";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  addActions,
  addSession,
  anAction,
  anEndpoint,
  anEvent,
  certificateFacts,
  NOW,
  openRecordWorld,
  type RecordWorld,
  type Settled,
} from "./record-world.ts";

/**
 * Every call of every port that takes a tenant, made with one tenant's ids in another tenant's name. The table is total: a
 * call that is added to a port does not compile until its row is here.
 */
type TenantCalls<Port> = {
  [Name in keyof Port as Port[Name] extends (...args: infer Args) => unknown
    ? Args extends [TenantId, ...unknown[]]
      ? Name
      : never
    : never]: Case;
};

interface Case {
  readonly call: (stranger: TenantId, own: Own) => Promise<unknown>;
  /** What "not found" looks like for this call. */
  readonly answer: unknown;
}

interface Own extends Settled {
  readonly actionId: ActionId;
  readonly agentId: AgentId;
  readonly credentialId: string;
  readonly quarantineId: number;
  readonly decisionId: string;
}

let world: RecordWorld;
let own: Own;
let stranger: TenantId;

beforeAll(async () => {
  world = await openRecordWorld();
  const settled = await world.settle({ siteName: "only-mine" });
  stranger = (await world.settle({ endpoints: [] })).tenant;
  const { tenant, site, session } = settled;
  const [action] = await addActions(world, site, ["mine"]);
  await world.ingest.commit(
    tenant,
    {
      events: [anEvent(tenant, "mine")],
      quarantine: [{ code: "event.invalid", message: "bad", raw: "{", truncated: false }],
      receivedAt: NOW,
    },
    new Set(),
    () => Promise.reject(new Error("nothing is to be planned")),
  );
  await world.credentials.addCredential(tenant, {
    credentialId: "cred-1",
    proof: { kind: "secretPath", segmentHash: "hash" },
    createdAt: NOW,
  });
  const files = [{ name: "a.yaml", text: "[]" }];
  await world.ruleSets.addRuleSet(tenant, {
    contentHash: hashFiles(files),
    files,
    publishedAt: NOW,
    publishedBy: "me",
  });
  await world.ruleSets.activateRuleSet(tenant, { version: 1, activatedAt: NOW, activatedBy: "me" });
  const [quarantined] = await world.actions.listQuarantine(tenant, { limit: 1 });
  if (!action || !quarantined) throw new Error("there should be an action and a bad event");
  own = {
    ...settled,
    actionId: action.actionId,
    agentId: session.agentId,
    credentialId: "cred-1",
    quarantineId: quarantined.quarantineId,
    decisionId: action.decisionId,
  };
});
afterAll(() => world.close());

const never = () => Promise.reject(new Error("nothing is to be planned"));

const TENANTS: TenantCalls<RecordWorld["tenants"]> = {
  getTenant: { call: (t) => world.tenants.getTenant(`${t}-x` as TenantId), answer: undefined },
  createSite: {
    call: (t) =>
      world.tenants.createSite(`${t}-x` as TenantId, { siteId: siteId("hq"), name: "x", aliases: [], createdAt: NOW }),
    answer: "no_tenant",
  },
  getSite: { call: (t) => world.tenants.getSite(t, siteId("only-mine")), answer: undefined },
  listSites: {
    call: async (t) => (await world.tenants.listSites(t)).map(({ tenantId }) => tenantId),
    answer: ["tenant-2"],
  },
  putSiteLabels: {
    call: (t) => world.tenants.putSiteLabels(t, siteId("only-mine"), { labels: ["x"], at: NOW, by: "x" }),
    answer: false,
  },
};

const AGENTS: TenantCalls<RecordWorld["agents"]> = {
  addToken: {
    call: (t) =>
      world.agents.addToken(t, { tokenId: "x", siteId: siteId("only-mine"), createdAt: NOW, expiresAt: NOW }, "x"),
    answer: false,
  },
  listTokens: { call: (t) => world.agents.listTokens(t, siteId("only-mine")), answer: [] },
  listAgents: { call: (t) => world.agents.listAgents(t, siteId("only-mine")), answer: [] },
  findAgent: { call: (t, { agentId }) => world.agents.findAgent(t, agentId), answer: undefined },
  revokeAgent: {
    call: (t, { agentId }) => world.agents.revokeAgent(t, agentId, { decommission: false }, NOW),
    answer: undefined,
  },
  putNextCertificate: {
    call: (t, { agentId }) => world.agents.putNextCertificate(t, agentId, certificateFacts(`next of ${agentId}`)),
    answer: false,
  },
  takeNextCertificate: {
    call: (t, { agentId }) => world.agents.takeNextCertificate(t, agentId, `next of ${agentId}`),
    answer: undefined,
  },
  confirmTrust: { call: (t, { agentId }) => world.agents.confirmTrust(t, agentId, 7), answer: undefined },
};

const CREDENTIALS: TenantCalls<RecordWorld["credentials"]> = {
  // Looked up before the tenant is known, so what one tenant uses another cannot take over.
  addCredential: {
    call: (t) =>
      world.credentials.addCredential(t, {
        credentialId: "x",
        proof: { kind: "secretPath", segmentHash: "hash" },
        createdAt: NOW,
      }),
    answer: "exists",
  },
  listCredentials: { call: (t) => world.credentials.listCredentials(t), answer: [] },
  removeCredential: {
    call: (t, { credentialId }) => world.credentials.removeCredential(t, credentialId),
    answer: false,
  },
};

const RULE_SETS: TenantCalls<RecordWorld["ruleSets"]> = {
  addRuleSet: {
    call: (t) =>
      world.ruleSets.addRuleSet(`${t}-x` as TenantId, {
        contentHash: "h",
        files: [],
        publishedAt: NOW,
        publishedBy: "x",
      }),
    answer: undefined,
  },
  getRuleSet: { call: (t) => world.ruleSets.getRuleSet(t, 1), answer: undefined },
  listRuleSets: { call: (t) => world.ruleSets.listRuleSets(t), answer: [] },
  activateRuleSet: {
    call: (t) => world.ruleSets.activateRuleSet(t, { version: 1, activatedAt: NOW, activatedBy: "x" }),
    answer: "not_found",
  },
  listActivations: { call: (t) => world.ruleSets.listActivations(t), answer: [] },
};

const INGEST: TenantCalls<RecordWorld["ingest"]> = {
  // The same event id under another tenant is another event.
  commit: {
    call: async (t) => {
      const batch = { events: [anEvent(t, "mine")], quarantine: [], receivedAt: NOW };
      return [...(await world.ingest.commit(t, batch, new Set(), never)).stored];
    },
    answer: ["mine"],
  },
};

const ACTIONS: TenantCalls<RecordWorld["actions"]> = {
  loadForDispatch: {
    call: (t, { site, actionId }) => world.actions.loadForDispatch(t, site.siteId, [actionId]),
    answer: [],
  },
  move: {
    call: (t, { actionId }) => world.actions.move(t, [{ actionId, state: "cancelled", at: NOW, source: "api" }], NOW),
    answer: [expect.objectContaining({ outcome: "not_found" })],
  },
  applyStatuses: {
    call: (t, { site, session }) =>
      world.actions.applyStatuses(t, [{ ...session, siteId: site.siteId, statuses: [], gap: "accept" }], NOW),
    answer: [{ kind: "fenced" }],
  },
  addOrdered: {
    // The same ids under another tenant would be another action; of a site that the stranger does not have there is none.
    call: (t) => {
      const { decision, action } = anAction({ tenantId: t, siteId: siteId("only-mine") }, "mine");
      return world.actions.addOrdered(t, decision, action, "x");
    },
    answer: false,
  },
  addRetry: {
    call: (t, { site, actionId }) => {
      const { decision, action } = anAction({ tenantId: t, siteId: site.siteId }, "again");
      return world.actions.addRetry(t, decision, action, actionId, { actor: "x", reason: "x" });
    },
    answer: { kind: "not_found" },
  },
  getAction: { call: (t, { actionId }) => world.actions.getAction(t, actionId), answer: undefined },
  listWaiting: { call: (t, { actionId }) => world.actions.listWaiting(t, actionId), answer: [] },
  getTimeline: { call: (t, { actionId }) => world.actions.getTimeline(t, actionId), answer: undefined },
  listActions: { call: (t) => world.actions.listActions(t, { limit: 10 }), answer: [] },
  listDecisions: {
    call: async (t) => (await world.actions.listDecisions(t, { limit: 10 })).filter((d) => d.tenantId !== t),
    answer: [],
  },
  getEvent: { call: (t) => world.actions.getEvent(t, eventId("not-of-the-stranger")), answer: undefined },
  listEvents: {
    call: async (t) => (await world.actions.listEvents(t, { limit: 10 })).filter((e) => e.tenantId !== t),
    answer: [],
  },
  listQuarantine: { call: (t) => world.actions.listQuarantine(t, { limit: 10 }), answer: [] },
  getQuarantined: { call: (t, { quarantineId }) => world.actions.getQuarantined(t, quarantineId), answer: undefined },
  markReplayed: {
    call: async (t, { tenant, quarantineId }) => {
      await world.actions.markReplayed(t, quarantineId, NOW);
      return (await world.actions.getQuarantined(tenant, quarantineId))?.replayedAt;
    },
    answer: undefined,
  },
};

const SWEEP: TenantCalls<RecordWorld["sweep"]> = {
  listQueued: { call: (t, { site }) => world.sweep.listQueued(t, site.siteId, undefined, 10), answer: [] },
};

const HELLO = {
  agentVersion: "1",
  ledgerId: "ledger-1",
  standBy: false,
  epoch: 0,
  statusSeq: 0,
  serviceConsole: "up",
  ledger: { endpoints: 0, open: 0, deferred: 0 },
} as const;

const SESSIONS: TenantCalls<RecordWorld["sessions"]> = {
  beginSession: {
    call: (t, { site, agentId }) =>
      world.sessions.beginSession(t, site.siteId, { ...HELLO, agentId }, { actingLeaseMs: 1_000 }, NOW),
    answer: undefined,
  },
  promote: {
    call: (t, { site, agentId }) => world.sessions.promote(t, site.siteId, { agentId, oldIsStopped: true }, NOW),
    answer: { kind: "no_standby" },
  },
  endStandby: {
    call: async (t, { tenant, site }) => {
      const waiting = await addSession(world, site, `waiting-${tenant}`);
      await world.sessions.endStandby(t, waiting.agentId, NOW);
      return (await world.sessions.listStandbys(tenant)).map(({ connected }) => connected);
    },
    answer: [true],
  },
  putStandbyHealth: {
    call: async (t, { tenant, site }) => {
      const waiting = await addSession(world, site, `waiting-${tenant}`);
      await world.sessions.putStandbyHealth(t, waiting.agentId, { serviceConsole: "down" });
      return (await world.sessions.listStandbys(tenant)).map(({ serviceConsole }) => serviceConsole);
    },
    answer: ["up"],
  },
  listStandbys: {
    call: async (t, { tenant, site }) => {
      await addSession(world, site, `waiting-${tenant}`);
      return world.sessions.listStandbys(t);
    },
    answer: [],
  },
  endSession: {
    call: async (t, { tenant, site, session }) => {
      await world.sessions.endSession(t, site.siteId, session.epoch, NOW);
      return (await world.sessions.getSession(tenant, site.siteId))?.connected;
    },
    answer: true,
  },
  getSession: { call: (t) => world.sessions.getSession(t, siteId("only-mine")), answer: undefined },
  listSessions: {
    call: async (t) => (await world.sessions.listSessions(t)).filter((s) => s.tenantId !== t),
    answer: [],
  },
};

const A_TRIP = {
  ruleId: ruleId("isolate"),
  code: "guard.storm",
  limitedBy: "brk_1",
  message: "Too many.",
  trippedAt: NOW,
  eventId: eventId("tripping"),
  ruleSetVersion: 1,
} as const;
const A_RESET = {
  ruleId: ruleId("isolate"),
  siteId: siteId("only-mine"),
  resetAt: NOW,
  resetBy: "me",
  reason: "r",
};
const A_LABEL = { roles: [], tags: ["mine"], changedBy: "me", changedAt: NOW };
const atHost = ({ siteId: site }: Own["site"]) => ({ siteId: site, endpointId: anEndpoint().endpointId });

const INVENTORY: TenantCalls<RecordWorld["inventory"]> = {
  putSnapshotPart: {
    call: (t, { session }) =>
      world.inventory.putSnapshotPart(
        t,
        siteId("only-mine"),
        session.epoch,
        { version: 2, part: 0, last: true, endpoints: [] },
        NOW,
      ),
    answer: "fenced",
  },
  applyDelta: {
    call: (t, { session }) =>
      world.inventory.applyDelta(
        t,
        siteId("only-mine"),
        session.epoch,
        { fromVersion: 1, version: 2, upserted: [], removed: [] },
        NOW,
      ),
    answer: "fenced",
  },
  putBudgets: {
    call: (t, { session }) =>
      world.inventory.putBudgets(t, siteId("only-mine"), session.epoch, { ...HELLO, budgets: [] }, NOW),
    answer: "fenced",
  },
  getEndpoint: {
    call: (t, { site }) => world.inventory.getEndpoint(t, site.siteId, anEndpoint().endpointId),
    answer: undefined,
  },
  listEndpoints: { call: (t) => world.inventory.listEndpoints(t, { limit: 10 }), answer: [] },
};

const LABELS: TenantCalls<RecordWorld["labels"]> = {
  putLabels: { call: (t, { site }) => world.labels.putLabels(t, { ...A_LABEL, ...atHost(site) }), answer: false },
  getLabels: {
    call: async (t, { tenant, site }) => {
      await world.labels.putLabels(tenant, { ...A_LABEL, ...atHost(site) });
      return world.labels.getLabels(t, atHost(site));
    },
    answer: undefined,
  },
  listLabels: { call: (t) => world.labels.listLabels(t, { limit: 10 }), answer: [] },
  groupsOf: {
    call: async (t, { tenant, site }) => {
      await world.labels.putLabels(tenant, { ...A_LABEL, ...atHost(site) });
      const brake = { type: "redundancy", brakeId: "r-1", scope: {}, reason: "r", setBy: "me", setAt: NOW } as const;
      const named = { ...brake, group: { by: "tag", tag: "mine" }, bounds: { upMin: 1 } } as const;
      return [...((await world.labels.groupsOf(t, [named], NOW)).get("r-1")?.members ?? [])];
    },
    answer: [],
  },
  traitsOf: { call: async (t, { site }) => [...(await world.labels.traitsOf(t, [atHost(site)])).keys()], answer: [] },
};

const BRAKES: TenantCalls<RecordWorld["brakes"]> = {
  inForce: {
    call: async (t, { tenant }) => {
      const brake = { type: "killSwitch", brakeId: "k-1", reason: "r", setBy: "me", setAt: NOW } as const;
      await world.brakes.addBrake({ ...brake, scope: { tenantId: tenant } }, 10);
      return world.brakes.inForce(t);
    },
    answer: [],
  },
};

const RULE_HOLDS: TenantCalls<RecordWorld["ruleHolds"]> = {
  listHolds: {
    call: async (t, { tenant }) => {
      await world.ingest.commit(
        tenant,
        { events: [anEvent(tenant, "tripping")], quarantine: [], receivedAt: NOW },
        new Set([eventId("tripping")]),
        async () => ({ decisions: [], actions: [], trips: [A_TRIP] }),
      );
      return world.ruleHolds.listHolds(t, { limit: 10 });
    },
    answer: [],
  },
  rearm: {
    call: async (t, { tenant }) => {
      await world.ruleHolds.rearm(t, A_TRIP.ruleId, { at: NOW, by: "me", reason: "r" });
      return (await world.ruleHolds.listHolds(tenant, { limit: 10, openOnly: true })).length;
    },
    answer: 1,
  },
};

const HELD: TenantCalls<RecordWorld["held"]> = {
  loadForRelease: { call: (t, mine) => heldOf(mine).then((id) => world.held.loadForRelease(t, [id])), answer: [] },
  release: {
    call: async (t, mine) => {
      const detail = { evidence: { rung: "none" } } as const;
      return world.held.release(t, [{ actionId: await heldOf(mine) }], { source: "api", detail }, NOW);
    },
    answer: [],
  },
};

async function heldOf({ site }: Own): Promise<ActionId> {
  const [action] = await addActions(world, site, ["held"], { state: "held" });
  if (!action) throw new Error("there should be a held action");
  return action.actionId;
}

/** Asks people about the tenant's held action. */
async function askedOf(mine: Own): Promise<ActionId> {
  const actionId = await heldOf(mine);
  const { action } = anAction(mine.site, "held");
  const { siteId: site, endpointId, endpointName, ruleSetVersion, ruleId: rule, eventId: of } = action;
  const asked = {
    siteId: site,
    endpointId,
    endpointName,
    kind: action.spec.kind,
    ruleId: rule,
    ruleSetVersion,
    eventId: of,
  };
  const terms = {
    heldBy: "rule.holds",
    hash: "h",
    askedAt: NOW,
    expiresAt: action.deadline,
    onTimeout: "deny",
  } as const;
  const policies = [{ need: 1, onTimeout: "deny", notAuthor: false }] as const;
  await world.ingest.commit(
    mine.tenant,
    { events: [anEvent(mine.tenant, "asking")], quarantine: [], receivedAt: NOW },
    new Set([eventId("asking")]),
    async () => ({ decisions: [], actions: [], approvals: [{ actionId, policies, ...asked, ...terms }] }),
  );
  if ((await world.approvals.getApproval(mine.tenant, actionId)) === undefined) throw new Error("nothing is asked");
  return actionId;
}

const APPROVALS: TenantCalls<RecordWorld["approvals"]> = {
  listApprovals: {
    call: (t, mine) => askedOf(mine).then(() => world.approvals.listApprovals(t, { limit: 10 })),
    answer: [],
  },
  getApproval: { call: async (t, mine) => world.approvals.getApproval(t, await askedOf(mine)), answer: undefined },
  vote: {
    call: async (t, mine) => {
      const actionIds = [await askedOf(mine)];
      const none = { votes: [], decided: [] };
      return (await world.approvals.vote(t, { actionIds }, 10, (found) => ({ writes: none, found }))).found;
    },
    answer: [],
  },
  settle: {
    call: async (t, mine) => {
      const actionId = await askedOf(mine);
      const decided = [{ actionId, state: "approved", by: "me", at: NOW }] as const;
      await world.approvals.vote(mine.tenant, { actionIds: [actionId] }, 10, () => ({
        writes: { votes: [], decided },
      }));
      await world.actions.move(mine.tenant, [{ actionId, state: "cancelled", at: NOW, source: "api" }], NOW);
      await world.approvals.settle(t, [actionId]);
      return (await world.approvals.listUnsettled(undefined, 10)).map((unsettled) => unsettled.actionId === actionId);
    },
    answer: [true],
  },
};

const COOL_DOWN_RESETS: TenantCalls<RecordWorld["coolDownResets"]> = {
  addReset: { call: (t) => world.coolDownResets.addReset(t, A_RESET), answer: undefined },
  listResets: {
    call: async (t, { tenant }) => {
      await world.coolDownResets.addReset(tenant, A_RESET);
      return world.coolDownResets.listResets(t, { limit: 10 });
    },
    answer: [],
  },
};

const A_LIST: ListDefinition = { name: "mine", kind: "activeList", key: ["key"], columns: [], description: "" };
const ACTOR = { at: NOW, by: "x" };

/** Its id, once it is there with an entry. */
async function listOf({ tenant }: Own): Promise<number> {
  await world.lists.createList(tenant, A_LIST, ACTOR);
  const { listId = 0 } = (await world.lists.getList(tenant, "mine")) ?? {};
  await world.lists.changeEntries(tenant, "mine", listId, { kind: "put", entries: [{ key: ["k"], cells: {} }] }, ACTOR);
  return listId;
}

const LISTS: TenantCalls<RecordWorld["lists"]> = {
  createList: {
    call: (t) => world.lists.createList(`${t}-x` as TenantId, A_LIST, ACTOR),
    answer: { kind: "no_tenant" },
  },
  getList: {
    call: async (t, mine) => {
      await listOf(mine);
      return world.lists.getList(t, "mine");
    },
    answer: undefined,
  },
  listLists: { call: (t) => world.lists.listLists(t), answer: [] },
  changeList: {
    call: (t) => world.lists.changeList(t, "mine", ACTOR, () => ({ kind: "keep" })),
    answer: { kind: "not_found" },
  },
  deleteList: { call: (t) => world.lists.deleteList(t, "mine", ACTOR), answer: { kind: "not_found" } },
  changeEntries: {
    call: async (t, mine) => {
      const listId = await listOf(mine);
      return world.lists.changeEntries(t, "mine", listId, { kind: "removed", keys: [["k"]] }, ACTOR);
    },
    answer: { kind: "not_found" },
  },
  listEntries: { call: (t) => world.lists.listEntries(t, "mine", { now: NOW, limit: 10 }), answer: undefined },
  getEntry: { call: (t) => world.lists.getEntry(t, "mine", ["k"], NOW), answer: undefined },
  listRevisions: { call: (t) => world.lists.listRevisions(t, "mine", { limit: 10 }), answer: [] },
  listEntryRevisions: { call: (t) => world.lists.listEntryRevisions(t, "mine", { limit: 10 }), answer: [] },
  shapes: { call: async (t) => [...(await world.lists.shapes(t)).keys()], answer: [] },
  placeOf: { call: (t) => world.lists.placeOf(t, "mine"), answer: undefined },
};

const PORTS: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  tenants: TENANTS,
  agents: AGENTS,
  credentials: CREDENTIALS,
  ruleSets: RULE_SETS,
  ingest: INGEST,
  actions: ACTIONS,
  sweep: SWEEP,
  sessions: SESSIONS,
  inventory: INVENTORY,
  labels: LABELS,
  brakes: BRAKES,
  ruleHolds: RULE_HOLDS,
  coolDownResets: COOL_DOWN_RESETS,
  held: HELD,
  approvals: APPROVALS,
  lists: LISTS,
};

describe.each(Object.entries(PORTS))("[S10] another tenant's anything is not found: %s", (_port, cases) => {
  test.each(Object.entries(cases))("%s", async (_name, { call, answer }) => {
    expect(await call(stranger, own)).toEqual(answer);
  });
});
