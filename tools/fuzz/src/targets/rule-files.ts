import { loadRuleFiles, re2Engine } from "@cordon/contracts";
import { loadRolloutFile } from "@cordon/contracts/fleet";
import { loadRuleTests } from "@cordon/contracts/rule-tests";
import { loadSitePolicy } from "@cordon/contracts/site-policy";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { parseCode, printWhen } from "@cordon/core/rules";
import { asText, type FuzzTarget, promised, utf8 } from "../target.ts";

const YAML_WORDS = [
  "&a ",
  "*a",
  "<<: *a",
  "!!str ",
  "!!binary ",
  "!!js/function ",
  "---\n",
  "...\n",
  "? ",
  "- ",
  ": ",
  "|\n",
  ">-\n",
  "#",
  "yes",
  "0123",
  "%YAML 1.1\n",
  "{",
  "}",
  "[",
  "]",
  "\t",
];
const RULE = `version: 1
rules:
  - id: isolate
    name: Isolate
    mode: hold
    priority: 9
    when: {all: [{field: Priority, op: ">=", value: 4}, {not: {field: Name, op: match, value: "^a+$"}}]}
    target: [{by: hostId, field: S.KscHostID}, {by: fqdn, field: DestinationHostName, site: {field: DeviceHostName}}]
    actions: [{kind: isolateHost, arguments: {durationSeconds: 14400}, deadline: 30m}]
    limits: {coolDown: 2h}
`;
const CODE_RULE = `version: 1
rules:
  - id: block
    name: Block
    when: DeviceVendor='Microsoft' AND Priority >= 3 AND NOT (FileName startsWith 'c:\\\\windows')
    target: [{by: hostId, field: S.KscHostID}]
    actions: [{kind: preventExecution, arguments: {sha256: {field: FileHash}, path: {field: FilePath, optional: true}}}]
`;
const asFile = (input: Uint8Array) => ({ name: "fuzz.yaml", text: asText(input) });

/** Problems of a file are told with a place in it. */
function promisePlaces(problems: readonly { readonly line: number; readonly column: number }[]): void {
  promised(problems.length > 0, "a refused file says why");
  promised(
    problems.every(({ line, column }) => line >= 1 && column >= 1),
    "a problem has a place",
  );
}

export const ruleFiles: FuzzTarget = {
  name: "rule-files",
  summary: "rule files in YAML, up to the compiled set",
  shape: "text",
  seeds: [RULE, CODE_RULE].map(utf8),
  words: [
    ...YAML_WORDS,
    "field: ",
    "op: ",
    "inSubnet",
    "match",
    "value: ",
    "calendars:",
    "chain",
    "window",
    "any: [",
    "not: ",
    "30m",
    "coolDown",
    "ignoreCase: true",
  ],
  bytesMax: 4_096,
  run(input) {
    const loaded = loadRuleFiles([asFile(input)], { regex: re2Engine, catalogue: KUMA_CATALOGUE });
    if (!loaded.ok) promisePlaces(loaded.problems);
  },
};

export const codeMode: FuzzTarget = {
  name: "code-mode",
  summary: "conditions in KUMA's code mode",
  shape: "text",
  seeds: [
    "DeviceVendor='Microsoft' AND Priority >= 3 AND NOT (FileName startsWith 'c:\\\\windows')",
    "Name match '^a+$' OR SourceAddress inSubnet '10.0.0.0/8' AND Flags hasBit 3",
    "inActiveList('accounts', 'user', SourceUserName) AND Extra.a in ['x', 'y'] AND FileName = 'A' ignoreCase",
  ].map(utf8),
  words: [
    " AND ",
    " OR ",
    " NOT ",
    "(",
    ")",
    "'",
    "\\'",
    " in ",
    "[",
    "]",
    ",",
    " inSubnet ",
    " match ",
    " hasBit ",
    " endsWith ",
    "inActiveList(",
    ">=",
    "!=",
    "S.a",
    "inCategory",
  ],
  bytesMax: 20_000,
  run(input) {
    const parsed = parseCode(asText(input), KUMA_CATALOGUE);
    if (!parsed.ok) return promised(parsed.problems.length > 0, "a refused condition says why");
    const printed = printWhen(parsed.when);
    const again = parseCode(printed, KUMA_CATALOGUE);
    promised(again.ok && printWhen(again.when) === printed, "what was read is printed and read again");
  },
};

export const ruleTests: FuzzTarget = {
  name: "rule-tests",
  summary: "files of rule tests",
  shape: "text",
  seeds: [
    utf8(`sites: [{ id: hq, name: Head office, aliases: [ksc.hq.example] }]
endpoints: [{ site: hq, id: host-1, name: WS-1, fqdn: ws-1.hq.example, addresses: [10.0.0.1], roles: [dc] }]
brakes: [{ neverTouch: [{ role: dc }] }]
tests:
  - name: a drill
    rules: [r1]
    events: [{ fields: { CorrelationRuleName: drill, Priority: 4 }, after: 5m }]
    expect: [{ rule: r1, action: isolateHost, outcome: observe, endpoint: WS-1, arguments: { durationSeconds: 14400 } }]
`),
  ],
  words: [...YAML_WORDS, "lists:", "neverTouch", "freeze", "at: ", "outcome: ", "entries:", "key:", "columns:"],
  bytesMax: 4_096,
  run(input) {
    const loaded = loadRuleTests(asFile(input));
    if (!loaded.ok) promisePlaces(loaded.problems);
  },
};

export const rolloutFiles: FuzzTarget = {
  name: "rollout-files",
  summary: "files that say how a rollout goes",
  shape: "text",
  seeds: [
    utf8(`waves: [{ sites: [hq], soak: 30m }, { share: 25%, soak: 1h }]
gates: { isolations: { max: 5, sampleMin: 3 }, releases: { max: 0.1, within: 30m }, unknown: false }
onBad: pause
extendMax: 1d
`),
  ],
  words: [...YAML_WORDS, "share: ", "soak: ", "labels: ", "budget: ", "100%", "0.5%"],
  bytesMax: 4_096,
  run(input) {
    const loaded = loadRolloutFile(asFile(input));
    if (!loaded.ok) promisePlaces(loaded.problems);
  },
};

export const sitePolicies: FuzzTarget = {
  name: "site-policies",
  summary: "the agent's policy file",
  shape: "text",
  seeds: [
    utf8(`version: 1
allow: [contain, getFile]
limits: {isolateHost: {duration: 8h, hold: 3d}, deleteFile: {exceptPaths: ['C:\\Windows\\*']}}
protect: [{address: 10.0.0.0/8, from: [isolateHost], reason: core}, {name: 'dc-*'}]
hours: {timeZone: Europe/Berlin, windows: [{for: [scan], days: [sat], from: "19:30"}]}
caps: [{for: [isolateHost], per: site, max: 10, within: 1h}]
`),
  ],
  words: [...YAML_WORDS, "group: ", "host: ", "::1/64", "10.0.0.0/33", "Etc/GMT+12", "24:00", "onlyPaths: ", "from: "],
  bytesMax: 4_096,
  run(input) {
    const loaded = loadSitePolicy(asFile(input));
    if (!loaded.ok) promisePlaces(loaded.problems);
  },
};
