import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTION_KINDS } from "./kinds.ts";
import { parseActionArgs } from "./parse-arguments.ts";

const SHA256 = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08";

function problemsOf(kind: (typeof ACTION_KINDS)[number], raw: Record<string, unknown>) {
  const parsed = parseActionArgs(kind, raw);
  return parsed.ok ? [] : parsed.problems.map(({ argument }) => argument);
}

describe("arguments of the nine actions", () => {
  it("hashes become lower case and numbers written as text become numbers, as KUMA sends both", () => {
    expect(parseActionArgs("quarantineFile", { path: "C:\\a.exe", sha256: SHA256 })).toEqual({
      ok: true,
      spec: { kind: "quarantineFile", path: "C:\\a.exe", sha256: SHA256.toLowerCase() },
    });
    expect(parseActionArgs("terminateProcess", { pid: "4242" })).toEqual({
      ok: true,
      spec: { kind: "terminateProcess", pid: 4242 },
    });
  });

  it("[S6] isolation without a duration is refused", () => {
    expect(problemsOf("isolateHost", {})).toEqual(["durationSeconds"]);
    expect(problemsOf("isolateHost", { durationSeconds: 5 })).toEqual(["durationSeconds"]);
  });

  it("a file action without path and hash is refused, and names what is missing", () => {
    for (const kind of ["quarantineFile", "deleteFile", "preventExecution", "terminateProcess"] as const) {
      expect(problemsOf(kind, { path: "", md5: "" })).toEqual(["path"]);
    }
    expect(problemsOf("getFile", { sha256: SHA256 })).toEqual(["path"]);
  });

  it("names every wrong argument at once, and unknown ones", () => {
    expect(problemsOf("deleteFile", { path: "a\u0000b", md5: "xyz", shell: "rm" }).sort()).toEqual([
      "md5",
      "path",
      "shell",
    ]);
  });

  it("an IoC scan takes lists and single values of each indicator type, and refuses a hash that is none", () => {
    const parsed = parseActionArgs("iocScan", {
      sha256: [SHA256],
      domain: "bad.example",
      indicators: [{ type: "filePath", value: "C:\\x" }],
    });
    expect(parsed.ok && parsed.spec.kind === "iocScan" && parsed.spec.indicators.map(({ type }) => type)).toEqual([
      "sha256",
      "domain",
      "filePath",
    ]);
    expect(problemsOf("iocScan", { md5: "not-a-hash" })).toEqual(["md5"]);
    expect(problemsOf("iocScan", {})).toEqual(["indicators"]);
  });

  it("never throws, whatever the values are", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ACTION_KINDS), fc.dictionary(fc.string(), fc.anything()), (kind, raw) => {
        parseActionArgs(kind, raw);
      }),
    );
  });
});
