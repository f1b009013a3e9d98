import type { EpochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SAMPLE_ENVELOPES } from "../../test/sample-envelopes.ts";
import type { Envelope, Hello } from "../messages.ts";
import {
  type Session,
  type SessionEffect,
  type SessionEvent,
  startAgent,
  startCoordinator,
  step,
  wakeAt,
} from "./session.ts";

const HEARTBEAT_MS = 1_000;
const CONFIG = {
  protocol: { min: 1, max: 1 },
  helloMs: 2_000,
  handshakeMs: 2_000,
  heartbeatMs: HEARTBEAT_MS,
  statusesPerBatchMax: 10,
};
const HELLO = { ...(SAMPLE_ENVELOPES.hello.body as Hello), protocolMin: 1, protocolMax: 1, epoch: 1 };

interface End {
  readonly name: "agent" | "coordinator";
  session: Session;
  /** Frames on their way to this end, in order: a TCP connection loses and reorders nothing until it breaks. */
  readonly inbox: Envelope[];
  readonly sent: number[];
  readonly delivered: number[];
  closes: number;
  deciding: boolean;
}

/** Both ends, and a pipe between them that a test moves by hand and may cut. */
function createPair() {
  const createEnd = (name: End["name"], session: Session): End => ({
    name,
    session,
    inbox: [],
    sent: [],
    delivered: [],
    closes: 0,
    deciding: false,
  });
  const first = startAgent(HELLO, 2_000, 0);
  const agent = createEnd("agent", first.session);
  const coordinator = createEnd("coordinator", startCoordinator(CONFIG, 0));
  let now = 0;
  let cut = false;
  apply(agent, first.effects);

  function apply(end: End, effects: readonly SessionEffect[]): void {
    const peer = end === agent ? coordinator : agent;
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          if (!cut) peer.inbox.push(effect.envelope);
          break;
        case "deliver":
          end.delivered.push(numberOf(effect.message));
          break;
        case "decide":
          end.deciding = true;
          break;
        case "closed":
          end.closes += 1;
          break;
        default:
          break;
      }
    }
  }

  function dispatch(end: End, event: SessionEvent): void {
    const before = end.session;
    const next = step(before, event, now);
    if (before.kind === "closed") expect(next.effects).toEqual([]);
    if (before.kind !== "open") expect(next.effects.filter(({ kind }) => kind === "deliver")).toEqual([]);
    end.session = next.session;
    apply(end, next.effects);
  }

  return {
    agent,
    coordinator,
    dispatch,
    /** The n-th message of an end carries n, so that order, loss and repetition show. */
    send(end: End) {
      if (end.session.kind !== "open") return;
      const number = end.sent.length + 1;
      end.sent.push(number);
      const message =
        end.name === "agent"
          ? ({ kind: "policyApplied", version: number } as const)
          : ({ kind: "statusAck", cursor: number } as const);
      dispatch(end, { kind: "send", message, traceparent: "" });
    },
    receive(end: End) {
      const envelope = end.inbox.shift();
      if (envelope) dispatch(end, { kind: "frame", frame: envelope });
    },
    decide() {
      if (!coordinator.deciding) return;
      coordinator.deciding = false;
      const grant = { epoch: 2, role: "active", actingLeaseMs: 0, statusCursor: 0, inventoryVersion: 0 } as const;
      dispatch(coordinator, { kind: "grant", grant, coordinatorTime: 1 as EpochMs });
    },
    pass(durationMs: number) {
      now += durationMs;
      for (const end of [agent, coordinator]) {
        if ((wakeAt(end.session) ?? Number.POSITIVE_INFINITY) <= now) dispatch(end, { kind: "tick", reading: true });
      }
    },
    /** Without a word to either end, as a firewall does. */
    cut() {
      cut = true;
      agent.inbox.length = 0;
      coordinator.inbox.length = 0;
    },
  };
}

function numberOf(message: object): number {
  const numbers: { readonly cursor?: unknown; readonly version?: unknown } = message;
  return Number(numbers.cursor ?? numbers.version);
}

type Pair = ReturnType<typeof createPair>;

const anyMove: fc.Arbitrary<{ readonly name: string; readonly run: (pair: Pair) => void }> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ name: "agent sends", run: (pair: Pair) => pair.send(pair.agent) }) },
  {
    weight: 4,
    arbitrary: fc.constant({ name: "coordinator sends", run: (pair: Pair) => pair.send(pair.coordinator) }),
  },
  { weight: 6, arbitrary: fc.constant({ name: "agent receives", run: (pair: Pair) => pair.receive(pair.agent) }) },
  {
    weight: 6,
    arbitrary: fc.constant({ name: "coordinator receives", run: (pair: Pair) => pair.receive(pair.coordinator) }),
  },
  { weight: 3, arbitrary: fc.constant({ name: "grant", run: (pair: Pair) => pair.decide() }) },
  {
    weight: 3,
    arbitrary: fc.nat({ max: 1_500 }).map((ms) => ({ name: `${ms} ms pass`, run: (pair: Pair) => pair.pass(ms) })),
  },
  { weight: 1, arbitrary: fc.constant({ name: "cut", run: (pair: Pair) => pair.cut() }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("agent" as const, "coordinator" as const).map((name) => ({
      name: `${name} sees the connection end`,
      run: (pair: Pair) => pair.dispatch(pair[name], { kind: "disconnected", ws: 1006, reason: "" }),
    })),
  },
);

describe("two ends and a pipe between them", () => {
  it("[W6] [W12] whatever happens, each end is given a prefix of what the other sent, once, and ends at most once", () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 120 }), (moves) => {
        const pair = createPair();
        for (const move of moves) {
          move.run(pair);
          expect(pair.coordinator.delivered).toEqual(pair.agent.sent.slice(0, pair.coordinator.delivered.length));
          expect(pair.agent.delivered).toEqual(pair.coordinator.sent.slice(0, pair.agent.delivered.length));
          for (const end of [pair.agent, pair.coordinator]) {
            expect(end.closes).toBe(end.session.kind === "closed" ? 1 : 0);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });

  const establish = (): Pair => {
    const pair = createPair();
    pair.receive(pair.coordinator);
    pair.decide();
    pair.receive(pair.agent);
    expect([pair.agent.session.kind, pair.coordinator.session.kind]).toEqual(["open", "open"]);
    return pair;
  };

  it("[W8] [W9] a line that works stays open, however idle or busy it is", () => {
    const anyMinute = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 900 }), sends: fc.nat({ max: 2 }) }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(anyMinute, fc.boolean(), (minute, agentTalks) => {
        const pair = establish();
        for (const { ms, sends } of minute) {
          pair.pass(ms);
          for (let count = 0; count < sends; count++) pair.send(agentTalks ? pair.agent : pair.coordinator);
          for (const end of [pair.agent, pair.coordinator]) while (end.inbox.length > 0) pair.receive(end);
        }
        expect([pair.agent.session.kind, pair.coordinator.session.kind]).toEqual(["open", "open"]);
        expect(pair.coordinator.delivered.length + pair.agent.delivered.length).toBe(
          pair.agent.sent.length + pair.coordinator.sent.length,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("[W9] when the line is cut without a word, both ends notice within four heartbeats", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: HEARTBEAT_MS }), (stepMs) => {
        const pair = establish();
        pair.cut();
        for (let passed = 0; passed < 4 * HEARTBEAT_MS; passed += stepMs) pair.pass(stepMs);
        for (const { session } of [pair.agent, pair.coordinator]) {
          expect(session).toMatchObject({ kind: "closed", close: { code: "session.silent", next: "soon" } });
        }
      }),
      { numRuns: 50 },
    );
  });
});
