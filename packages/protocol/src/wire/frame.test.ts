import { AppError, type EpochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { GOLDEN_FRAMES } from "../../test/golden-frames.ts";
import { SAMPLE_ENVELOPES } from "../../test/sample-envelopes.ts";
import type { Envelope } from "../messages.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { ITEMS_PER_LIST_MAX, POLICY_BYTES_MAX, TO_AGENT_BYTES_MAX } from "./frame-limits.ts";
import { cordon } from "./generated/agent.js";
import type * as pb from "./generated/names.ts";
import { decodeOrder } from "./signed-order.ts";

const wire = cordon.agent.v1;
const encode = (envelope: Envelope) => encodeFrame(envelope, TO_AGENT_BYTES_MAX);
const decode = (bytes: Uint8Array) => decodeFrame(bytes, TO_AGENT_BYTES_MAX);
const raw = (envelope: pb.Envelope) => wire.Envelope.encode({ seq: 1, ...envelope }).finish();
const golden = (name: keyof typeof SAMPLE_ENVELOPES) => Buffer.from(GOLDEN_FRAMES[name] ?? "", "hex");

function failure(call: () => unknown): { code: string; text: string } {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, text: thrown.message };
    throw thrown;
  }
  throw new Error("nothing was refused");
}

/** An enum value that no release knows yet. */
const NEWER_VALUE = 99 as never;

/** A field that no release knows yet: number 30 with some bytes. */
const NEWER_FIELD = Buffer.from([0xf2, 0x01, 3, 1, 2, 3]);

describe("limits before decoding", () => {
  it("[F4] a frame above the byte limit is refused unread, whatever it holds", () => {
    expect(failure(() => decodeFrame(new Uint8Array(11), 10)).code).toBe("wire.frame_too_large");
  });

  it("[F4] a list with more items than the limit is refused by name before its items are decoded", () => {
    const removed = Array.from({ length: ITEMS_PER_LIST_MAX + 1 }, () => "");
    const { code, text } = failure(() => decode(raw({ inventoryDelta: { version: 1, removed } })));
    expect(code).toBe("wire.bad_frame");
    // An empty id would be refused too, with another text: the count comes first.
    expect(text).toContain(`removed has more than ${ITEMS_PER_LIST_MAX} items`);
  });

  it("[F4] lists inside an action are counted too", () => {
    const indicators = Array.from({ length: ITEMS_PER_LIST_MAX + 1 }, () => ({}));
    const order = { actionId: "act_1", spec: { iocScan: { indicators } } };
    const payload = wire.Order.encode({ offer: { order } }).finish();
    expect(failure(() => decodeOrder(payload)).text).toContain("indicators has more than");
  });

  it("[F4] a length that points beyond its frame is refused by the scan already", () => {
    const { text } = failure(() => decode(Buffer.from([0x08, 1, 0x42, 100, 0x08, 5])));
    expect(text).toBe("wire.bad_frame: it ends in the middle of a field");
  });

  it("[F4] a frame that is too large for the peer is not made", () => {
    expect(failure(() => encodeFrame(SAMPLE_ENVELOPES.hello, 10)).code).toBe("wire.frame_too_large");
    const { text } = failure(() =>
      encode({
        seq: 1,
        traceparent: "",
        body: { kind: "policyPush", version: 1, json: "x".repeat(POLICY_BYTES_MAX + 1) },
      }),
    );
    expect(text).toContain("policyPush.json has");
  });

  it("[F5] a field that is there twice, or two bodies in one envelope, are refused", () => {
    const [first, second] = [raw({ ping: { nonce: 1 } }), wire.Envelope.encode({ pong: { nonce: 1 } }).finish()];
    expect(failure(() => decode(Buffer.concat([first, second]))).text).toContain("body is there twice");
    expect(failure(() => decode(Buffer.concat([first, Buffer.from([8, 2])]))).text).toContain("seq is there twice");
  });
});

describe("what a frame must hold", () => {
  const cases: readonly [string, pb.Envelope, string][] = [
    ["a number", { seq: 0, ping: {} }, "seq is missing"],
    ["a body", {}, "body is missing"],
    ["an action id", { receipt: { accepted: {} } }, "receipt.action_id is missing"],
    ["a verdict", { receipt: { actionId: "act_1" } }, "receipt.verdict is missing"],
    [
      "a known state",
      { receipt: { actionId: "a", duplicate: { state: NEWER_VALUE } } },
      "duplicate.state has the unknown value 99",
    ],
    ["a specified state", { receipt: { actionId: "a", duplicate: {} } }, "receipt.duplicate.state is missing"],
    [
      "evidence in every status",
      {
        statusBatch: {
          statuses: [
            { seq: 1, actionId: "a", state: 8, atMs: 1, evidence: { rung: 1 } },
            { seq: 2, actionId: "a", state: 8, atMs: 1 },
          ],
        },
      },
      "statusBatch.statuses[1].evidence is missing",
    ],
    ["a site", { hello: { protocolMin: 1, protocolMax: 1, ledger: {}, agentTimeMs: 1 } }, "hello.site_id is missing"],
    [
      "a sound range of versions",
      { hello: { protocolMin: 3, protocolMax: 2 } },
      "hello.protocol_max must not be below protocol_min (3)",
    ],
  ];

  it.each(cases)("[F6] %s: the refusal names the field", (_what, envelope, text) => {
    const bytes = wire.Envelope.encode({ seq: 1, ...envelope }).finish();
    const refused = failure(() => decode(bytes));
    expect(refused.code).toBe("wire.bad_frame");
    expect(refused.text).toContain(text);
  });

  it("[F7] a 64-bit number beyond 53 bits is refused, not rounded", () => {
    const cursor = { low: 0, high: 0x0020_0000, unsigned: true } as unknown as number;
    expect(failure(() => decode(raw({ statusAck: { cursor } }))).text).toContain("statusAck.cursor must be");
  });

  it("[F7] a BigInt, a fraction or an unsafe number is never put on the wire", () => {
    for (const cursor of [5n, 1.5, 2 ** 53, -1] as number[]) {
      const refused = failure(() => encode({ seq: 1, traceparent: "", body: { kind: "statusAck", cursor } }));
      expect(refused.text).toContain("statusAck.cursor must");
    }
    expect(failure(() => encode({ seq: 1, traceparent: "", body: { kind: "ping", nonce: 2 ** 32 } })).text).toContain(
      "ping.nonce must be at most",
    );
  });

  it("[F8] a trace context that is none is dropped, as W3C asks", () => {
    expect(decode(raw({ traceparent: "hello", ping: { nonce: 1 } })).traceparent).toBe("");
  });
});

describe("releases that differ", () => {
  it.each(Object.keys(SAMPLE_ENVELOPES) as (keyof typeof SAMPLE_ENVELOPES)[])(
    "[F10] what a newer peer adds to the envelope of %s is skipped",
    (name) => {
      expect(decode(Buffer.concat([golden(name), NEWER_FIELD]))).toEqual(SAMPLE_ENVELOPES[name]);
    },
  );

  it("[F10] what a newer peer adds inside a message is skipped", () => {
    const ack = Buffer.concat([wire.StatusAck.encode({ cursor: 5 }).finish(), NEWER_FIELD]);
    const frame = Buffer.concat([Buffer.from([0x08, 1, 0x42, ack.length]), ack]);
    expect(decode(frame).body).toEqual({ kind: "statusAck", cursor: 5 });
  });

  it("[F10] a message of a kind that only a newer peer knows is told apart from a broken one", () => {
    const frame = Buffer.concat([Buffer.from([0x08, 9]), NEWER_FIELD]);
    expect(decode(frame)).toEqual({ seq: 9, traceparent: "", body: { kind: "unknown" } });
  });

  it("[F11] an older peer that leaves out what is optional is understood", () => {
    const status = { seq: 1, actionId: "act_1", state: 8, atMs: 5, evidence: { rung: 1 } };
    expect(decode(raw({ statusBatch: { statuses: [status] } })).body).toEqual({
      kind: "statusBatch",
      statuses: [
        { seq: 1, actionId: "act_1", state: "running", at: 5 as EpochMs, detail: { evidence: { rung: "none" } } },
      ],
    });
    expect(decode(raw({ inventoryDelta: { version: 1, upserted: [{ endpointId: "h" }] } })).body).toEqual({
      kind: "inventoryDelta",
      fromVersion: 0,
      version: 1,
      upserted: [{ endpointId: "h", displayName: "", addresses: [], statusMask: 0 }],
      removed: [],
    });
  });

  it("[F12] an error code of a newer peer is kept as text", () => {
    const refused = { code: "moon.full", message: "come back later" };
    expect(decode(raw({ receipt: { actionId: "act_1", refused } })).body).toMatchObject({
      verdict: { kind: "refused", code: "internal.unexpected", message: "[moon.full] come back later" },
    });
  });
});
