import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSitePolicy, printFileProblem } from "./index.ts";

const EXAMPLE = path.resolve(import.meta.dirname, "../../../../examples/site-policy.yaml");
const load = (text: string) => loadSitePolicy({ name: "policy.yaml", text });

function problemsOf(text: string): readonly string[] {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(printFileProblem);
}

describe("[S7] the site policy file", () => {
  it("the example that we hand out is right", () => {
    const loaded = load(readFileSync(EXAMPLE, "utf8"));
    expect(loaded).toMatchObject({ ok: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("classes become kinds, durations and times become numbers", () => {
    const loaded = load(
      `version: 1
allow: [contain, getFile]
limits: {isolateHost: {duration: 8h, hold: 3d}, deleteFile: {exceptPaths: ['C:\\Windows\\*']}}
protect: [{address: 10.0.0.0/8, from: [isolateHost], reason: core}]
hours: {timeZone: Europe/Berlin, windows: [{for: [scan], days: [sat], from: "19:30"}]}
caps: [{for: [isolateHost], per: site, max: 10, within: 1h}]
`,
    );
    expect(loaded).toMatchObject({
      ok: true,
      policy: {
        allowed: ["getFile", "isolateHost", "preventExecution", "terminateProcess"],
        limits: [
          { kind: "isolateHost", durationSecondsMax: 28_800, holdSecondsMax: 259_200 },
          { kind: "deleteFile", exceptPaths: ["C:\\Windows\\*"] },
        ],
        protections: [{ who: { by: "address", text: "10.0.0.0/8" }, from: ["isolateHost"], reason: "core" }],
        hours: { windows: [{ kinds: ["onDemandScan", "iocScan"], days: [6], from: 1_170, to: 0 }] },
        caps: [{ max: 10, windowMs: 3_600_000 }],
      },
    });
  });

  it("every mistake is named with its line, its column and the mend", () => {
    const text = `version: 1
allow: [contian]
protect:
  - {name: a, host: b}
  - {address: 10.0.0.0/99}
hours: {timezone: UTC, windows: []}
`;
    expect(problemsOf(text)).toEqual([
      'policy.yaml:2:9: allow[0]: "contian" is not one of all, contain, remediate, collect, scan, onDemandScan, iocScan, quarantineFile, deleteFile, getFile, isolateHost, preventExecution, startProcess, terminateProcess. Did you mean "contain"?',
      "policy.yaml:6:8: hours.timeZone: `timeZone` is missing",
      'policy.yaml:6:9: hours.timezone: there is no member "timezone" here; known: timeZone, windows. Did you mean "timeZone"?',
      expect.stringContaining("policy.yaml:6:33: hours.windows: "),
    ]);
    expect(
      problemsOf(
        text.replace("contian", "contain").replace(/hours.*/, "hours: {timeZone: Mars, windows: [{for: [scan]}]}"),
      ),
    ).toEqual([
      "policy.yaml:4:5: protect[0]: needs exactly one of host, name, address and group",
      'policy.yaml:5:15: protect[1].address: "10.0.0.0/99" is neither an address nor a subnet like 10.0.0.0/8',
      'policy.yaml:6:19: hours.timeZone: "Mars" is not a time zone; use an IANA name like Europe/Berlin',
    ]);
  });

  it("an empty file allows nothing by saying nothing: it is refused, as is broken YAML", () => {
    expect(problemsOf("")).toEqual([
      "policy.yaml:1:1: version: `version` is missing",
      "policy.yaml:1:1: allow: `allow` is missing",
    ]);
    expect(problemsOf("version: 1\nallow: [")).toHaveLength(1);
    expect(problemsOf("version: 2\nallow: []")).toEqual(["policy.yaml:1:10: version: 2 is not one of 1"]);
  });
});
