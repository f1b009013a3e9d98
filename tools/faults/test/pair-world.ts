import { type ActingLease, createActingLease, type Moment, momentOf } from "@cordon/agent-core";
import {
  ACTING_MARGIN_MS,
  type ActingWatch,
  createActingWatch,
  decideRole,
  decideSession,
  type LedgerStanding,
  type SessionHello,
  type SiteStanding,
  VOUCH_MS,
} from "@cordon/coordinator-core";
import { type AgentId, agentId, type Clock, type EpochMs, silentLogger, siteId, tenantId } from "@cordon/core/kernel";
import { createSeededRandom } from "@cordon/testkit";

export interface Trouble {
  readonly kind:
    | "cutAgent"
    | "stopAgent"
    | "sleepAgent"
    | "restartAgent"
    | "jumpAgentClock"
    | "stopGateway"
    | "restartGateway"
    | "cutGatewayFromRecord"
    | "slowLine"
    | "promote";
  readonly which: 0 | 1;
  readonly atMs: number;
  readonly forMs: number;
}

export interface Played {
  /** Acts of an agent after one under a newer epoch. */
  readonly violations: readonly string[];
  readonly acts: number;
  readonly takeOvers: number;
  /** How many agents may act when all has long been well. */
  readonly actsAtTheEnd: number;
}

const LEASE_MS = 30_000;
const STEP_MS = 250;
const END_MS = 500_000;
const ASK_MS = LEASE_MS / 4;
const BEAT_MS = 5_000;
const LOOK_MS = 1_000;
const SILENT_MS = 45_000;
const RULES = { actingLeaseMs: LEASE_MS };

type ToAgent =
  | { readonly kind: "welcome"; readonly grant: ReturnType<typeof decideSession>["start"] }
  | { readonly kind: "pong"; readonly askedMs: number }
  | { readonly kind: "closed"; readonly fences: boolean };

interface Line<T> {
  readonly dueMs: number;
  readonly what: T;
}

/**
 * Two agents, two gateways and one record, with the product's own decisions (`createActingLease`, `createActingWatch`, `decideSession`) and
 * troubles between them. Time is one number; each machine has clocks of its own that run a little differently, sleep and jump.
 */
export function playPair(troubles: readonly Trouble[], seed: number): Played {
  const random = createSeededRandom(seed);
  let nowMs = 0;
  const active = (kind: Trouble["kind"], which: number) =>
    troubles.some(
      (one) => one.kind === kind && one.which === which && one.atMs <= nowMs && nowMs < one.atMs + one.forMs,
    );
  const begins = (kind: Trouble["kind"], which: number) =>
    troubles.some((one) => one.kind === kind && one.which === which && one.atMs > nowMs - STEP_MS && one.atMs <= nowMs);
  const delayMs = (which: number) => (active("slowLine", which) ? random.integer(40_000) : random.integer(200));

  // The record.
  let site: SiteStanding = {
    tenantId: tenantId("acme"),
    siteId: siteId("hq"),
    epoch: 0,
    beats: 0,
    isRevoked: false,
    inventoryVersion: 0,
    actingLeaseMs: 0,
    agents: 2,
  };
  const ledgers = new Map<AgentId, LedgerStanding>();

  const violations: string[] = [];
  let acts = 0;
  let takeOvers = 0;
  let newestActed = 0;

  const gateways = [0, 1].map((index) => {
    const rate = 1 + (random.float() - 0.5) / 100;
    const clock: Clock = { ...FROZEN, now: () => nowMs as EpochMs, monotonicMs: () => nowMs * rate };
    return {
      index,
      clock,
      watch: createActingWatch(clock),
      sessions: new Map<number, GatewaySession>(),
      beatMs: 0,
      lookMs: 0,
    };
  });
  type Gateway = (typeof gateways)[number] & { watch: ActingWatch };
  interface GatewaySession {
    readonly agent: Agent;
    readonly serial: number;
    readonly role: "active" | "standby";
    readonly epoch: number;
    readonly leaseMs: number;
    heardMs: number;
    vouchedMs: number;
  }

  const agents = [0, 1].map((index) => {
    const rate = 1 + (random.float() - 0.5) / 100;
    const shift = { wallMs: random.integer(1_000_000), sleptMs: 0 };
    const clock: Clock = {
      ...FROZEN,
      now: () => (Math.round(nowMs * rate) + shift.wallMs) as EpochMs,
      monotonicMs: () => nowMs * rate - shift.sleptMs,
    };
    return {
      index,
      id: agentId(`agent-${index}`),
      clock,
      shift,
      disk: { epoch: 0, actsAlone: false },
      lease: undefined as unknown as ActingLease,
      epoch: 0,
      askedAt: momentOf(clock) as Moment,
      /** Where its session, or its hello, is. */
      at: undefined as { readonly gateway: Gateway; readonly serial: number } | undefined,
      isOpen: false,
      retryMs: 0,
      askMs: 0,
      heardMs: 0,
      inbox: [] as Line<ToAgent & { readonly serial: number }>[],
    };
  });
  type Agent = (typeof agents)[number];
  const toGateway: Line<{
    readonly gateway: Gateway;
    readonly agent: Agent;
    readonly serial: number;
    readonly ask: { readonly askedMs: number } | SessionHello;
  }>[] = [];
  let serials = 0;
  for (const agent of agents) boot(agent);

  function boot(agent: Agent): void {
    agent.lease = createActingLease({
      clock: agent.clock,
      logger: silentLogger,
      initially: agent.disk.actsAlone ? "active" : "unwelcomed",
      onLapsed: () => hangUp(agent),
    });
    agent.epoch = agent.disk.epoch;
    hangUp(agent);
  }

  function hangUp(agent: Agent): void {
    agent.at = undefined;
    agent.isOpen = false;
    agent.retryMs = nowMs + 1_000 + random.integer(1_000);
  }

  function tell(session: { readonly agent: Agent; readonly serial: number }, what: ToAgent): void {
    if (active("cutAgent", session.agent.index)) return;
    session.agent.inbox.push({
      dueMs: nowMs + delayMs(session.agent.index),
      what: { ...what, serial: session.serial },
    });
  }

  function drop(gateway: Gateway, session: GatewaySession, fences: boolean): void {
    gateway.sessions.delete(session.serial);
    if (session.role === "active") gateway.watch.left(site, session.epoch, session.heardMs);
    tell(session, { kind: "closed", fences });
  }

  function onHello(gateway: Gateway, agent: Agent, serial: number, hello: SessionHello): void {
    if (active("cutGatewayFromRecord", gateway.index)) {
      tell({ agent, serial }, { kind: "closed", fences: false });
      return;
    }
    const quiet = gateway.watch.quiet(site, LEASE_MS);
    const before = site.agentId;
    const rules = { ...RULES, ...(quiet === undefined ? {} : { quiet }) };
    const decision = decideSession(site, ledgers.get(agent.id), hello, rules, nowMs as EpochMs);
    ledgers.set(agent.id, decision.ledger);
    const { start } = decision;
    if (decision.active !== undefined) {
      if (before !== undefined && before !== agent.id) takeOvers++;
      const { agreedLeaseMs } = decision.active;
      const { epoch } = start;
      const { promotion: _followed, ...rest } = site;
      site = {
        ...rest,
        epoch,
        beats: site.beats + 1,
        agentId: agent.id,
        ledgerId: hello.ledgerId,
        actingLeaseMs: agreedLeaseMs,
      };
    }
    const heardMs = gateway.clock.monotonicMs();
    for (const other of [...gateway.sessions.values()]) if (other.agent === agent) drop(gateway, other, true);
    const { role, epoch, actingLeaseMs: leaseMs } = start;
    gateway.sessions.set(serial, { agent, serial, role, epoch, leaseMs, heardMs, vouchedMs: heardMs });
    tell({ agent, serial }, { kind: "welcome", grant: start });
  }

  function stepGateway(gateway: Gateway): void {
    const monotonicMs = gateway.clock.monotonicMs();
    if (begins("restartGateway", gateway.index)) {
      for (const session of gateway.sessions.values()) tell(session, { kind: "closed", fences: false });
      gateway.sessions.clear();
      gateway.watch = createActingWatch(gateway.clock);
    }
    if (active("stopGateway", gateway.index)) return;
    const canWrite = !active("cutGatewayFromRecord", gateway.index);
    // Frames that lay in its buffers come before its timers: the harder order.
    for (const line of toGateway.filter((one) => one.what.gateway === gateway && one.dueMs <= nowMs)) {
      toGateway.splice(toGateway.indexOf(line), 1);
      const { agent, serial, ask } = line.what;
      if (!("askedMs" in ask)) onHello(gateway, agent, serial, ask);
      else answer(gateway, serial, ask.askedMs);
    }
    for (const session of [...gateway.sessions.values()]) {
      const silentMs = session.leaseMs === 0 ? SILENT_MS : session.leaseMs + ACTING_MARGIN_MS;
      if (monotonicMs - session.heardMs > silentMs) drop(gateway, session, false);
    }
    if (nowMs - gateway.beatMs >= BEAT_MS && canWrite) beat(gateway);
    if (nowMs - gateway.lookMs >= LOOK_MS && canWrite) look(gateway);
  }

  function answer(gateway: Gateway, serial: number, askedMs: number): void {
    const session = gateway.sessions.get(serial);
    if (session === undefined) return;
    const monotonicMs = gateway.clock.monotonicMs();
    if (session.leaseMs > 0 && monotonicMs - session.vouchedMs > VOUCH_MS) {
      drop(gateway, session, false);
      return;
    }
    session.heardMs = monotonicMs;
    tell(session, { kind: "pong", askedMs });
  }

  function beat(gateway: Gateway): void {
    gateway.beatMs = nowMs;
    for (const session of [...gateway.sessions.values()]) {
      if (session.role === "standby") continue;
      if (session.epoch !== site.epoch) drop(gateway, session, true);
      else {
        site = { ...site, beats: site.beats + 1 };
        session.vouchedMs = gateway.clock.monotonicMs();
        if (site.actingLeaseMs === 0) drop(gateway, session, true);
      }
    }
  }

  function look(gateway: Gateway): void {
    gateway.lookMs = nowMs;
    const waiting = [...gateway.sessions.values()].filter(({ role }) => role === "standby");
    if (waiting.length === 0) return;
    gateway.watch.saw(site, site);
    const quiet = gateway.watch.quiet(site, LEASE_MS);
    const next = waiting.find(
      ({ agent }) => decideRole(site, { agentId: agent.id, standBy: false }, quiet, nowMs as EpochMs).role === "active",
    );
    if (next !== undefined) drop(gateway, next, true);
  }

  function act(agent: Agent): void {
    if (!agent.lease.mayAct()) return;
    acts++;
    if (agent.epoch < newestActed)
      violations.push(`${agent.id} acts in epoch ${agent.epoch} at ${nowMs}, after ${newestActed}`);
    newestActed = Math.max(newestActed, agent.epoch);
  }

  function stepAgent(agent: Agent): void {
    if (begins("jumpAgentClock", agent.index)) {
      // A machine that sleeps while its clock is set back knows of neither: what cannot be excluded (ADR 0010).
      const sleeps = troubles.some(({ kind, which }) => kind === "sleepAgent" && which === agent.index);
      agent.shift.wallMs += random.integer(7_200_000) - (sleeps ? 0 : 3_600_000);
    }
    if (active("sleepAgent", agent.index)) {
      // The machine sleeps: the wall clock goes on, the monotonic one stands.
      agent.shift.sleptMs += STEP_MS;
      return;
    }
    if (active("stopAgent", agent.index)) return;
    if (begins("restartAgent", agent.index)) boot(agent);
    // What was about to go when the process was stopped goes first, before anything that came meanwhile is read.
    act(agent);
    for (const line of agent.inbox.filter(({ dueMs }) => dueMs <= nowMs)) {
      agent.inbox.splice(agent.inbox.indexOf(line), 1);
      if (line.what.serial === agent.at?.serial) onMessage(agent, line.what);
    }
    act(agent);
    if (agent.isOpen && nowMs - agent.heardMs > SILENT_MS) hangUp(agent);
    if (agent.isOpen && nowMs - agent.askMs >= ASK_MS) ask(agent);
    if (agent.at === undefined && nowMs >= agent.retryMs) sayHello(agent);
    // A hello that nobody answers.
    if (agent.at !== undefined && !agent.isOpen && nowMs - agent.heardMs > 15_000) hangUp(agent);
  }

  function onMessage(agent: Agent, message: ToAgent): void {
    agent.heardMs = nowMs;
    if (message.kind === "closed") {
      if (message.fences) agent.lease.fenced();
      hangUp(agent);
    } else if (message.kind === "pong") agent.lease.answered(message.askedMs);
    else if (message.grant.epoch < agent.disk.epoch) hangUp(agent);
    else onWelcome(agent, message.grant);
  }

  function onWelcome(agent: Agent, { role, epoch, actingLeaseMs }: ReturnType<typeof decideSession>["start"]): void {
    const isActive = role === "active";
    const othersMayHaveActed = isActive && epoch !== agent.disk.epoch + 1;
    agent.disk = { epoch, actsAlone: isActive && actingLeaseMs === 0 };
    agent.isOpen = true;
    agent.askMs = nowMs;
    if (isActive) agent.epoch = epoch;
    agent.lease.welcomed({ role, actingLeaseMs, askedAt: agent.askedAt, othersMayHaveActed });
  }

  function send(agent: Agent, what: { readonly askedMs: number } | SessionHello): void {
    if (agent.at === undefined || active("cutAgent", agent.index)) return;
    toGateway.push({ dueMs: nowMs + delayMs(agent.index), what: { ...agent.at, agent, ask: what } });
  }

  function ask(agent: Agent): void {
    agent.askMs = nowMs;
    send(agent, { askedMs: agent.clock.monotonicMs() });
  }

  function sayHello(agent: Agent): void {
    agent.at = { gateway: gateways[random.integer(2)] as Gateway, serial: ++serials };
    agent.askedAt = momentOf(agent.clock);
    agent.heardMs = nowMs;
    const said = { agentVersion: "1", standBy: false, statusSeq: 0, serviceConsole: "up", ledger: NOTHING } as const;
    send(agent, { ...said, agentId: agent.id, ledgerId: `ledger-${agent.index}`, epoch: agent.disk.epoch });
  }

  /** A person's order, which comes to one of the gateways. */
  function promote(next: Agent): void {
    if (site.agentId === next.id || site.actingLeaseMs === 0) return;
    const epoch = site.epoch + 1;
    site = { ...site, epoch, promotion: { agentId: next.id, at: nowMs as EpochMs, oldIsStopped: false } };
    const gateway = gateways[random.integer(2)] as Gateway;
    for (const session of [...gateway.sessions.values()]) {
      if (session.role === "active" && session.epoch < epoch) drop(gateway, session, true);
    }
  }

  for (; nowMs < END_MS; nowMs += STEP_MS) {
    for (const agent of agents) if (begins("promote", agent.index)) promote(agent);
    for (const gateway of gateways) stepGateway(gateway as Gateway);
    for (const agent of agents) stepAgent(agent);
  }
  return { violations, acts, takeOvers, actsAtTheEnd: agents.filter(({ lease }) => lease.mayAct()).length };
}

const NOTHING = { endpoints: 0, open: 0, deferred: 0 };

/** No timer ever fires by itself: what must not rest on one does not. */
const FROZEN: Pick<Clock, "sleep" | "after"> = { sleep: () => new Promise(() => {}), after: () => () => {} };
