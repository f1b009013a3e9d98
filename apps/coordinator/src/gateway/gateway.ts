import { createServer, type Server } from "node:https";
import type {
  Agent,
  AgentStatus,
  ApplyStatuses,
  BudgetUpdate,
  Dispatcher,
  Enrolment,
  EvidenceDesk,
  LeaseWatch,
  ReadinessStore,
  Redelivery,
  ReleaseHandout,
  SiteRef,
  SiteSessions,
} from "@cordon/coordinator-core";
import {
  type AgentId,
  assertNever,
  type Clock,
  type Logger,
  type Random,
  type Secret,
  type TenantId,
} from "@cordon/core/kernel";
import {
  type Hello,
  type OrderRefused,
  type SessionServer,
  serveSessions,
  sessionTlsOptions,
  type ToAgent,
  type ToCoordinator,
} from "@cordon/protocol";
import { LISTENER_LIMITS, limitConnections, serverOptionsOf } from "../http/listener-limits.ts";
import type { OrderSigner } from "../signer/order-signer.ts";
import { answerHello, authenticate } from "./answer-hello.ts";
import { createSessionKeeper } from "./keep-sessions.ts";
import { type Live, liveSession, type Session } from "./live-session.ts";
import type { SessionIdentities } from "./session-identities.ts";

export interface GatewayDeps {
  readonly enrolment: Pick<Enrolment, "identify">;
  /** Absent in tests that have one process. */
  readonly revokedAmong?: (agentIds: readonly AgentId[]) => Promise<readonly AgentId[]>;
  readonly sessions: SiteSessions;
  readonly applyStatuses: ApplyStatuses;
  readonly dispatcher: Dispatcher;
  readonly redelivery: Redelivery;
  readonly leases: Pick<LeaseWatch, "reported" | "answered" | "connected">;
  /** Absent in tests that ask no site for files, or hear no site's readiness. */
  readonly evidence?: Pick<EvidenceDesk, "answered">;
  readonly readiness?: Pick<ReadinessStore, "putReadiness">;
  /** Absent in tests that renew no certificate. */
  readonly identities?: SessionIdentities;
  /** Absent in tests that roll no release out. */
  readonly handout?: Pick<ReleaseHandout, "connected" | "gone" | "reported">;
  readonly signer: Pick<OrderSigner, "sign" | "keyList">;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: Secret };
}

export interface Gateway {
  readonly server: Server;
  sessionCount(): number;
  /** Asks the site's active agent, as soon as its socket has room; false when it is not connected to this process. */
  askForEvidence(site: SiteRef, requestId: string): Promise<boolean>;
  /** The tenant's keys have changed: its agents are told. */
  keysChanged(tenantId: TenantId): void;
  /** Sends to every agent that is connected to this process. */
  tellAll(message: ToAgent): void;
  /** Ends the sessions of an agent that was revoked. */
  dropAgent(agentId: AgentId): void;
  /** Ends the site's active session if it is older than this epoch; its agent comes back and is told what it is. */
  standDown(site: SiteRef, epoch: number): void;
  close(): Promise<void>;
}

/**
 * The listener that agents dial: knows each by its certificate, holds one active session per site, and moves that site's actions;
 * beside it those of agents that stand by.
 */
export function createGateway(deps: GatewayDeps): Gateway {
  const { clock, logger, dispatcher } = deps;
  /** The active ones. */
  const bySite = new Map<string, Live>();
  const bySession = new Map<Session, Live>();
  /** Sessions whose end is being recorded. */
  const endings = new Set<Promise<void>>();
  /** When the record was asked about a hello: the session it led to counts from there. */
  const began = new WeakMap<Hello, number>();
  const server = createServer({ ...serverOptionsOf(LISTENER_LIMITS.gateway), ...sessionTlsOptions(deps.tls) });
  limitConnections(server, LISTENER_LIMITS.gateway);

  const sessions: SessionServer = serveSessions<Agent>({
    server,
    authenticate: (peer) => authenticate(peer, deps.enrolment),
    onHello: (agent, hello) => {
      began.set(hello, clock.monotonicMs());
      return answerHello(agent, hello, deps.sessions, () => void deps.redelivery.run());
    },
    mayHear: (session) => {
      const live = bySession.get(session);
      return live === undefined || keeper.mayHear(live);
    },
    onOpen: open,
    onMessage: receive,
    onClosed: (session) => {
      const ending = closed(session).finally(() => endings.delete(ending));
      endings.add(ending);
    },
    clock,
    random: deps.random,
    logger,
  });
  const keeper = createSessionKeeper({
    sessions: deps.sessions,
    live: () => [...bySession.values()],
    ...(deps.revokedAmong === undefined ? {} : { revokedAmong: deps.revokedAmong }),
    clock,
    logger,
  });

  function open(session: Session): void {
    const live = liveSession(session, began.get(session.hello) ?? clock.monotonicMs(), deps);
    const { ref } = live;
    bySession.set(session, live);
    deps.handout?.connected(ref, session.hello.agentVersion, live.updates);
    deps.identities?.connected(session);
    for (const other of bySession.values()) {
      if (other === live || other.ref.agentId !== ref.agentId || other.ref.role === "active") continue;
      other.session.close("session.superseded", `session ${session.sessionId} of the same agent took over`);
    }
    if (ref.role === "standby") {
      logger.info("site.stand_by", { ...ref, sessionId: session.sessionId, remoteAddress: session.remoteAddress });
      return;
    }
    const key = siteKey(ref);
    const before = bySite.get(key);
    if (before && before.ref.epoch > ref.epoch) {
      session.close("session.stale_epoch", `the site has a newer session, epoch ${before.ref.epoch}`);
      return;
    }
    bySite.set(key, live);
    before?.session.close("session.superseded", `session ${session.sessionId} of the same site took over`);
    logger.info("site.connect", { ...ref, sessionId: session.sessionId, remoteAddress: session.remoteAddress });
    dispatcher
      .attach(ref, live.link)
      .then(() => deps.leases.connected(ref))
      .catch((error) => {
        logger.error("site.attach", { ...ref, error });
        session.close("internal.unexpected", "the site's queue cannot be reached");
      });
  }

  async function closed(session: Session): Promise<void> {
    const live = bySession.get(session);
    if (!live) return;
    bySession.delete(session);
    if (bySite.get(siteKey(live.ref)) === live) bySite.delete(siteKey(live.ref));
    live.link.lost();
    deps.handout?.gone(live.ref, session.hello.agentVersion, live.updates);
    try {
      if (live.ref.role === "active") await dispatcher.detach(live.ref, live.link);
      await live.tail;
      await deps.sessions.end(live.ref, live.heardMs);
      logger.info("site.disconnect", { ...live.ref, sessionId: session.sessionId });
    } catch (error) {
      // The record notices the silence by itself, and the sweep queues again what was not given back.
      logger.warn("site.disconnect", { ...live.ref, sessionId: session.sessionId, error });
    }
  }

  function receive(session: Session, message: ToCoordinator): void | Promise<void> {
    const live = bySession.get(session);
    if (!live) return;
    if (message.kind === "receipt") return live.link.onReceipt(message);
    if (message.kind === "cancelResult") return live.link.onCancelResult(message);
    if (message.kind === "orderRefused") return refused(live, message);
    if (message.kind === "orderKeysHeld") return keysHeld(live, message.version);
    if (live.ref.role === "standby" && !SAID_ON_STAND_BY.includes(message.kind)) {
      // Only the active agent speaks for the site.
      logger.debug("site.stand_by_message", { ...live.ref, kind: message.kind });
      return;
    }
    const applied = live.tail.then(() => apply(live, message));
    live.tail = applied.catch(() => {});
    return applied;
  }

  /** Somebody between the signer and the agent changes what goes there, or an agent missed what its keys became. */
  function refused(live: Live, message: OrderRefused): void {
    const { sequence, code } = message;
    logger.error("security.order_refused", { ...live.ref, sequence, code, reason: message.message });
    live.link.onOrderRefused(message);
  }

  function keysHeld(live: Live, version: number): void {
    const { ref, link } = live;
    link.onKeysHeld(version);
    deps.signer
      .keyList(ref.tenantId)
      .then((list) => (version < list.version ? link.sendKeys() : undefined))
      .catch((error: unknown) => logger.warn("order.keys", { ...ref, error }));
  }

  async function apply(
    live: Live,
    message: Exclude<ToCoordinator, { kind: "receipt" | "cancelResult" | "orderRefused" | "orderKeysHeld" }>,
  ): Promise<void> {
    const { session, ref } = live;
    switch (message.kind) {
      case "statusBatch": {
        const result = await deps.applyStatuses(ref, message.statuses satisfies readonly AgentStatus[]);
        if (result.kind === "fenced") return fence(session);
        await answer(session, { kind: "statusAck", cursor: result.cursor });
        return;
      }
      case "inventorySnapshot": {
        const version = await deps.sessions.snapshotPart(ref, message);
        if (version === "fenced") return fence(session);
        // The agent goes on with the last part's acknowledgement; those in between say how far it is.
        await answer(session, { kind: "inventoryAck", version });
        return;
      }
      case "inventoryDelta": {
        const version = await deps.sessions.delta(ref, message);
        if (version === "fenced") return fence(session);
        await answer(session, { kind: "inventoryAck", version });
        return;
      }
      case "budgetReport": {
        const stored = await deps.sessions.budgets(ref, message satisfies BudgetUpdate);
        if (stored === "fenced") fence(session);
        return;
      }
      case "leaseReport": {
        const stored = await deps.leases.reported(ref, message.leases);
        if (stored === "fenced") fence(session);
        return;
      }
      case "releaseResult": {
        const { kind: _kind, actionId, ...verdict } = message;
        await deps.leases.answered(ref, actionId, verdict);
        live.link.onReleaseResult(message);
        return;
      }
      case "evidenceAnswer":
        await deps.evidence?.answered(ref, message.requestId, message);
        return;
      case "updateReport":
        await deps.handout?.reported(ref, message);
        return;
      case "siteReport": {
        const { tenantId, siteId, epoch } = ref;
        const stored = await deps.readiness?.putReadiness(tenantId, siteId, epoch, message.readiness, clock.now());
        if (stored === "fenced") fence(session);
        return;
      }
      case "renewalRequest": {
        const renewed = await deps.identities?.renew(session.identity, message.csr);
        if (renewed !== undefined) await answer(session, { kind: "renewalAnswer", ...renewed });
        return;
      }
      case "trustApplied":
        await deps.identities?.trustApplied(session.identity, message);
        return;
      case "policyApplied":
      case "resolveAnswer":
        // Answers to questions that this release does not ask.
        logger.debug("site.unasked_answer", { ...ref, kind: message.kind });
        return;
      default:
        return assertNever(message);
    }
  }

  return {
    server,
    sessionCount: () => bySite.size,
    askForEvidence: async (site, requestId) =>
      (await bySite.get(siteKey(site))?.link.askForEvidence(requestId)) ?? false,
    keysChanged: (tenantId) => {
      for (const { ref, link } of bySession.values()) if (ref.tenantId === tenantId) void link.sendKeys();
    },
    tellAll: (message) => {
      for (const session of bySession.keys()) void answer(session, message);
    },
    dropAgent: (agentId) => {
      for (const { session, ref } of bySession.values()) {
        if (ref.agentId === agentId) session.close("session.identity_revoked", "the agent was revoked");
      }
    },
    standDown: (site, epoch) => {
      const live = bySite.get(siteKey(site));
      if (live === undefined || live.ref.epoch >= epoch) return;
      live.session.close("session.role_changed", "another agent of the site was chosen");
    },
    close: async () => {
      keeper.stop();
      await sessions.close();
      await Promise.all(endings);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What an agent says of itself rather than of its site. */
const SAID_ON_STAND_BY: readonly ToCoordinator["kind"][] = [
  "statusBatch",
  "budgetReport",
  "updateReport",
  "renewalRequest",
  "trustApplied",
];

function siteKey(ref: SiteRef): string {
  return `${ref.tenantId}/${ref.siteId}`;
}

function fence(session: Session): void {
  session.close("session.stale_epoch", "the site has a newer session");
}

/** An acknowledgement may be lost: the agent sends again what is not acknowledged, so a closed session is no trouble. */
async function answer(session: Session, message: ToAgent): Promise<boolean> {
  for (;;) {
    const outcome = session.send(message);
    if (outcome !== "congested") return outcome === "sent";
    await session.drained();
  }
}
