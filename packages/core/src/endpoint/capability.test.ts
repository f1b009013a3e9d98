import { describe, expect, it } from "vitest";
import { canDo, DEFAULT_MINIMUMS, isOlder, type KnownOfEndpoint } from "./capability.ts";

const NAME = { displayName: "ws-1" };
const codeOf = (known: Partial<KnownOfEndpoint>, minimums = DEFAULT_MINIMUMS) => {
  const answer = canDo({ ...NAME, ...known }, "isolateHost", minimums);
  return answer.kind === "can" ? "can" : answer.code;
};

describe("what an endpoint can do", () => {
  it.each([
    ["12.9", "can"],
    ["12.9.0.384", "can"],
    ["12.10.0.466", "can"],
    ["13.0", "can"],
    ["12.8.0.505", "endpoint.kes_too_old"],
    ["11.11.0.1", "endpoint.kes_too_old"],
    ["12", "endpoint.kes_too_old"],
    ["12.9-beta", "can"],
  ])("KES %s: %s", (kesVersion, wanted) => {
    expect(codeOf({ kesVersion, statusMask: 29 })).toBe(wanted);
  });

  it("what KSC does not tell refuses nothing", () => {
    expect(codeOf({})).toBe("can");
    expect(codeOf({ statusMask: 29 })).toBe("can");
    expect(codeOf({ statusMask: 0 })).toBe("can");
    expect(codeOf({ kesVersion: "12.9", edrStatus: 0 })).toBe("can");
  });

  it("without Network Agent, protection or EDR component it is refused, each with its own reason and mend", () => {
    expect(codeOf({ statusMask: 0x11, kesVersion: "12.9" })).toBe("endpoint.no_agent");
    expect(codeOf({ statusMask: 0x0d })).toBe("endpoint.kes_missing");
    expect(codeOf({ statusMask: 29, kesVersion: "12.9", edrStatus: 6 })).toBe("endpoint.edr_missing");
    expect(canDo({ ...NAME, statusMask: 29, kesVersion: "12.8" }, "getFile", DEFAULT_MINIMUMS)).toMatchObject({
      reason:
        "getFile cannot work on ws-1: its Kaspersky Endpoint Security is 12.8, response tasks need 12.9; update it.",
    });
  });

  it("a site's own minimums count", () => {
    expect(codeOf({ kesVersion: "12.8", statusMask: 29 }, { kesVersion: "12.6", edrMissing: [] })).toBe("can");
    expect(codeOf({ kesVersion: "12.9", edrStatus: 0 }, { kesVersion: "12.9", edrMissing: [0] })).toBe(
      "endpoint.edr_missing",
    );
    expect([isOlder("14.2", "14.2"), isOlder("14", "14.2"), isOlder("15.0", "14.2")]).toEqual([false, true, false]);
  });
});
