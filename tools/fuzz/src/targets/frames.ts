import { decodeFrame, encodeFrame, TO_AGENT_BYTES_MAX, TO_COORDINATOR_BYTES_MAX } from "@cordon/protocol";
import { GOLDEN_FRAMES } from "@cordon/protocol/test/golden-frames";
import { declaring, type FuzzTarget, promised } from "../target.ts";

/** What comes over the wire, at either end: agent and gateway read with the same code. */
export const frames: FuzzTarget = {
  name: "frames",
  summary: "frames on the wire, at gateway and agent",
  shape: "protobuf",
  seeds: Object.values(GOLDEN_FRAMES).map((hex) => Buffer.from(hex, "hex")),
  words: [],
  bytesMax: 16_384,
  run(input) {
    declaring(["wire.bad_frame", "wire.frame_too_large"], () => {
      const frame = decodeFrame(input, TO_COORDINATOR_BYTES_MAX);
      promised(Number.isSafeInteger(frame.seq) && frame.seq > 0, "a frame has a sequence number");
      const { body } = frame;
      if (body.kind === "unknown") return;
      // What was read can be said again, and is then read as the same.
      const again = decodeFrame(encodeFrame({ ...frame, body }, TO_AGENT_BYTES_MAX), TO_AGENT_BYTES_MAX);
      promised(again.body.kind === body.kind, "what was read is written and read again");
    });
  },
};
