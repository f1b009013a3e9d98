import { describe, expect, it } from "vitest";
import { compareVersions, isVersion } from "./version.ts";

/** The chain of semver.org rule 11.4, and what is around it. */
const RISING = [
  "no version",
  "0.9.9",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.1",
  "1.2.0",
  "1.10.0",
  "2.0.0",
];

describe("versions", () => {
  it("stand in semver's order, numbers as numbers, whatever is no version before all", () => {
    for (const [index, older] of RISING.entries()) {
      expect(compareVersions(older, older)).toBe(0);
      for (const newer of RISING.slice(index + 1)) {
        expect(compareVersions(older, newer), `${older} < ${newer}`).toBeLessThan(0);
        expect(compareVersions(newer, older), `${newer} > ${older}`).toBeGreaterThan(0);
      }
    }
  });

  it("have one form: anything that could lead out of a folder, or be read in two ways, is none", () => {
    for (const text of ["1.2", "1.2.3.4", "01.2.3", "1.2.3+build", "1.2.3-", "../1.2.3", "1.2.3/..", "", "v1.2.3"]) {
      expect(isVersion(text), text).toBe(false);
    }
    expect(isVersion(`1.2.3-${"x".repeat(80)}`)).toBe(false);
    expect(isVersion("1.2.3-rc.1")).toBe(true);
  });
});
