import { MANIFEST_FORMAT, type ReleaseManifest } from "@cordon/core/release";
import { describe, expect, it } from "vitest";
import { readReleaseManifest } from "./release-manifest.ts";

const GOOD: ReleaseManifest = {
  format: MANIFEST_FORMAT,
  product: "cordon-agent",
  version: "0.2.0",
  builtAt: "2026-11-24T08:00:00Z",
  protocol: { min: 1, max: 2 },
  mayReplaceNewer: false,
  files: [{ target: "linux-x64", name: "cordon-agent-0.2.0-linux-x64", bytes: 10, sha256: "ab".repeat(32) }],
};
const read = (value: unknown) => readReleaseManifest(Buffer.from(JSON.stringify(value)));
const withFile = (patch: object) => ({ ...GOOD, files: [{ ...GOOD.files[0], ...patch }] });

describe("a release's manifest", () => {
  it("is read, also with what a newer packager adds", () => {
    expect(read({ ...GOOD, notes: "new" })).toEqual({ kind: "read", manifest: GOOD });
  });

  it("is refused when it leads out of its folder, names no real file, or is of another format", () => {
    const wrong: readonly unknown[] = [
      withFile({ name: "../cordon-agent" }),
      withFile({ name: "/bin/sh" }),
      withFile({ name: "" }),
      withFile({ sha256: "AB".repeat(32) }),
      withFile({ bytes: 0 }),
      withFile({ bytes: 1e12 }),
      withFile({ target: "solaris" }),
      { ...GOOD, files: [] },
      { ...GOOD, files: [GOOD.files[0], GOOD.files[0]] },
      { ...GOOD, version: "../../etc" },
      { ...GOOD, format: "cordon.release/2" },
      { ...GOOD, product: "kubectl" },
      null,
    ];
    for (const value of wrong) expect(read(value).kind, JSON.stringify(value)).toBe("unreadable");
    expect(readReleaseManifest(Buffer.from([0xff, 0xfe])).kind).toBe("unreadable");
  });
});
