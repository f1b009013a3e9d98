import { assertNever, type EpochMs } from "@cordon/core/kernel";
import type { Envelope, Hello, Message, Welcome } from "../messages.ts";
import type { Frame } from "../wire/frame.ts";
import { CLOSE_CODES, type CloseCode, readCloseCode } from "./close-codes.ts";
import { isFor, negotiate } from "./handshake.ts";
import { ASKS_PER_LEASE, EPOCH_PLAUSIBLE_MAX, EPOCH_STEP_MAX, SILENCE_HEARTBEATS, UNANSWERED_MAX } from "./limits.ts";
import type { Close, ToAgent, ToCoordinator, WelcomeGrant } from "./types.ts";

/**
 * One connection between agent and coordinator, both ends, without a socket (SPEC.md beside this file).
 *
 *     agent:        awaiting_welcome ──welcome──▶ open ──▶ closed
 *     coordinator:  awaiting_hello ──hello──▶ deciding ──grant──▶ open ──▶ closed
 *
 * Every state may end in `closed`, and nothing leaves it. Times are monotonic milliseconds.
 */
export type Session = AwaitingHello | Deciding | AwaitingWelcome | Open | Closed;

interface AwaitingHello {
  readonly kind: "awaiting_hello";
  readonly config: CoordinatorConfig;
  readonly deadlineMs: number;
}

/** The application looks up the site; nothing may arrive meanwhile. */
interface Deciding {
  readonly kind: "deciding";
  readonly config: CoordinatorConfig;
  readonly hello: Hello;
  readonly protocol: number;
  readonly deadlineMs: number;
}

interface AwaitingWelcome {
  readonly kind: "awaiting_welcome";
  readonly hello: Hello;
  readonly deadlineMs: number;
}

interface Open {
  readonly kind: "open";
  readonly role: "agent" | "coordinator";
  readonly heartbeatMs: number;
  /** Sequence numbers of the last frame in each direction. */
  readonly received: number;
  readonly sent: number;
  readonly lastHeardMs: number;
  readonly lastSentMs: number;
  readonly lastPingMs: number;
  /** Asked this often whatever else is said, because an acting lease lives on the answers; infinite without one. */
  readonly askMs: number;
  /** Pings whose answer has not come, oldest first. */
  readonly asked: readonly Asked[];
}

interface Asked {
  readonly nonce: number;
  readonly sentMs: number;
}

interface Closed {
  readonly kind: "closed";
  readonly close: Close;
}

export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

export interface CoordinatorConfig {
  readonly protocol: ProtocolRange;
  /** From the open connection to the hello. */
  readonly helloMs: number;
  /** From the hello to the decision. */
  readonly handshakeMs: number;
  readonly heartbeatMs: number;
  readonly statusesPerBatchMax: number;
}

export type SessionEvent =
  | { readonly kind: "frame"; readonly frame: Frame }
  /** The adapter could not read what came, or will not read more of it. */
  | { readonly kind: "bad_input"; readonly code: CloseCode; readonly text: string }
  /** The coordinator's application has decided; `coordinatorTime` is its wall clock. */
  | { readonly kind: "grant"; readonly grant: WelcomeGrant; readonly coordinatorTime: EpochMs }
  | { readonly kind: "send"; readonly message: ToAgent | ToCoordinator; readonly traceparent: string }
  | { readonly kind: "tick"; readonly reading: boolean }
  | { readonly kind: "close"; readonly code: CloseCode; readonly text: string }
  /** The connection is gone; `ws` is its WebSocket close code. */
  | { readonly kind: "disconnected"; readonly ws: number; readonly reason: string };

export type SessionEffect =
  | { readonly kind: "send"; readonly envelope: Envelope }
  /** The coordinator's application is to decide about this hello. */
  | { readonly kind: "decide"; readonly hello: Hello }
  | { readonly kind: "opened"; readonly hello: Hello; readonly welcome: Welcome }
  | { readonly kind: "deliver"; readonly message: ToAgent | ToCoordinator; readonly traceparent: string }
  /** The peer has answered what we sent it at `askedMs`: then, at the earliest, it was there. */
  | { readonly kind: "answered"; readonly askedMs: number }
  /** A message of a kind that this release does not know was passed over. */
  | { readonly kind: "skipped" }
  /** Once. When it is by us, the connection is to be closed with this code. */
  | { readonly kind: "closed"; readonly close: Close };

export interface Step {
  readonly session: Session;
  readonly effects: readonly SessionEffect[];
}

/** The agent's connection is open: its hello goes out at once. */
export function startAgent(hello: Hello, handshakeMs: number, nowMs: number): Step {
  return {
    session: { kind: "awaiting_welcome", hello, deadlineMs: nowMs + handshakeMs },
    effects: [{ kind: "send", envelope: { seq: 1, traceparent: "", body: hello } }],
  };
}

/** An agent has connected and its certificate is known. */
export function startCoordinator(config: CoordinatorConfig, nowMs: number): Session {
  return { kind: "awaiting_hello", config, deadlineMs: nowMs + config.helloMs };
}

export function step(session: Session, event: SessionEvent, nowMs: number): Step {
  if (session.kind === "closed") return { session, effects: [] };
  switch (event.kind) {
    case "frame":
      return onFrame(session, event.frame, nowMs);
    case "bad_input":
    case "close":
      return refuse(event.code, event.text);
    case "grant":
      return onGrant(session, event, nowMs);
    case "send":
      if (session.kind !== "open") return { session, effects: [] };
      return send(session, event.message, event.traceparent, nowMs);
    case "tick":
      return onTick(session, event.reading, nowMs);
    case "disconnected":
      return onDisconnected(event);
    default:
      return assertNever(event);
  }
}

/** When the next tick is due; a tick that comes early or late does no harm. */
export function wakeAt(session: Session): number | undefined {
  switch (session.kind) {
    case "awaiting_hello":
    case "deciding":
    case "awaiting_welcome":
      return session.deadlineMs;
    case "open":
      return Math.min(pingAt(session), silentAt(session));
    case "closed":
      return undefined;
    default:
      return assertNever(session);
  }
}

function onFrame(session: Exclude<Session, Closed>, frame: Frame, nowMs: number): Step {
  switch (session.kind) {
    case "awaiting_hello":
      return onHello(session, frame, nowMs);
    case "deciding":
      return refuse("session.unexpected_message", `${frame.body.kind} before the welcome`);
    case "awaiting_welcome":
      return onWelcome(session, frame, nowMs);
    case "open":
      return onOpenFrame(session, frame, nowMs);
    default:
      return assertNever(session);
  }
}

function onHello(session: AwaitingHello, { seq, body }: Frame, nowMs: number): Step {
  if (body.kind !== "hello") return refuse("session.unexpected_message", `${body.kind} instead of a hello`);
  if (seq !== 1) return refuse("session.bad_sequence", `the hello has number ${seq}, not 1`);
  const { config } = session;
  const protocol = negotiate(config.protocol, { min: body.protocolMin, max: body.protocolMax });
  if (protocol === undefined) {
    return refuse(
      "wire.unsupported_version",
      `agent ${body.agentVersion} speaks ${body.protocolMin}-${body.protocolMax}, this coordinator ${config.protocol.min}-${config.protocol.max}`,
    );
  }
  return {
    session: { kind: "deciding", config, hello: body, protocol, deadlineMs: nowMs + config.handshakeMs },
    effects: [{ kind: "decide", hello: body }],
  };
}

function onGrant(session: Session, event: Extract<SessionEvent, { kind: "grant" }>, nowMs: number): Step {
  // The decision may come after the connection ended or its deadline passed.
  if (session.kind !== "deciding") return { session, effects: [] };
  const { config, hello, protocol } = session;
  const welcome: Welcome = {
    kind: "welcome",
    protocol,
    ...event.grant,
    heartbeatMs: config.heartbeatMs,
    coordinatorTime: event.coordinatorTime,
    statusesPerBatchMax: config.statusesPerBatchMax,
  };
  return {
    session: open("coordinator", config.heartbeatMs, Number.POSITIVE_INFINITY, nowMs),
    effects: [
      { kind: "send", envelope: { seq: 1, traceparent: "", body: welcome } },
      { kind: "opened", hello, welcome },
    ],
  };
}

function onWelcome({ hello }: AwaitingWelcome, { seq, body }: Frame, nowMs: number): Step {
  if (body.kind !== "welcome") return refuse("session.unexpected_message", `${body.kind} instead of a welcome`);
  if (seq !== 1) return refuse("session.bad_sequence", `the welcome has number ${seq}, not 1`);
  if (body.protocol < hello.protocolMin || body.protocol > hello.protocolMax) {
    return refuse(
      "wire.unsupported_version",
      `the coordinator chose protocol ${body.protocol}, this agent speaks ${hello.protocolMin}-${hello.protocolMax}`,
    );
  }
  if (body.epoch < hello.epoch) {
    return refuse(
      "session.stale_epoch",
      `the coordinator offers epoch ${body.epoch}; the ledger has seen ${hello.epoch}`,
    );
  }
  if (body.epoch > EPOCH_PLAUSIBLE_MAX && body.epoch - hello.epoch > EPOCH_STEP_MAX) {
    return refuse(
      "session.implausible_epoch",
      `the coordinator offers epoch ${body.epoch}; the ledger has seen ${hello.epoch}`,
    );
  }
  const isLeased = body.role === "active" && body.actingLeaseMs > 0;
  const askMs = isLeased ? Math.ceil(body.actingLeaseMs / ASKS_PER_LEASE) : Number.POSITIVE_INFINITY;
  return {
    session: open("agent", body.heartbeatMs, askMs, nowMs),
    effects: [{ kind: "opened", hello, welcome: body }],
  };
}

/** The handshake took one frame in each direction. */
function open(role: Open["role"], heartbeatMs: number, askMs: number, nowMs: number): Open {
  return {
    kind: "open",
    role,
    heartbeatMs,
    received: 1,
    sent: 1,
    lastHeardMs: nowMs,
    lastSentMs: nowMs,
    lastPingMs: nowMs,
    askMs,
    asked: [],
  };
}

function onOpenFrame(session: Open, { seq, traceparent, body }: Frame, nowMs: number): Step {
  if (seq !== session.received + 1) {
    return refuse("session.bad_sequence", `frame ${seq} came after frame ${session.received}`);
  }
  const heard: Open = { ...session, received: seq, lastHeardMs: nowMs };
  switch (body.kind) {
    case "unknown":
      return { session: heard, effects: [{ kind: "skipped" }] };
    case "ping":
      return send(heard, { kind: "pong", nonce: body.nonce }, "", nowMs);
    case "pong":
      return onPong(heard, body.nonce);
    default: {
      if (!isFor(session.role, body))
        return refuse("session.unexpected_message", `${body.kind} to the ${session.role}`);
      return { session: heard, effects: [{ kind: "deliver", message: body, traceparent }] };
    }
  }
}

/** An answer that came late answers for the time of its question, not for now. */
function onPong(session: Open, nonce: number): Step {
  const at = session.asked.findIndex((ping) => ping.nonce === nonce);
  const ping = session.asked[at];
  if (ping === undefined) return { session, effects: [] };
  return {
    session: { ...session, asked: session.asked.slice(at + 1) },
    effects: [{ kind: "answered", askedMs: ping.sentMs }],
  };
}

function onTick(session: Exclude<Session, Closed>, reading: boolean, nowMs: number): Step {
  if (session.kind !== "open") {
    if (nowMs < session.deadlineMs) return { session, effects: [] };
    return refuse("session.handshake_timeout", `nothing came in time while ${session.kind.replace("_", " ")}`);
  }
  // While we do not read, the peer cannot be heard: that is not its silence.
  const current = reading ? session : { ...session, lastHeardMs: nowMs };
  if (nowMs >= silentAt(current)) {
    return refuse("session.silent", `nothing was heard for ${Math.round(nowMs - current.lastHeardMs)} ms`);
  }
  if (nowMs < pingAt(current)) return { session: current, effects: [] };
  const pinged = send(current, { kind: "ping", nonce: current.sent }, "", nowMs);
  const asked = [...current.asked, { nonce: current.sent, sentMs: nowMs }].slice(-UNANSWERED_MAX);
  return { ...pinged, session: { ...(pinged.session as Open), lastPingMs: nowMs, asked } };
}

/** The peer is asked when it was not heard, and told when it may not have heard us. */
function pingAt({ heartbeatMs, lastHeardMs, lastSentMs, lastPingMs, askMs }: Open): number {
  return Math.min(Math.max(lastPingMs, Math.min(lastHeardMs, lastSentMs)) + heartbeatMs, lastPingMs + askMs);
}

function silentAt({ heartbeatMs, lastHeardMs }: Open): number {
  return lastHeardMs + SILENCE_HEARTBEATS * heartbeatMs;
}

function send(session: Open, body: Message, traceparent: string, nowMs: number): Step {
  const seq = session.sent + 1;
  return {
    session: { ...session, sent: seq, lastSentMs: nowMs },
    effects: [{ kind: "send", envelope: { seq, traceparent, body } }],
  };
}

function onDisconnected({ ws, reason }: Extract<SessionEvent, { kind: "disconnected" }>): Step {
  const { code, next } = readCloseCode(ws);
  const by = code === "session.unreachable" ? "network" : "peer";
  return end({ code, text: reason || `the connection ended (${ws})`, by, next });
}

function refuse(code: CloseCode, text: string): Step {
  return end({ code, text, by: "us", next: CLOSE_CODES[code].next });
}

function end(close: Close): Step {
  return { session: { kind: "closed", close }, effects: [{ kind: "closed", close }] };
}
