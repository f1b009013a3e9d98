import { epochMs } from "@cordon/core/kernel";
import { MANIFEST_FORMAT, type ReleaseManifest } from "@cordon/core/release";
import { describe, expect, it } from "vitest";
import { judgeRelease } from "./judge-release.ts";

const SHA = "ab".repeat(32);
const manifest: ReleaseManifest = {
  format: MANIFEST_FORMAT,
  product: "cordon-agent",
  version: "0.2.0",
  builtAt: "2026-11-24T08:00:00Z",
  protocol: { min: 1, max: 1 },
  mayReplaceNewer: false,
  files: [
    { target: "linux-x64", name: "a", bytes: 10, sha256: SHA },
    { target: "win-x64", name: "b", bytes: 20, sha256: "cd".repeat(32) },
  ],
};
const input = {
  offer: { version: "0.2.0", target: "linux-x64", bytes: 10, sha256: SHA },
  manifest,
  running: "0.1.0",
  target: "linux-x64",
  rejected: [],
};
const judge = (patch: Partial<typeof input>) => judgeRelease({ ...input, ...patch });

describe("an offered release", () => {
  it("is wanted when the signed manifest says the same as the offer and it is newer", () => {
    expect(judge({})).toEqual({ kind: "wanted", file: manifest.files[0] });
    expect(judge({ running: "0.2.0" })).toEqual({ kind: "running" });
  });

  it("is refused when the offer says otherwise than the signed manifest: version, file, size", () => {
    for (const patch of [{ version: "0.3.0" }, { sha256: "cd".repeat(32) }, { bytes: 11 }]) {
      expect(judge({ offer: { ...input.offer, ...patch } })).toMatchObject({
        kind: "refused",
        code: "update.mismatch",
      });
    }
  });

  it("is refused for another platform", () => {
    expect(judge({ target: "linux-arm64" })).toMatchObject({ code: "update.wrong_target" });
    expect(judge({ target: "win-x64" })).toMatchObject({ code: "update.wrong_target" });
  });

  it("is refused when it is older, unless it is signed for going back", () => {
    expect(judge({ running: "0.3.0" })).toMatchObject({ kind: "refused", code: "update.downgrade" });
    expect(judge({ running: "0.3.0", manifest: { ...manifest, mayReplaceNewer: true } }).kind).toBe("wanted");
  });

  it("that was taken back here once is not tried again by itself; another build of it may be", () => {
    const before = { version: "0.2.0", at: epochMs(0), code: "update.crashed" as const, message: "it crashed" };
    expect(judgeRelease({ ...input, rejected: [{ ...before, sha256: SHA }] })).toEqual({
      kind: "returned",
      code: "update.crashed",
      message: "it crashed",
    });
    expect(judgeRelease({ ...input, rejected: [{ ...before, sha256: "ef".repeat(32) }] }).kind).toBe("wanted");
  });
});
