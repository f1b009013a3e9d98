import { describe, expect, it } from "vitest";
import { KUMA_CATALOGUE } from "../../event/index.ts";
import type { WhenNode } from "../when.ts";
import { printCodeProblem } from "./code-problem.ts";
import { parseCode } from "./parse-code.ts";
import { printWhenPretty } from "./print-code.ts";

function treeOf(text: string): WhenNode {
  const code = parseCode(text, KUMA_CATALOGUE);
  if (!code.ok) throw new Error(code.problems.map((problem) => printCodeProblem(text, problem)).join("\n"));
  return code.when;
}

/** `12 startsWith`: what is underlined and what is suggested. */
function mistakesOf(text: string): readonly string[] {
  const code = parseCode(text, KUMA_CATALOGUE);
  if (code.ok) return [];
  return code.problems.map(({ offset, length, suggestion }) =>
    [text.slice(offset, offset + length), ...(suggestion === undefined ? [] : [suggestion])].join(" -> "),
  );
}

const a: WhenNode = { field: "Name", op: "=", value: "a" };
const b: WhenNode = { field: "Priority", op: ">=", value: 3 };
const c: WhenNode = { field: "FileName", op: "endsWith", value: [".exe", ".dll"], ignoreCase: true };

describe("reading", () => {
  it.each<readonly [code: string, tree: WhenNode]>([
    ["Name='a' AND Priority >= 3", { all: [a, b] }],
    ["Name = 'a' or Priority>=3 and not Name = 'a'", { any: [a, { all: [b, { not: a }] }] }],
    [
      "(Name = 'a' OR Priority >= 3) AND NOT (Name = 'a' AND Priority >= 3)",
      { all: [{ any: [a, b] }, { not: { all: [a, b] } }] },
    ],
    ["FileName endsWith ['.exe', '.dll'] ignoreCase", c],
    ["(DeviceEventClassID = [1, 4688])", { field: "DeviceEventClassID", op: "=", value: [1, 4688] }],
    ["FilePath startsWith 'c:\\\\windows'", { field: "FilePath", op: "startsWith", value: "c:\\windows" }],
    ["Name = 'it\\'s'", { field: "Name", op: "=", value: "it's" }],
    ["Extra.ok = true", { field: "Extra.ok", op: "=", value: true }],
    ["`Extra.my key` != SourceUserName", { field: "Extra.my key", op: "!=", valueField: "SourceUserName" }],
    ["SourceAddress inSubnet list('office')", { field: "SourceAddress", op: "inSubnet", valueList: "office" }],
    ["inActiveList('banned', FileHash)", { op: "inActiveList", list: "banned", key: ["FileHash"] }],
    [
      "lookup('accounts', 'level', SourceUserName, SourceNtDomain) > -1.5",
      { cell: { list: "accounts", key: ["SourceUserName", "SourceNtDomain"], column: "level" }, op: ">", value: -1.5 },
    ],
    [
      "SourceUserName = lookup('hosts', 'owner', DestinationHostName)",
      { field: "SourceUserName", op: "=", valueCell: { list: "hosts", key: ["DestinationHostName"], column: "owner" } },
    ],
    [
      "hasVulnerability('assets', DestinationAssetID, ['CVE-2021-44228'], 3)",
      { op: "hasVulnerability", field: "DestinationAssetID", list: "assets", cves: ["CVE-2021-44228"], minSeverity: 3 },
    ],
    [
      "count(Name = 'a', distinct DestinationHostName, by [SourceUserName], within '10m') >= 5",
      { count: { of: a, windowMs: 600_000, by: ["SourceUserName"], distinct: "DestinationHostName", atLeast: 5 } },
    ],
    [
      "Timestamp during 'Mon-Fri 08:00-18:00 Europe/Berlin'",
      { field: "Timestamp", op: "during", value: "Mon-Fri 08:00-18:00 Europe/Berlin" },
    ],
  ])("[R20] [R21] %s", (code, tree) => {
    expect(treeOf(code)).toEqual(tree);
  });
});

describe("mistakes", () => {
  it.each<readonly [code: string, mistakes: readonly string[]]>([
    ["DeviceVendor = Microsoft AND Priority => 3", ["Microsoft -> 'Microsoft'", "=> -> `>=`"]],
    ["FileName startWith 'a' OR Name like 'b'", ["startWith -> `startsWith`", "like -> `contains`"]],
    ["FileName NOT startsWith 'a'", ["NOT"]],
    ["'Microsoft' = DeviceVendor", ["'Microsoft' -> `DeviceVendor = 'Microsoft'`"]],
    ["FilePath = 'c:\\windows' && Name == \"x\"", ["\\w -> `\\\\w`", "&& -> `AND`", "== -> `=`", "\"x\" -> 'x'"]],
    ["Name = 'x' ADN Priority > 2", ["ADN -> `AND`"]],
    ["Name = 'x' Priority > 2 AND Foo bar 1", ["Priority", "bar"]],
    [
      "inActiveLst('x', FileHash) AND inActiveList(banned, FileHash)",
      ["inActiveLst -> `inActiveList`", "banned -> 'banned'"],
    ],
    ["count(Name = 'x', withn '5m') >= 3 OR count(Name = 'x', within 5m) >= 3", ["withn -> `within`", "5m -> '5m'"]],
    ["count(Name = 'x') >= 3 OR count(Name = 'x', within '5m') > 3", ["count", ">"]],
    ["SourceAddress inSubnet 10.0.0.0/8 AND Name = ", ["10.0.0.0/8 -> '10.0.0.0/8'", ""]],
    ["Name in ['a' 'b'] OR Name in [x] OR Name in ['a',", ["'b'", "x -> 'x'", "["]],
    ["Name = 'abc", ["'"]],
    ["$local = 'x'", ["$local"]],
    ["DestinationAddress = SourceAdress", ["SourceAdress -> `SourceAddress` or 'SourceAdress'"]],
    ["Extra.id = 12345678901234567890", ["12345678901234567890 -> '12345678901234567890'"]],
    ["(Name = 'x' AND (Priority > 2)", ["("]],
    ["Name = 'x') OR Priority > ]", [")", "]"]],
    ["", [""]],
    ["()", [")"]],
    ["AND Name = 'x' OR", ["AND", ""]],
    ["Name = 'x' # why\nAND Nam is 'y'", ["# why", "is -> `=`"]],
  ])("[R22] %s", (code, mistakes) => {
    expect(mistakesOf(code)).toEqual(mistakes);
  });

  it("[R22] are shown with their line and carets, tabs kept", () => {
    const text = "Name = 'x'\n\tAND FileName startWith 'a'";
    const code = parseCode(text);
    const [problem] = code.ok ? [] : code.problems;
    if (problem === undefined) throw new Error("no mistake was found");
    const [message, ...lines] = printCodeProblem(text, problem).split("\n");
    expect(message).toMatch(/^2:15: there is no operator `startWith`; the operators are =, !=/);
    expect(lines).toEqual([
      "  |",
      "2 | \tAND FileName startWith 'a'",
      "  | \t             ^^^^^^^^^ did you mean `startsWith`?",
    ]);
  });

  it("[R7] nesting and length beyond the limit are one clear answer", () => {
    const deep = parseCode(`${"(".repeat(500)}Name = 'a'${")".repeat(500)}`);
    expect(deep).toMatchObject({ ok: false, problems: [{ message: "the conditions nest more than 16 deep" }] });
    expect(parseCode(`${"NOT ".repeat(500)}Name = 'a'`)).toMatchObject({ ok: false, problems: [{ offset: 64 }] });
    expect(parseCode(`Name = '${"a".repeat(20_000)}'`)).toMatchObject({ ok: false, problems: [{ offset: 0 }] });
  });
});

it("[R7] a text of nothing but mistakes does not cost the square of its length", () => {
  // A hundred of them took minutes once.
  for (let count = 0; count < 100; count++) expect(parseCode(")".repeat(20_000))).toMatchObject({ ok: false });
});

describe("printing", () => {
  it("[R20] breaks long lines at AND and OR and indents groups", () => {
    const long: WhenNode = {
      field: "CorrelationRuleName",
      op: "startsWith",
      value: "RANSOMWARE: mass encryption of files",
    };
    expect(printWhenPretty({ all: [long, { any: [long, c, a] }, { not: b }] })).toBe(
      [
        "CorrelationRuleName startsWith 'RANSOMWARE: mass encryption of files'",
        "AND (",
        "  CorrelationRuleName startsWith 'RANSOMWARE: mass encryption of files'",
        "  OR FileName endsWith ['.exe', '.dll'] ignoreCase",
        "  OR Name = 'a'",
        ")",
        "AND NOT Priority >= 3",
      ].join("\n"),
    );
  });
});
