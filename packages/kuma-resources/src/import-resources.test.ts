import { KUMA_CATALOGUE } from "@cordon/core/event";
import { describe, expect, it } from "vitest";
import { all, compare, filterResource, RANSOM, responseRule } from "../test/fixtures.ts";
import { importResources } from "./import-resources.ts";
import { readResources } from "./read-resources.ts";
import { writeRuleFile } from "./write-rule-file.ts";

const TARGET = [{ by: "hostId", field: "DeviceExternalID" }] as const;

function imported(value: unknown, options: { filterAction?: "onDemandScan" } = {}) {
  const read = readResources(JSON.stringify(value));
  if (!read.ok) throw new Error(read.problem);
  return importResources(read.resources, { catalogue: KUMA_CATALOGUE, target: TARGET, ...options });
}

const script = (scriptName: string, scriptArgs: string, more: object = {}) =>
  responseRule("r-1", "Answer", { scriptName, scriptArgs, filter: { id: "", name: "inline", root: RANSOM }, ...more });
const messages = (notes: readonly { readonly kind: string; readonly message: string }[]) =>
  notes.map(({ kind, message }) => `${kind}: ${message}`).join("\n");

describe("import", () => {
  it.each([
    ["onDemandScan.py", "--host {{.DeviceExternalID}}", { kind: "onDemandScan", arguments: {} }],
    [
      "getFile.py",
      "--path {{.FilePath}} --md5 {{.FileHash}}",
      { kind: "getFile", arguments: { path: { field: "FilePath" }, md5: { field: "FileHash" } } },
    ],
    [
      "quarantineFile.py",
      '--path "{{.FilePath}}"',
      { kind: "quarantineFile", arguments: { path: { field: "FilePath" } } },
    ],
    ["deleteFile.py", "--path='C:\\Temp\\a b.exe'", { kind: "deleteFile", arguments: { path: "C:\\Temp\\a b.exe" } }],
    [
      "preventExecution.py",
      "--sha256hash {{.S.Sha256}}",
      { kind: "preventExecution", arguments: { sha256: { field: "S.Sha256" } } },
    ],
    [
      "terminateProcess.py",
      "--path {{ .FilePath }} --pid {{.DestinationProcessID}}",
      { kind: "terminateProcess", arguments: { path: { field: "FilePath" }, pid: { field: "DestinationProcessID" } } },
    ],
    [
      "startProcess.py",
      "--path C:\\tools\\t.exe --cmdline -x",
      { kind: "startProcess", arguments: { path: "C:\\tools\\t.exe" } },
    ],
    [
      "/opt/kaspersky/scripts/ioCScan.py",
      "--md5 {{.FileHash}}",
      { kind: "iocScan", arguments: { md5: { field: "FileHash" } } },
    ],
    ["isolateHost.py", "", { kind: "isolateHost", arguments: { durationSeconds: 18_000 } }],
  ])("%s becomes its action, observing", (name, args, action) => {
    const { rules, report } = imported([script(name, args)]);
    expect(report).toMatchObject([{ outcome: "rule", ruleId: "answer", kind: "responseRule", id: "r-1" }]);
    expect(rules).toMatchObject([{ id: "answer", action, kumaId: "r-1", description: "by tests" }]);
    expect(writeRuleFile(rules)).toContain("mode: observe");
  });

  it("says of each script argument what it was taken for, or that it was left out", () => {
    const args =
      "{{.Name}} --hostid {{.S.KscHostID}} --path {{.FilePath}} --verbose --mode {{if .FileHash}}x{{end}} --zip 1 --md5 {{.NoSuch}}";
    const { rules, report } = imported([script("getFile.py", args, { timeout: 60, workers: 2 })]);
    expect(rules[0]?.target).toEqual([{ by: "hostId", field: "S.KscHostID" }]);
    const text = messages(report[0]?.notes ?? []);
    expect(text).toContain("assumed: --hostid {{.S.KscHostID}} is read as the endpoint's hostId");
    expect(text).toContain("assumed: --path {{.FilePath}} is read as the argument path");
    expect(text).toContain("lost: {{.Name}}: nothing says what it is");
    expect(text).toContain("lost: --verbose");
    expect(text).toContain("lost: --mode {{if .FileHash}}x{{end}}");
    expect(text).toContain("lost: --zip 1");
    expect(text).toContain("lost: --md5 {{.NoSuch}}");
    expect(text).toContain("lost: 60: seconds");
    expect(text).toContain("lost: 2: scripts at a time");
  });

  it("without an endpoint on the command line it is looked for as told, and that is said", () => {
    const { rules, report } = imported([script("isolateHost.py", "")]);
    expect(rules[0]?.target).toEqual(TARGET);
    expect(messages(report[0]?.notes ?? [])).toContain("assumed: the script does not say which endpoint is meant");
  });

  it.each([
    ["another script", script("asset-import.py", ""), "none of the nine"],
    [
      "another type of response",
      script("", "", { kind: "ksctasks", kscTasks: [{ name: "KUMA scan" }] }),
      'the type "ksctasks"',
    ],
    ["no filter", script("isolateHost.py", "", { filter: null }), "would meet every event"],
    ["a missing argument", script("quarantineFile.py", "--host {{.DeviceExternalID}}"), "needs a path or a hash"],
    [
      "a filter that cannot be said",
      script("isolateHost.py", "", { filter: { root: compare("$x", "=", "1") } }),
      "local variable",
    ],
    ["another kind of resource", { id: "c", kind: "correlationRule", name: "C", payload: {} }, "no counterpart"],
  ])("with %s it is not carried over, and that is said", (_what, resource, reason) => {
    const { rules, report } = imported([resource]);
    expect(rules).toEqual([]);
    expect(report).toMatchObject([{ outcome: "not_carried_over" }]);
    expect(messages(report[0]?.notes ?? [])).toContain(`blocked: `);
    expect(messages(report[0]?.notes ?? [])).toContain(reason);
  });

  it("what is not carried over still shows its condition, to be used by hand", () => {
    expect(imported([script("asset-import.py", "")]).report[0]?.when).toBe(
      "CorrelationRuleName startsWith 'RANSOM' ignoreCase",
    );
  });

  it("a filter is a condition; asked so, it becomes a rule", () => {
    const filter = filterResource("f-1", "Mass encryption", { root: RANSOM });
    expect(imported([filter])).toMatchObject({
      rules: [],
      report: [{ outcome: "condition", when: expect.stringContaining("RANSOM") }],
    });
    const asked = imported([filter], { filterAction: "onDemandScan" });
    expect(asked.rules).toMatchObject([{ id: "mass-encryption", action: { kind: "onDemandScan" }, target: TARGET }]);
  });

  it("[S5] as many reports come out as resources go in, in their order, whatever they are", () => {
    const resources = [
      filterResource("f", "F", { root: all() }),
      { id: "l", kind: "activeList", name: "Banned", payload: {} },
      script("isolateHost.py", ""),
      { id: "x", kind: "dashboard", payload: {} },
    ];
    expect(imported({ version: 1, resources }).report.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      "f not_carried_over",
      "l support",
      "r-1 rule",
      "x not_carried_over",
    ]);
  });

  it("[R27] the lists that the tenant must have are named once, with all that any condition asks of them", () => {
    const conditions = [
      ["f", "inActiveList('Banned', FileHash) AND lookup('Accounts', 'level', SourceUserName) >= 3"],
      ["g", "lookup('Accounts', 'home', SourceUserName) = 'x' AND NOT inActiveList('Banned', OldFileHash)"],
      ["h", "lookup('Terms', 'value', Name) = 1 OR DestinationAssetID inCategory ['Servers']"],
    ] as const;
    const resources = [
      ...conditions.map(([id, code]) => ({ id, kind: "filter", name: id, payload: { name: id, code } })),
      { id: "l", kind: "dictionary", name: "Terms", payload: {} },
    ];
    expect(imported(resources).lists).toEqual([
      { name: "Accounts", kind: "contextTable", keyParts: 1, columns: ["level", "home"] },
      { name: "Banned", kind: "activeList", keyParts: 1, columns: [] },
      { name: "Servers", kind: "category", keyParts: 1, columns: [] },
      { name: "Terms", kind: "dictionary", keyParts: 1, columns: ["value"] },
    ]);
  });

  it("ids are made of names, each once, and of KUMA's id when a name has no Latin letter", () => {
    const named = (id: string, name: string) => filterResource(id, name, { root: RANSOM });
    const { rules } = imported(
      [named("1", "Auto isolate (RANSOM)"), named("2", "Auto-isolate: ransom"), named("ab-3", "Изоляция")],
      {
        filterAction: "onDemandScan",
      },
    );
    expect(rules.map(({ id }) => id)).toEqual(["auto-isolate-ransom", "auto-isolate-ransom-2", "kuma-ab-3"]);
  });
});

describe("reading", () => {
  it.each([
    ["\u0000\u0001pack", "encrypted"],
    ['[{"name":"x"}]', "item 1 is not a KUMA resource"],
    ["[7]", "item 1 is not a KUMA resource"],
    [`${'{"a":['.repeat(300)}${"]}".repeat(300)}`, "more than 200 deep"],
  ])("%.30j is refused with what to do", (text, reason) => {
    expect(readResources(text)).toEqual({ ok: false, problem: expect.stringContaining(reason) });
  });

  it("takes one resource, a list, and the REST API's shape without an envelope", () => {
    const plain = { id: "f", kind: "filter", name: "F", payload: { name: "F", code: "Priority >= 3" } };
    expect(readResources(JSON.stringify(plain))).toMatchObject({
      ok: true,
      resources: [{ id: "f", kind: "filter", name: "F" }],
    });
    expect(imported([plain]).report).toMatchObject([{ outcome: "condition", when: "Priority >= 3" }]);
  });
});
