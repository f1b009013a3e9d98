import type { EpochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { SAMPLE_ENVELOPES } from "../../test/sample-envelopes.ts";
import type { Hello, Message, Welcome } from "../messages.ts";
import type { Frame } from "../wire/frame.ts";
import { type Session, type SessionEvent, startAgent, startCoordinator, step, wakeAt } from "./session.ts";
import type { ToAgent, ToCoordinator } from "./types.ts";

const HEARTBEAT_MS = 1_000;
const CONFIG = {
  protocol: { min: 1, max: 2 },
  helloMs: 500,
  handshakeMs: 700,
  heartbeatMs: HEARTBEAT_MS,
  statusesPerBatchMax: 10,
};
const HELLO = { ...(SAMPLE_ENVELOPES.hello.body as Hello), protocolMin: 1, protocolMax: 2, epoch: 7 };
const WELCOME = { ...(SAMPLE_ENVELOPES.welcome.body as Welcome), protocol: 2, epoch: 8, heartbeatMs: HEARTBEAT_MS };
const GRANT = { epoch: 8, role: "active", actingLeaseMs: 0, statusCursor: 3, inventoryVersion: 4 } as const;
const OFFER = SAMPLE_ENVELOPES.signedOrder.body as ToAgent;
const RECEIPT = SAMPLE_ENVELOPES.receipt.body as ToCoordinator;

const frame = (seq: number, body: Frame["body"]): SessionEvent => ({
  kind: "frame",
  frame: { seq, traceparent: "", body },
});
const grant: SessionEvent = { kind: "grant", grant: GRANT, coordinatorTime: 9 as EpochMs };
const tick = (reading = true): SessionEvent => ({ kind: "tick", reading });

/** The session after the events, all at time 0, and the effects of the last one. */
function run(session: Session, ...events: SessionEvent[]) {
  return events.reduce((last, event) => step(last.session, event, 0), { session, effects: [] } as ReturnType<
    typeof step
  >);
}

const agent = () => startAgent(HELLO, 700, 0).session;
const openAgent = () => run(agent(), frame(1, WELCOME)).session;
const openCoordinator = () => run(startCoordinator(CONFIG, 0), frame(1, HELLO), grant).session;

function closeCode({ effects }: ReturnType<typeof step>) {
  return effects.flatMap((effect) => (effect.kind === "closed" ? [effect.close.code] : []))[0];
}

describe("handshake", () => {
  it("[W1] the agent's first frame is its hello", () => {
    expect(startAgent(HELLO, 700, 0).effects).toEqual([
      { kind: "send", envelope: { seq: 1, traceparent: "", body: HELLO } },
    ]);
  });

  it("[W1] the coordinator reads nothing before a hello", () => {
    for (const { body } of Object.values(SAMPLE_ENVELOPES)) {
      if (body.kind === "hello") continue;
      const code = closeCode(run(startCoordinator(CONFIG, 0), frame(1, body)));
      expect(code, body.kind).toBe("session.unexpected_message");
    }
  });

  it("[W2] nothing is read or sent between hello and welcome", () => {
    const deciding = run(startCoordinator(CONFIG, 0), frame(1, HELLO)).session;
    expect(closeCode(run(deciding, frame(2, RECEIPT)))).toBe("session.unexpected_message");
    expect(run(deciding, { kind: "send", message: OFFER, traceparent: "" }).effects).toEqual([]);
    expect(run(agent(), { kind: "send", message: RECEIPT, traceparent: "" }).effects).toEqual([]);
    expect(closeCode(run(agent(), frame(1, OFFER as Message)))).toBe("session.unexpected_message");
  });

  it("[W3] the welcome names the highest version that both speak, and what the application granted", () => {
    const { effects } = run(startCoordinator(CONFIG, 0), frame(1, { ...HELLO, protocolMin: 2, protocolMax: 9 }), grant);
    expect(effects[0]).toMatchObject({
      kind: "send",
      envelope: {
        seq: 1,
        body: { kind: "welcome", protocol: 2, ...GRANT, heartbeatMs: HEARTBEAT_MS, coordinatorTime: 9 },
      },
    });
    expect(effects[1]).toMatchObject({ kind: "opened", hello: { siteId: HELLO.siteId } });
  });

  it("[W3] an agent of the release before is served with its version, and one that is too old or too new is told so", () => {
    const opened = run(startCoordinator(CONFIG, 0), frame(1, { ...HELLO, protocolMin: 1, protocolMax: 1 }), grant);
    expect(opened.effects[0]).toMatchObject({ envelope: { body: { protocol: 1 } } });
    for (const [protocolMin, protocolMax] of [[3, 4] as const, [9, 9] as const]) {
      const refused = run(startCoordinator(CONFIG, 0), frame(1, { ...HELLO, protocolMin, protocolMax }));
      expect(closeCode(refused)).toBe("wire.unsupported_version");
    }
  });

  it("[W4] the agent refuses a version it did not offer and an epoch below what its ledger has seen", () => {
    expect(closeCode(run(agent(), frame(1, { ...WELCOME, protocol: 3 })))).toBe("wire.unsupported_version");
    expect(closeCode(run(agent(), frame(1, { ...WELCOME, epoch: 6 })))).toBe("session.stale_epoch");
    expect(run(agent(), frame(1, { ...WELCOME, epoch: 7 })).session.kind).toBe("open");
    expect(closeCode(run(agent(), frame(1, { ...WELCOME, epoch: 2 ** 52 })))).toBe("session.implausible_epoch");
    expect(run(agent(), frame(1, { ...WELCOME, epoch: 2 ** 40 })).session.kind).toBe("open");
  });

  it("[W5] each wait of the handshake has its end", () => {
    const waiting = [agent(), startCoordinator(CONFIG, 0), run(startCoordinator(CONFIG, 0), frame(1, HELLO)).session];
    for (const session of waiting) {
      const due = wakeAt(session) ?? Number.NaN;
      expect(step(session, tick(), due - 1).effects).toEqual([]);
      expect(closeCode(step(session, tick(), due))).toBe("session.handshake_timeout");
    }
  });

  it("[W5] a decision that comes too late changes nothing", () => {
    const closed = run(startCoordinator(CONFIG, 0), frame(1, HELLO), { kind: "disconnected", ws: 1006, reason: "" });
    expect(run(closed.session, grant)).toEqual({ session: closed.session, effects: [] });
  });
});

describe("sequence and direction", () => {
  it("[W6] frames count from 1 without gaps; a lost or repeated one ends the session", () => {
    for (const seq of [1, 3]) expect(closeCode(run(openAgent(), frame(seq, OFFER)))).toBe("session.bad_sequence");
    for (const seq of [0, 2]) {
      expect(closeCode(run(startCoordinator(CONFIG, 0), frame(seq, HELLO)))).toBe("session.bad_sequence");
      expect(closeCode(run(agent(), frame(seq, WELCOME)))).toBe("session.bad_sequence");
    }
    expect(run(openAgent(), frame(2, OFFER), frame(3, OFFER)).effects).toMatchObject([{ kind: "deliver" }]);
  });

  it("[W7] each end takes only what is meant for it, and a second hello or welcome never", () => {
    for (const { body } of Object.values(SAMPLE_ENVELOPES)) {
      const byAgent = run(openAgent(), frame(2, body)).effects[0]?.kind;
      const byCoordinator = run(openCoordinator(), frame(2, body)).effects[0]?.kind;
      if (body.kind === "ping") expect([byAgent, byCoordinator]).toEqual(["send", "send"]);
      else if (body.kind === "pong") expect([byAgent, byCoordinator]).toEqual([undefined, undefined]);
      else if (body.kind === "hello" || body.kind === "welcome")
        expect([byAgent, byCoordinator]).toEqual(["closed", "closed"]);
      else expect([byAgent, byCoordinator].sort(), body.kind).toEqual(["closed", "deliver"]);
    }
  });

  it("[W11] a message of a kind that only a newer release knows is passed over and counted", () => {
    const passed = run(openAgent(), frame(2, { kind: "unknown" }));
    expect(passed.effects).toEqual([{ kind: "skipped" }]);
    expect(run(passed.session, frame(3, OFFER)).effects).toMatchObject([{ kind: "deliver" }]);
  });
});

describe("heartbeat", () => {
  it("[W8] a peer that was not heard for a heartbeat is pinged, and a ping is answered with its nonce", () => {
    const session = openAgent();
    expect(wakeAt(session)).toBe(HEARTBEAT_MS);
    expect(step(session, tick(), HEARTBEAT_MS - 1).effects).toEqual([]);
    expect(step(session, tick(), HEARTBEAT_MS).effects).toMatchObject([
      { kind: "send", envelope: { body: { kind: "ping" } } },
    ]);
    expect(run(session, frame(2, { kind: "ping", nonce: 77 })).effects).toMatchObject([
      { envelope: { seq: 2, body: { kind: "pong", nonce: 77 } } },
    ]);
  });

  it("[W8] under an acting lease the agent asks four times in each, and an answer counts for when it was asked", () => {
    const welcome: Welcome = { ...WELCOME, role: "active", actingLeaseMs: 400 };
    const leased = run(agent(), frame(1, welcome)).session;
    expect(wakeAt(leased)).toBe(100);
    const first = step(leased, tick(), 100);
    const second = step(first.session, tick(), 200);
    const nonces = [first, second].flatMap(({ effects }) =>
      effects.flatMap((effect) =>
        effect.kind === "send" && effect.envelope.body.kind === "ping" ? [effect.envelope.body.nonce] : [],
      ),
    );
    expect(nonces).toHaveLength(2);
    const late = step(second.session, frame(2, { kind: "pong", nonce: nonces[0] as number }), 290);
    expect(late.effects).toEqual([{ kind: "answered", askedMs: 100 }]);
    // The same answer again, or one that nobody asked for, proves nothing.
    for (const nonce of [nonces[0] as number, 9_999]) {
      expect(step(late.session, frame(3, { kind: "pong", nonce }), 295).effects).toEqual([]);
    }
    expect(step(late.session, frame(3, { kind: "pong", nonce: nonces[1] as number }), 299).effects).toEqual([
      { kind: "answered", askedMs: 200 },
    ]);
    for (const body of [{ ...welcome, actingLeaseMs: 0 }, { ...welcome, role: "standby" } as const]) {
      expect(wakeAt(run(agent(), frame(1, body)).session)).toBe(HEARTBEAT_MS);
    }
  });

  it("[W8] there is one ping a heartbeat, however often the clock ticks", () => {
    const pinged = step(openAgent(), tick(), HEARTBEAT_MS).session;
    expect(step(pinged, tick(), HEARTBEAT_MS + 1).effects).toEqual([]);
    expect(wakeAt(pinged)).toBe(2 * HEARTBEAT_MS);
  });

  it("[W9] three heartbeats of silence end the session; anything heard starts the count anew", () => {
    const silentAt = 3 * HEARTBEAT_MS;
    expect(closeCode(step(openAgent(), tick(), silentAt))).toBe("session.silent");
    expect(closeCode(step(openAgent(), tick(), silentAt - 1))).toBeUndefined();
    const heard = step(openAgent(), frame(2, { kind: "pong", nonce: 1 }), 500).session;
    expect(closeCode(step(heard, tick(), silentAt))).toBeUndefined();
    expect(closeCode(step(heard, tick(), silentAt + 500))).toBe("session.silent");
  });

  it("[W9] while we do not read, the peer is not held silent and still hears us", () => {
    let session = openCoordinator();
    let pings = 0;
    for (let beat = 1; beat <= 10; beat++) {
      const next = step(session, tick(false), beat * HEARTBEAT_MS);
      session = next.session;
      pings += next.effects.filter(({ kind }) => kind === "send").length;
    }
    expect(session.kind).toBe("open");
    expect(pings).toBe(10);
  });
});

describe("the end", () => {
  it("[W12] a closed session does nothing more", () => {
    const { session } = run(openAgent(), { kind: "close", code: "session.going_away", text: "stops" });
    const events: SessionEvent[] = [
      frame(2, OFFER),
      { kind: "bad_input", code: "wire.bad_frame", text: "" },
      grant,
      { kind: "send", message: RECEIPT, traceparent: "" },
      tick(),
      { kind: "close", code: "session.superseded", text: "" },
      { kind: "disconnected", ws: 1006, reason: "" },
    ];
    for (const event of events) expect(step(session, event, 99)).toEqual({ session, effects: [] });
    expect(wakeAt(session)).toBeUndefined();
  });

  it("[W13] a fatal close of the peer is told apart from one that is tried again, and from a broken line", () => {
    const closeOf = (ws: number) => run(openAgent(), { kind: "disconnected", ws, reason: "why" }).effects[0];
    expect(closeOf(4101)).toMatchObject({
      close: { code: "session.identity_revoked", by: "peer", next: "fatal", text: "why" },
    });
    expect(closeOf(4007)).toMatchObject({ close: { code: "session.superseded", by: "peer", next: "later" } });
    expect(closeOf(1006)).toMatchObject({ close: { code: "session.unreachable", by: "network", next: "soon" } });
  });
});
