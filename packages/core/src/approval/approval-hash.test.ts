import { describe, expect, it } from "vitest";
import { actionId, endpointId, ruleId, siteId } from "../kernel/index.ts";
import { type ApprovedThing, approvalHash, changedParts } from "./approval-hash.ts";

const thing = (parts: Partial<ApprovedThing> = {}): ApprovedThing => ({
  actionId: actionId("act-1"),
  ruleId: ruleId("isolate"),
  ruleSetVersion: 3,
  siteId: siteId("hq"),
  endpointId: endpointId("h1"),
  spec: { kind: "isolateHost", durationSeconds: 600 },
  ...parts,
});

describe("the hash of an approval", () => {
  it("[A5] is the same for the same things in any order", () => {
    const other = thing({ actionId: actionId("act-2"), endpointId: endpointId("h2") });
    expect(approvalHash([thing(), other])).toBe(approvalHash([other, thing()]));
  });

  it.each([
    ["rules or their versions", { ruleSetVersion: 4 }],
    ["targets", { endpointId: endpointId("h2") }],
    ["arguments", { spec: { kind: "isolateHost", durationSeconds: 601 } }],
  ] as const)("[A5] tells that the %s changed", (part, change) => {
    expect(changedParts(approvalHash([thing()]), approvalHash([thing(change)]))).toEqual([part]);
  });

  it("[A5] which arguments belong to which action counts", () => {
    const long = { kind: "isolateHost", durationSeconds: 900 } as const;
    const second = { actionId: actionId("act-2") };
    const before = approvalHash([thing(), thing({ ...second, spec: long })]);
    expect(changedParts(before, approvalHash([thing({ spec: long }), thing(second)]))).toEqual(["arguments"]);
  });
});
