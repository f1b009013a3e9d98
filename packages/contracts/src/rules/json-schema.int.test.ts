import { readdirSync, readFileSync } from "node:fs";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { type ListShape, RULE_FEATURES } from "@cordon/core/rules";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ruleFileJsonSchema } from "./json-schema.ts";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem } from "./rule-file-problem.ts";

const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }).compile(
  ruleFileJsonSchema() as object,
);
const EXAMPLES = new URL("../../../../examples/rules/", import.meta.url);
const exampleFiles = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" }).filter((name) =>
  /(?<!\.test)\.yaml$/.test(name),
);

const RIGHT = `version: 1
calendars: { office: { zone: UTC, spans: [Mon-Fri 08:00-18:00], except: ['2026-12-25'] } }
rules:
  - id: one
    name: One
    mode: hold
    when:
      all:
        - { field: Extra.x, op: "=", valueField: Name }
        - { cell: { list: a, key: [Name], column: b }, op: ">", value: 3 }
        - { op: inActiveList, list: banned, key: [FileHash] }
        - { field: DestinationAssetID, op: hasVulnerability, list: assets, minSeverity: 3 }
        - count: { of: { field: Name, op: in, valueList: names }, within: 5m, by: [SourceUserName], atLeast: 5 }
        - { field: Timestamp, op: during, value: office }
    target: [{ by: fqdn, field: DestinationHostName, site: berlin }]
    chain: inOrder
    actions:
      - { kind: isolateHost, arguments: { durationSeconds: 4h }, onFailure: stop, deadline: 30m }
      - { kind: getFile, arguments: { path: { field: FilePath, form: path } } }
    limits: { coolDown: 1h, maxActions: { count: 5, within: 1h }, maxSiteShare: { share: 5%, within: 1d } }
`;

/** What a right file becomes when one thing in it is wrong; editors must see all of these. */
const WRONG: readonly (readonly [what: string, from: string | RegExp, to: string])[] = [
  ["another version", "version: 1", "version: 2"],
  ["a member that does not exist", "    name: One", "    name: One\n    prio: 5"],
  ["no name", "    name: One\n", ""],
  ["a mode that does not exist", "mode: hold", "mode: enforced"],
  ["an id with capitals", "id: one", "id: One"],
  ["a field that does not exist", "valueField: Name", "valueField: Nam"],
  ["a field without its prefix", "field: Extra.x", "field: Extra."],
  ["an operator that does not exist", "op: during", "op: within"],
  ["no right side", '{ field: Extra.x, op: "=", valueField: Name }', '{ field: Extra.x, op: "=" }'],
  ["two right sides", "valueField: Name", "valueField: Name, value: x"],
  ["no operator", 'op: ">", value: 3', "value: 3"],
  [
    "two forms in one node",
    '{ field: Extra.x, op: "=", valueField: Name }',
    '{ all: [], field: Extra.x, op: "=", value: x }',
  ],
  ["a key that is no list", "key: [FileHash]", "key: FileHash"],
  ["no window", "within: 5m, by", "by"],
  ["a count of nothing", "atLeast: 5", "atLeast: 0"],
  ["a duration in words", "within: 5m", "within: 5 minutes"],
  ["a way to find that does not exist", "by: fqdn", "by: ip"],
  ["no way to find", "target: [{ by: fqdn, field: DestinationHostName, site: berlin }]", "target: []"],
  ["a kind that does not exist", "kind: getFile", "kind: fetchFile"],
  ["an argument of another kind", "durationSeconds: 4h", "path: 'C:\\a'"],
  ["a form that does not exist", "form: path", "form: file"],
  ["a chain that does not exist", "chain: inOrder", "chain: together"],
  ["a share over all", "share: 5%", "share: 101%"],
  ["a calendar without spans", "spans: [Mon-Fri 08:00-18:00], ", ""],
];

const LISTS: Readonly<Record<string, ListShape>> = {
  a: { kind: "dictionary", keyParts: 1, columns: ["b"] },
  banned: { kind: "activeList", keyParts: 1, columns: [] },
  assets: { kind: "contextTable", keyParts: 1, columns: ["cves", "severities"] },
  names: { kind: "dictionary", keyParts: 1, columns: [] },
};

const OPTIONS = {
  regex: re2Engine,
  catalogue: KUMA_CATALOGUE,
  features: new Set(RULE_FEATURES),
  lists: { names: Object.keys(LISTS), shapeOf: (name: string) => LISTS[name] },
};

function mistakesOf(text: string): readonly string[] {
  const loaded = loadRuleFiles([{ name: "a.yaml", text }], OPTIONS);
  return loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
}

describe("the published JSON Schema, as editors use it", () => {
  it.each(exampleFiles)("takes examples/rules/%s", (name) => {
    expect(
      validate(parse(readFileSync(new URL(name, EXAMPLES), "utf8"))),
      JSON.stringify(validate.errors, null, 1),
    ).toBe(true);
  });

  it("takes a file with everything in it, and one in code mode", () => {
    expect(validate(parse(RIGHT)), JSON.stringify(validate.errors, null, 1)).toBe(true);
    expect(mistakesOf(RIGHT)).toEqual([]);
    const code = RIGHT.replace(/when:\n(?: {6}.*\n)+/, "when: \"Name = 'x'\"\n");
    expect(validate(parse(code)), JSON.stringify(validate.errors, null, 1)).toBe(true);
    expect(mistakesOf(code)).toEqual([]);
  });

  it.each(WRONG)("refuses %s, and so does the loader", (_what, from, to) => {
    const text = RIGHT.replace(from, to);
    expect(text).not.toBe(RIGHT);
    expect(validate(parse(text))).toBe(false);
    expect(mistakesOf(text)).not.toEqual([]);
  });
});
