import { AppError } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyEnvelope } from "../../test/any-message.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { TO_AGENT_BYTES_MAX } from "./frame-limits.ts";

const encode = (envelope: Parameters<typeof encodeFrame>[0]) => encodeFrame(envelope, TO_AGENT_BYTES_MAX);
const decode = (bytes: Uint8Array) => decodeFrame(bytes, TO_AGENT_BYTES_MAX);

function expectFrameOrWireError(bytes: Uint8Array): void {
  try {
    decode(bytes);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).code).toMatch(/^wire\./);
  }
}

describe("frames", () => {
  it("[F1] what is sent is what is read, for every message", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        expect(decode(encode(envelope))).toEqual(envelope);
      }),
      { numRuns: 2_000 },
    );
  });

  it("[F2] random bytes only ever raise wire errors", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectFrameOrWireError), { numRuns: 5_000 });
  });

  it("[F2] a frame with some bytes changed, cut out or cut off only ever raises wire errors", () => {
    const damage = fc.array(fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyEnvelope, damage, fc.nat(), fc.nat({ max: 8 }), (envelope, changes, cutAt, cutBytes) => {
        const bytes = Buffer.from(encode(envelope));
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        const cut = cutAt % bytes.length;
        expectFrameOrWireError(bytes);
        expectFrameOrWireError(Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + cutBytes)]));
        expectFrameOrWireError(bytes.subarray(0, cut));
      }),
      { numRuns: 2_000 },
    );
  });
});
