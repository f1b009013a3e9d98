import { describe, expect, it } from "vitest";
import { endpointId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import { BRAKE_TYPES, type Brake, type BrakeScope, type BrakeType } from "./brake.ts";
import { liftNeedsTwo, relabelNeedsTwo } from "./loosening.ts";

const ACME = tenantId("acme");
const HQ = siteId("hq");
const LAB = siteId("lab");

function brake(type: BrakeType, scope: BrakeScope = { tenantId: ACME }): Brake {
  // Of a brake only its type and scope are asked for here.
  return { brakeId: "brk_1", type, scope, reason: "why", setBy: "ann", setAt: epochMs(1) } as unknown as Brake;
}

describe("what two persons take away", () => {
  it("[G16] is what protects endpoints, and what demands people", () => {
    const needs = BRAKE_TYPES.filter((type) => liftNeedsTwo(brake(type), [brake("twoPersons")]));
    expect(needs).toEqual(["neverTouch", "redundancy", "approval", "twoPersons"]);
  });

  it("[G16] holds where it was set, and for what reaches into it", () => {
    const atHq = [brake("twoPersons", { tenantId: ACME, siteId: HQ })];
    expect(liftNeedsTwo(brake("neverTouch", { tenantId: ACME, siteId: HQ }), atHq)).toBe(true);
    expect(liftNeedsTwo(brake("neverTouch", { tenantId: ACME }), atHq)).toBe(true);
    expect(liftNeedsTwo(brake("neverTouch", { tenantId: ACME, siteId: LAB }), atHq)).toBe(false);
    expect(liftNeedsTwo(brake("neverTouch", {}), atHq)).toBe(false);
    expect(liftNeedsTwo(brake("neverTouch", {}), [brake("twoPersons", {})])).toBe(true);
    expect(liftNeedsTwo(brake("neverTouch"), [])).toBe(false);
  });

  it("[G16] a label that goes is one, a label that comes is none", () => {
    const endpoint = { siteId: HQ, endpointId: endpointId("h1") };
    const before = { roles: ["domain-controller"], tags: ["furnace"] };
    const two = [brake("twoPersons")];
    expect(relabelNeedsTwo(endpoint, before, { ...before, tags: [] }, two)).toBe(true);
    expect(relabelNeedsTwo(endpoint, before, { ...before, roles: [] }, two)).toBe(true);
    expect(relabelNeedsTwo(endpoint, before, { ...before, tags: ["furnace", "new"] }, two)).toBe(false);
    expect(relabelNeedsTwo(endpoint, before, { ...before, tags: [] }, [])).toBe(false);
    expect(relabelNeedsTwo(endpoint, before, { ...before, tags: [] }, [brake("twoPersons", { siteId: LAB })])).toBe(
      false,
    );
  });
});
