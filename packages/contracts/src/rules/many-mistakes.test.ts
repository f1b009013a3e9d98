import { KUMA_CATALOGUE } from "@cordon/core/event";
import { expect, it } from "vitest";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem } from "./rule-file-problem.ts";

const FIRST = `version: 1
calendars:
  office: { zone: Europe/Berln, spans: [Mon-Fri 08:00-18:00] }
rules:
  - id: one
    name: One
    mode: enforced
    when: Name = alarm AND FilePath startWith 'C:'
    target:
      - { by: fqdn, field: DestinationHostname }
    actions:
      - kind: isolateHost
        arguments: { durationSecond: 600 }
  - id: two
    name: Two
    mode: observe
    when:
      any:
        - { field: SourceAddress, op: inSubnet, value: 10.0.0/8 }
        - not: { field: Name, op: match, value: '(a' }
        - { field: Timestamp, op: during, value: ofice }
        - { op: inActiveList, list: banned, key: [FileHash] }
        - count: { of: { field: Name, op: =, value: x }, within: 5 minutes, atLeast: 3 }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: getFile, arguments: { path: { field: FileSize } } }]
    limts: { coolDown: 1h }
`;

const SECOND = `version: 1
rules:
  - id: two
    name: Two again
    mode: observe
    chain: inOrder
    when: "Priority >= 3 AND (Name = 'x'"
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;

it("[R5] [R22] a set with many mistakes is refused whole, and each is named at its place, with what was meant", () => {
  const files = [
    { name: "a.yaml", text: FIRST },
    { name: "b.yaml", text: SECOND },
  ];
  const loaded = loadRuleFiles(files, { regex: re2Engine, catalogue: KUMA_CATALOGUE });
  const shown = loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
  const wanted: readonly (readonly [place: string, said: string])[] = [
    ["a.yaml:3:19", 'Did you mean "Europe/Berlin"'],
    ["a.yaml:7:11", 'Did you mean "enforce"'],
    ["a.yaml:8:18", "Did you mean 'alarm'"],
    ["a.yaml:8:37", "Did you mean `startsWith`"],
    ["a.yaml:10:28", 'Did you mean "DestinationHostName"'],
    ["a.yaml:13:22", 'Did you mean "durationSeconds"'],
    ["a.yaml:19:56", "write it like 10.0.0.0/8"],
    ["a.yaml:20:49", "the regular expression is wrong"],
    ["a.yaml:21:50", 'Did you mean "office"'],
    ["a.yaml:22:37", "create it as an active list before the rule"],
    ["a.yaml:23:66", "must be a duration like 90s"],
    ["a.yaml:25:60", "FileSize holds a number"],
    ["a.yaml:26:5", 'Did you mean "limits"'],
    ["b.yaml:3:9", "at a.yaml:14"],
    ["b.yaml:6:12", "a chain needs at least two actions"],
    ["b.yaml:7:30", "this parenthesis is never closed"],
  ];
  for (const [place, said] of wanted) {
    expect(
      shown.some((each) => each.startsWith(`${place}: `) && each.includes(said)),
      `${place} ${said}\n${shown.join("\n")}`,
    ).toBe(true);
  }
});
