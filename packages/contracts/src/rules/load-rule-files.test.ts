import { KUMA_CATALOGUE } from "@cordon/core/event";
import { describe, expect, it } from "vitest";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem } from "./rule-file-problem.ts";

const OPTIONS = { regex: re2Engine, catalogue: KUMA_CATALOGUE };

const load = (...texts: readonly string[]) =>
  loadRuleFiles(
    texts.map((text, index) => ({ name: `${"ab"[index]}.yaml`, text })),
    OPTIONS,
  );

function problemsOf(...texts: readonly string[]): readonly string[] {
  const loaded = load(...texts);
  return loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
}

/** A right rule; `lines` replace or follow its members. */
function aFile(change: Readonly<Record<string, string>> = {}): string {
  const members = {
    id: "one",
    name: "One rule",
    mode: "enforce",
    when: "{ field: Name, op: =, value: alarm }",
    target: "[{ by: fqdn, field: DestinationHostName }]",
    actions: "[{ kind: onDemandScan }]",
    ...change,
  };
  const lines = Object.entries(members).map(
    ([name, value], index) => `${index === 0 ? "  - " : "    "}${name}: ${value}`,
  );
  return `version: 1\nrules:\n${lines.join("\n")}\n`;
}

describe("mistakes and their places", () => {
  it("a right file has none", () => {
    expect(problemsOf(aFile())).toEqual([]);
  });

  it("a file without its version is told what to write", () => {
    expect(problemsOf(aFile().replace("version: 1\n", ""))).toEqual([
      "a.yaml:1:1: version: `version` is missing; write `version: 1`",
    ]);
  });

  it("three mistakes in one file are all named, each at its line and column", () => {
    const text = `version: 1
rules:
  - id: one
    name: One
    mode: enforce
    when:
      all:
        - { field: FilePat, op: startsWith, value: 'c:' }
        - field: FileName
          op: startWith
          value: a
        - { field: FilePath, op: match, value: '(a' }
    target:
      - { by: fqdn, field: DestinationHostName }
    actions:
      - kind: onDemandScan
`;
    expect(problemsOf(text)).toEqual([
      'a.yaml:8:20: rules[0].when.all[0].field: KUMA has no event field "FilePat" (names are case-sensitive; own fields begin with Extra., S., SA., N., NA., F., FA.). Did you mean "FilePath"?',
      'a.yaml:10:15: rules[0].when.all[1].op: "startWith" is not one of =, !=, <, <=, >, >=, in, contains, startsWith, endsWith, match, inSubnet, hasBit, intersect, inCategory, inActiveDirectoryGroup, TIDetect, during, inActiveList, inDictionary, inContextTable, hasVulnerability. Did you mean "startsWith"?',
      "a.yaml:12:48: rules[0].when.all[2].value: the regular expression is wrong: error parsing regexp: missing closing ): `(a`",
    ]);
  });

  it.each<readonly [what: string, change: Readonly<Record<string, string>>, expected: readonly (string | RegExp)[]]>([
    ["an unknown member", { prioritty: "5" }, [/^a.yaml:9:5: rules\[0\].prioritty: .*Did you mean "priority"/]],
    [
      "a missing member",
      { mode: "" },
      [/^a.yaml:5:11: rules\[0\].mode: `mode` is missing; it is one of enforce, observe, hold/],
    ],
    ["an unknown action", { actions: "[{ kind: isolatehost }]" }, [/^a.yaml:8:23: .*Did you mean "isolateHost"/]],
    [
      "an unknown argument",
      { actions: "[{ kind: isolateHost, arguments: { durationSeconds: 600, exclusion: [] } }]" },
      [/^a.yaml:8:71: rules\[0\].actions\[0\].arguments.exclusion: .*Did you mean "exclusions"/],
    ],
    [
      "a wrong literal",
      { actions: "[{ kind: isolateHost, arguments: { durationSeconds: 5 } }]" },
      [/^a.yaml:8:66: .*durationSeconds. of isolateHost must be 60-/],
    ],
    [
      "a misspelt mapping",
      { actions: "[{ kind: getFile, arguments: { path: { feild: FilePath } } }]" },
      [/^a.yaml:8:53: .*Did you mean "field"/],
    ],
    [
      "an unknown field in a mapping",
      { actions: "[{ kind: getFile, arguments: { path: { field: Filepath } } }]" },
      [/^a.yaml:8:60: .*Did you mean "FilePath"/],
    ],
    [
      "a wrong subnet",
      { when: "{ field: SourceAddress, op: inSubnet, value: [10.0.0.0/8, 10.0.0/8] }" },
      [/^a.yaml:6:69: .*"10.0.0\/8" is not a subnet/],
    ],
    [
      "a wrong type",
      { when: "{ field: Priority, op: '>=', value: high }" },
      [/^a.yaml:6:47: .*Priority is a number, "high" is not/],
    ],
    ["a wrong duration", { limits: "{ coolDown: 5 minutes }" }, [/^a.yaml:9:25: .*duration like 90s/]],
    ["mixed forms", { when: "{ all: [], field: Name }" }, [/^a.yaml:6:11: .*mixes all and field/]],
    ["a missing operator", { when: "{ all: [{ field: Name, value: a }] }" }, [/^a.yaml:6:19: .*`op` is missing/]],
    [
      "an unknown way to find",
      { target: "[{ by: ip, field: SourceAddress }]" },
      [/^a.yaml:7:20: .*"ip" is not one of hostId, assetId/],
    ],
    ["yes for true", { continue: "yes" }, [/^a.yaml:9:15: write `true` or `false`/]],
    [
      "a number that loses its zero",
      { when: "{ field: DeviceEventClassID, op: =, value: 0123 }" },
      [/^a.yaml:6:54: put "0123" in quotes/],
    ],
    [
      "a number that loses digits",
      { when: "{ field: DeviceEventClassID, op: =, value: 12345678901234567890 }" },
      [/^a.yaml:6:54: put "12345678901234567890" in quotes/],
    ],
    ["a name that is no text", { name: "5" }, [/^a.yaml:4:11: rules\[0\].name: must be text, is 5/]],
    ["a wrong id", { id: "One_Rule" }, [/^a.yaml:3:9: rules\[0\].id: must be 1-64 characters/]],
  ])("%s", (_what, change, expected) => {
    const problems = problemsOf(aFile(change));
    expect(problems).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(problems[index]).toMatch(each);
  });

  it("an id used twice is refused across files and names the other place", () => {
    expect(problemsOf(aFile(), aFile())).toEqual([
      'b.yaml:3:9: rules[0].id: the id "one" is taken by another rule of this set, at a.yaml:3',
    ]);
  });

  it("one wrong file refuses the whole set", () => {
    expect(load(aFile(), aFile({ id: "two", mode: "enforc" })).ok).toBe(false);
  });

  it("a key that stands twice is refused, and does not hide other mistakes", () => {
    const text = aFile({ mode: "enforc" }).replace("    name: One rule\n", "    name: One rule\n    name: Two\n");
    expect(problemsOf(text)).toEqual([
      "a.yaml:5:5: the key stands twice in this map; remove one of the two",
      expect.stringMatching(/^a.yaml:6:11: rules\[0\].mode/),
    ]);
  });

  it.each([
    ["broken syntax", "rules: [", /^a.yaml:1:9: /],
    ["two documents", "version: 1\n---\nversion: 1\n", /several documents/],
    ["nothing", "", /must be a map, is empty/],
    ["a list", "- a", /must be a map, is a list/],
    ["an alias that contains itself", "version: 1\nrules: &a [*a, *a]\n", /nests more than 48 deep/],
    ["brackets without end", "[".repeat(20_000), /nests too deep/],
    [
      "an alias bomb",
      `a: &a [${"1,".repeat(20)}]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nd: [${"*c,".repeat(20)}]\n`,
      /aliases multiply/,
    ],
    ["a file that is too long", `# ${"x".repeat(600_000)}`, /at most 524288/],
  ])("%s is one clear answer", (_what, text, message) => {
    expect(problemsOf(text)[0]).toMatch(message);
  });

  it("an anchor may be used with measure", () => {
    const text = aFile({ target: "&t [{ by: fqdn, field: DestinationHostName }]" });
    expect(
      problemsOf(
        `${text}  - id: two\n    name: Two\n    mode: observe\n    when: { field: Name, op: =, value: b }\n    target: *t\n    actions: [{ kind: onDemandScan }]\n`,
      ),
    ).toEqual([]);
  });
});

describe("what comes out", () => {
  it("defaults are filled in and durations are in milliseconds", () => {
    const loaded = load(aFile({ limits: "{ coolDown: 2h }", actions: "[{ kind: onDemandScan, deadline: 30m }]" }));
    expect(loaded.ok && loaded.rules[0]).toEqual({
      id: "one",
      name: "One rule",
      mode: "enforce",
      priority: 500,
      continue: true,
      when: { field: "Name", op: "=", value: "alarm" },
      target: [{ by: "fqdn", field: "DestinationHostName" }],
      actions: [{ kind: "onDemandScan", arguments: {}, deadlineMs: 1_800_000 }],
      limits: { coolDownMs: 7_200_000 },
    });
  });

  it("the hash is of what the rules say, not of how the files look", () => {
    const hashOf = (...texts: readonly string[]) => {
      const loaded = load(...texts);
      return loaded.ok ? loaded.contentHash : "";
    };
    const two = aFile({ id: "two" });
    const both = `${aFile()}# a comment\n${two.slice(two.indexOf("  - "))}`;
    expect(hashOf(aFile())).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(aFile(), two)).toBe(hashOf(two, aFile()));
    expect(hashOf(both)).toBe(hashOf(aFile(), two));
    expect(hashOf(aFile({ priority: "500" }))).toBe(hashOf(aFile()));
    expect(hashOf(aFile({ priority: "501" }))).not.toBe(hashOf(aFile()));
  });
});
