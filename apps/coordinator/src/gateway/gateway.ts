import { createServer, type Server } from "node:https";
import type {
  Agent,
  AgentStatus,
  ApplyStatuses,
  BudgetUpdate,
  Dispatcher,
  Enrolment,
  SessionRef,
  SiteSessions,
} from "@cordon/coordinator-core";
import { type AgentId, assertNever, type Clock, type Logger, type Random, type Secret } from "@cordon/core/kernel";
import { agentIdentityOf } from "@cordon/identity";
import {
  type AgentSession,
  type Authentication,
  type Hello,
  type HelloAnswer,
  type PeerCertificate,
  type SessionServer,
  serveSessions,
  sessionTlsOptions,
  type ToCoordinator,
} from "@cordon/protocol";
import { createSessionLink, type SessionLink } from "./session-link.ts";

/** How often connected sites are noted as alive; well below the sweep's 90 s of silence. */
const HEARD_MS = 10_000;

export interface GatewayDeps {
  readonly enrolment: Pick<Enrolment, "identify">;
  readonly sessions: SiteSessions;
  readonly applyStatuses: ApplyStatuses;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: Secret };
}

export interface Gateway {
  readonly server: Server;
  sessionCount(): number;
  /** Ends the sessions of an agent that was revoked. */
  dropAgent(agentId: AgentId): void;
  close(): Promise<void>;
}

type Session = AgentSession<Agent>;

interface Live {
  readonly session: Session;
  readonly ref: SessionRef;
  readonly link: SessionLink;
  /** What came in is applied one after another: a status batch that overtook an older one would make that one count as seen. */
  tail: Promise<void>;
}

/** The listener that agents dial: knows each by its certificate, holds one session per site, and moves that site's actions. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { clock, logger, dispatcher } = deps;
  const bySite = new Map<string, Live>();
  const bySession = new Map<Session, Live>();
  /** Sessions whose end is being recorded. */
  const endings = new Set<Promise<void>>();
  const server = createServer(sessionTlsOptions(deps.tls));

  const sessions: SessionServer = serveSessions<Agent>({
    server,
    authenticate: (peer) => authenticate(peer, deps.enrolment),
    onHello: (agent, hello) => answerHello(agent, hello, deps.sessions),
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
  let stopHeard = clock.after(HEARD_MS, noteHeard);

  function noteHeard(): void {
    for (const { ref } of bySession.values()) deps.sessions.heard(ref);
    stopHeard = clock.after(HEARD_MS, noteHeard);
  }

  function open(session: Session): void {
    const { tenantId, siteId, agentId } = session.identity;
    const ref: SessionRef = { tenantId, siteId, agentId, epoch: session.welcome.epoch };
    const live: Live = { session, ref, link: createSessionLink(session, clock), tail: Promise.resolve() };
    bySession.set(session, live);
    const key = siteKey(ref);
    const before = bySite.get(key);
    if (before && before.ref.epoch > ref.epoch) {
      session.close("session.stale_epoch", `the site has a newer session, epoch ${before.ref.epoch}`);
      return;
    }
    bySite.set(key, live);
    before?.session.close("session.superseded", `session ${session.sessionId} of the same site took over`);
    logger.info("site.connect", { ...ref, sessionId: session.sessionId, remoteAddress: session.remoteAddress });
    dispatcher.attach(ref, live.link).catch((error) => {
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
    try {
      await dispatcher.detach(live.ref, live.link);
      await live.tail;
      await deps.sessions.end(live.ref);
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
    const applied = live.tail.then(() => apply(live, message));
    live.tail = applied.catch(() => {});
    return applied;
  }

  async function apply(
    live: Live,
    message: Exclude<ToCoordinator, { kind: "receipt" | "cancelResult" }>,
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
    dropAgent: (agentId) => {
      for (const { session, ref } of bySession.values()) {
        if (ref.agentId === agentId) session.close("session.identity_revoked", "the agent was revoked");
      }
    },
    close: async () => {
      stopHeard();
      await sessions.close();
      await Promise.all(endings);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function siteKey(ref: SessionRef): string {
  return `${ref.tenantId}/${ref.siteId}`;
}

function fence(session: Session): void {
  session.close("session.stale_epoch", "the site has a newer session");
}

/** An acknowledgement may be lost: the agent sends again what is not acknowledged, so a closed session is no trouble. */
async function answer(session: Session, message: Parameters<Session["send"]>[0]): Promise<void> {
  while (session.send(message) === "congested") await session.drained();
}

/** The chain up to our root is verified already; this asks whether the certificate is still one that we let in, and whose. */
async function authenticate(
  peer: PeerCertificate,
  enrolment: Pick<Enrolment, "identify">,
): Promise<Authentication<Agent>> {
  const named = agentIdentityOf(peer.raw);
  const known = await enrolment.identify(peer.fingerprint256);
  if (known.kind === "revoked") {
    return { kind: "refused", code: "session.identity_revoked", text: `agent ${known.agent.agentId} was revoked` };
  }
  const isSame =
    known.kind === "known" &&
    named?.agentId === known.agent.agentId &&
    named.tenantId === known.agent.tenantId &&
    named.siteId === known.agent.siteId;
  if (isSame) return { kind: "known", identity: known.agent };
  return { kind: "refused", code: "session.unknown_identity", text: `no agent has certificate ${peer.fingerprint256}` };
}

async function answerHello(agent: Agent, hello: Hello, sessions: SiteSessions): Promise<HelloAnswer> {
  if (hello.siteId !== agent.siteId) {
    const text = `the certificate is of site ${agent.siteId}, the hello of ${hello.siteId}`;
    return { kind: "refused", code: "session.wrong_site", text };
  }
  const grant = await sessions.begin(
    { tenantId: agent.tenantId, siteId: agent.siteId },
    {
      agentId: agent.agentId,
      agentVersion: hello.agentVersion,
      epoch: hello.epoch,
      statusSeq: hello.statusSeq,
      serviceConsole: hello.serviceConsole,
      ledger: hello.ledger,
    },
  );
  if (!grant) return { kind: "refused", code: "session.wrong_site", text: `there is no site ${agent.siteId}` };
  return { kind: "welcome", grant };
}
