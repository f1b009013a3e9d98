import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTION_STATES, type ActionState, advance, isSettled } from "./states.ts";

const anyState = fc.constantFrom<ActionState>(...ACTION_STATES);

describe("the life of an action", () => {
  it("[D4] applying a status twice changes nothing the second time", () => {
    fc.assert(
      fc.property(anyState, anyState, (current, next) => {
        const after = advance(current, next).kind === "moved" ? next : current;
        expect(advance(after, after)).toEqual({ kind: "unchanged" });
      }),
    );
  });

  it("[T1] a proven outcome is final: nothing moves an action out of succeeded, failed or refused", () => {
    for (const end of ["succeeded", "failed", "refused"] as const) {
      for (const next of ACTION_STATES) if (next !== end) expect(advance(end, next).kind).toBe("ignored");
    }
  });

  it("[D6] what expired or was cancelled here is corrected by what the endpoint really did", () => {
    for (const gaveUp of ["expired", "cancelled"] as const) {
      expect(advance(gaveUp, "succeeded").kind).toBe("moved");
      expect(advance(gaveUp, "queued").kind).toBe("ignored");
    }
  });

  it("nothing goes back to the queue once an agent has it", () => {
    for (const state of ACTION_STATES) {
      if (state === "held" || state === "queued") continue;
      expect(advance(state, "queued").kind).toBe("ignored");
    }
  });

  it("every state on the way can reach a settled one", () => {
    for (const start of ACTION_STATES.filter((state) => !isSettled(state))) {
      expect(ACTION_STATES.some((end) => isSettled(end) && advance(start, end).kind === "moved")).toBe(true);
    }
  });
});
