import { KUMA_CATALOGUE } from "@cordon/core/event";
import { describe, expect, it } from "vitest";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem, showRuleFileProblem } from "./rule-file-problem.ts";

const OPTIONS = { regex: re2Engine, catalogue: KUMA_CATALOGUE };

/** A right file around a `when`, which stands from line 6 on. */
function fileWith(when: string): string {
  return `version: 1
rules:
  - id: one
    name: One rule
    mode: observe
    when: ${when}
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;
}

function load(text: string) {
  return loadRuleFiles([{ name: "a.yaml", text }], OPTIONS);
}

function mistakesOf(when: string): readonly string[] {
  const loaded = load(fileWith(when));
  return loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
}

describe("a `when` in code mode", () => {
  it("[R20] is the same rule as the tree, whatever YAML does with the text", () => {
    const tree =
      "{ all: [{ field: FilePath, op: startsWith, value: 'c:\\it''s', ignoreCase: true }, { field: Priority, op: '>=', value: 3 }] }";
    const hash = (when: string) => {
      const loaded = load(fileWith(when));
      return loaded.ok ? loaded.contentHash : loaded.problems.map(printRuleFileProblem);
    };
    const wanted = hash(tree);
    expect(wanted).toMatch(/^[0-9a-f]{64}$/);
    expect(hash("FilePath startsWith 'c:\\\\it\\'s' ignoreCase AND Priority >= 3")).toBe(wanted);
    expect(hash("\"FilePath startsWith 'c:\\\\\\\\it\\\\'s' ignoreCase\\nAND Priority >= 3\"")).toBe(wanted);
    expect(hash("'FilePath startsWith ''c:\\\\it\\''s'' ignoreCase AND Priority >= 3'")).toBe(wanted);
    expect(hash("|\n      FilePath startsWith 'c:\\\\it\\'s' ignoreCase\n      AND Priority >= 3")).toBe(wanted);
    expect(hash(">-\n      FilePath startsWith 'c:\\\\it\\'s' ignoreCase\n      AND Priority >= 3")).toBe(wanted);
  });

  it.each<readonly [what: string, when: string, place: string, message: RegExp]>([
    [
      "plain",
      "Name = 'a' AND FileName startWith 'b'",
      "6:35",
      /there is no operator `startWith`.*Did you mean `startsWith`\?/,
    ],
    ["plain over two lines", "Name = 'a'\n      AND FileName startWith 'b'", "7:20", /`startWith`/],
    ["in single quotes", "'Name = ''a'' AND FileName startWith ''b'''", "6:38", /`startWith`/],
    ["in double quotes", "\"Name = 'a\\\\\\\\' AND\\tFileName startWith 'b'\"", "6:41", /`startWith`/],
    ["as a block", "|\n      Name = 'a'\n      AND\n        FileName startWith 'b'", "9:18", /`startWith`/],
    ["as a folded block", ">-\n      Name = 'a'\n\n      AND FileName startWith 'b'", "9:20", /`startWith`/],
    [
      "its fields",
      "Name = 'a' AND NOT FileNam = 'b'",
      "6:30",
      /KUMA has no event field "FileNam".*Did you mean "FileName"\?/,
    ],
    [
      "its values",
      "|\n      Priority >= 3\n      OR SourceAddress inSubnet ['10.0.0.0/8', '10.0.0/8']",
      "8:48",
      /"10.0.0\/8" is not a subnet/,
    ],
    ["its shape", "count(Name = 'a', within '10m') >= 0.5", "6:46", /whole number/],
    ["nothing in it", "''", "6:12", /there is no condition/],
  ])("[R22] a mistake is shown where it stands in the file: %s", (_what, when, place, message) => {
    const [mistake] = mistakesOf(when);
    expect(mistake).toMatch(new RegExp(`^a.yaml:${place}: rules\\[0\\].when`));
    expect(mistake).toMatch(message);
  });

  it("[R22] one mistake hides no other, neither in the line nor in the rest of the rule", () => {
    const text = fileWith("Name == 'a' AND FileName startWith 'b'").replace("onDemandScan", "onDemandScn");
    const loaded = load(text);
    expect(
      loaded.ok ? [] : loaded.problems.map(({ line, column, length, code }) => [line, column, length, code]),
    ).toEqual([
      [6, 16, 2, "bad_code"],
      [6, 36, 9, "bad_code"],
      [8, 23, 11, "bad_shape"],
    ]);
  });

  it("[R22] is shown with its line and carets below", () => {
    const text = fileWith("Name = 'a' AND FileName startWith 'b'");
    const loaded = load(text);
    const [problem] = loaded.ok ? [] : loaded.problems;
    if (problem === undefined) throw new Error("no mistake was found");
    expect(showRuleFileProblem(problem, text).split("\n").slice(1)).toEqual([
      "  |",
      "6 |     when: Name = 'a' AND FileName startWith 'b'",
      "  |                                   ^^^^^^^^^",
    ]);
  });
});

describe("calendars", () => {
  const withCalendars = (calendars: string, when: string) => `calendars: ${calendars}\n${fileWith(when)}`;

  it("[R18] a rule takes along the calendars that it names, from any file of the set", () => {
    const named = withCalendars(
      "{ office: { zone: Europe/Berlin, spans: [Mon-Fri 08:00-18:00] }, other: { zone: UTC, spans: [Sat] } }",
      "Name = 'x'",
    );
    const loaded = loadRuleFiles(
      [
        { name: "a.yaml", text: named.replace("id: one", "id: two") },
        { name: "b.yaml", text: fileWith("NOT Timestamp during 'office'") },
      ],
      OPTIONS,
    );
    const problems = loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
    expect(problems).toEqual([]);
    expect(loaded.ok && loaded.rules.map(({ calendars }) => calendars)).toEqual([
      undefined,
      { office: { zone: "Europe/Berlin", spans: [{ days: [1, 2, 3, 4, 5], from: 480, to: 1080 }] } },
    ]);
  });

  it.each([
    [
      "{ office: { zone: Europe/Berln, spans: [Mon] } }",
      "1:30: calendars.office.zone: ",
      'Did you mean "Europe/Berlin"',
    ],
    [
      "{ office: { zone: UTC, spans: [Mom-Fri 08:00-18:00] } }",
      "1:43: calendars.office.spans[0]: ",
      'Did you mean "Mon"',
    ],
    ["{ office: { zone: UTC, spans: [08:00-25:00] } }", "1:43: calendars.office.spans[0]: ", "08:00-18:00"],
    [
      "{ office: { zone: UTC, spans: [Mon], except: ['2026-02-30'] } }",
      "1:58: calendars.office.except[0]: ",
      "is no day",
    ],
    ["{ office: { zone: UTC, span: [Mon] } }", "1:35: calendars.office.span: ", 'Did you mean "spans"'],
  ])("a wrong calendar is refused at its place: %s", (calendars, place, message) => {
    const loaded = load(withCalendars(calendars, "Name = 'x'"));
    const mistakes = loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
    expect(
      mistakes.some((mistake) => mistake.startsWith(`a.yaml:${place}`) && mistake.includes(message)),
      mistakes.join("\n"),
    ).toBe(true);
  });

  it("a calendar that is defined twice names the other place", () => {
    const text = withCalendars("{ office: { zone: UTC, spans: [Mon] } }", "Name = 'x'");
    const loaded = loadRuleFiles(
      [
        { name: "a.yaml", text },
        { name: "b.yaml", text: text.replace("id: one", "id: two") },
      ],
      OPTIONS,
    );
    expect(loaded.ok ? [] : loaded.problems.map(printRuleFileProblem)).toEqual([
      'b.yaml:1:14: calendars.office: the calendar "office" is defined already, at a.yaml:1',
    ]);
  });
});
