import { describe, expect, it } from "vitest";
import { GOLDEN_FRAMES } from "../../test/golden-frames.ts";
import { SAMPLE_ENVELOPES } from "../../test/sample-envelopes.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { TO_AGENT_BYTES_MAX } from "./frame-limits.ts";
import { cordon } from "./generated/agent.js";

describe("golden bytes", () => {
  it.each(Object.entries(SAMPLE_ENVELOPES))("[F3] %s is written and read as in the field", (name, envelope) => {
    const hex = GOLDEN_FRAMES[name] ?? "";
    expect(Buffer.from(encodeFrame(envelope, TO_AGENT_BYTES_MAX)).toString("hex")).toBe(hex);
    expect(decodeFrame(Buffer.from(hex, "hex"), TO_AGENT_BYTES_MAX)).toEqual(envelope);
  });

  it("[F3] there are no golden bytes without a sample, and every message of the contract has one", () => {
    expect(Object.keys(GOLDEN_FRAMES).sort()).toEqual(Object.keys(SAMPLE_ENVELOPES).sort());
    const bodies = Object.values(SAMPLE_ENVELOPES).map(({ body }) => body);
    // The contract's own list: what the envelope's oneof can hold.
    const empty = new cordon.agent.v1.Envelope();
    const contract = Object.keys(Object.getPrototypeOf(empty)).filter((key) => !["seq", "traceparent"].includes(key));
    expect([...new Set<string>(bodies.map(({ kind }) => kind))].sort()).toEqual(contract.sort());
  });
});
