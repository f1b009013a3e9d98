import { expect, test } from "vitest";
import { KscError } from "../errors.ts";
import type { KscValue } from "../values.ts";
import { compileFilter } from "./evaluate.ts";

const NOW = Date.UTC(2026, 2, 2, 9, 0, 0);
const HOST: Readonly<Record<string, KscValue>> = {
  DN: "WS-114",
  FQDN: "ws-114.branch-a.example",
  QUOTED: 'say "hi" *now* \\ [x]',
  STATUS: 29,
  NEGATIVE: -5,
  FLAG: true,
  BIG: { type: "long", value: 9_000_000_000 },
  SEEN: { type: "datetime", value: "2026-03-02T08:30:00Z" },
  KEY: { type: "binary", value: Buffer.from([0x0a, 0x0b]).toString("base64") },
};

function matches(text: string): boolean {
  return compileFilter(text).matches((name) => HOST[name], NOW);
}

test("every operator compares integers, texts, times and binaries", () => {
  const cases: [string, boolean][] = [
    ["(STATUS = 29)", true],
    ["(STATUS <> 29)", false],
    ["(STATUS > 28)", true],
    ["(STATUS < 29)", false],
    ["(STATUS >= 29)", true],
    ["(STATUS <= 28)", false],
    ["(NEGATIVE = -5)", true],
    ["(BIG > 8999999999)", true],
    ["(FLAG = 1)", true],
    ["(FLAG = true)", true],
    ["(FLAG = false)", false],
    ['(DN = "ws-114")', true],
    ['(DN <> "ws-115")', true],
    ['(DN > "WS-113")', true],
    ['(DN <= "WS-113")', false],
    ['(SEEN = T"2026-03-02 08:30:00")', true],
    ['(SEEN > T"2026-03-02 08:30:00")', false],
    ['(SEEN >= T"2026-03-02")', true],
    ["(SEEN > CURTIME(-3600))", true],
    ["(SEEN > CURTIME(-60))", false],
    ["(SEEN < CURTIME())", true],
    ["(KEY = 0x0A0B)", true],
    ["(KEY <> 0x0a0b)", false],
    ["(KEY < 0x0A0C)", true],
    ["(STATUS = 0x1D)", true],
  ];
  for (const [text, expected] of cases) expect(matches(text), text).toBe(expected);
});

test("a bit mask is tested with any comparison", () => {
  expect([
    matches("(STATUS & 4 <> 0)"),
    matches("(STATUS&2<>0)"),
    matches("(STATUS & 0x11 = 17)"),
    matches("(STATUS & 32 = 0)"),
  ]).toEqual([true, false, true, true]);
});

test("conditions combine with and, or, not, nested, and outer brackets are optional", () => {
  expect(matches('(&(DN="WS-114")(STATUS=29))')).toBe(true);
  expect(matches('(&(DN="WS-114")(STATUS=1))')).toBe(false);
  expect(matches('(|(DN="none")(STATUS=29))')).toBe(true);
  expect(matches('(!(DN="none"))')).toBe(true);
  expect(matches('(&(|(DN="a")(DN="WS-114"))(!(&(STATUS=29)(NEGATIVE=0))))')).toBe(true);
  expect(matches('DN = "WS-114"')).toBe(true);
  expect(matches('&(DN="WS-114")(STATUS=29)')).toBe(true);
  expect(matches('((DN="WS-114"))')).toBe(true);
  expect(matches("")).toBe(true);
  expect(matches("  ")).toBe(true);
});

test("wildcards work with equality only; a backslash or brackets make them plain", () => {
  expect(matches('(DN="WS-*")')).toBe(true);
  expect(matches('(DN="*")')).toBe(true);
  expect(matches('(DN="WS-11?")')).toBe(true);
  expect(matches('(DN="WS-11")')).toBe(false);
  expect(matches('(DN="WS-[0-9]1[^5]")')).toBe(true);
  expect(matches('(DN="WS-11[^4]")')).toBe(false);
  expect(matches('(DN<>"WS-*")')).toBe(false);
  expect(matches('(QUOTED="say \\"hi\\" \\*now\\* \\\\ \\[x\\]")')).toBe(true);
  expect(matches('(QUOTED="*[*]now[*]*")')).toBe(true);
  expect(matches('(DN="WS\\-114")')).toBe(true);
  expect(matches('(DN>="WS-*")')).toBe(true);
});

test("a record that lacks the attribute, or has it in another type, meets no condition", () => {
  for (const text of [
    '(NONE="x")',
    '(NONE<>"x")',
    "(NONE & 1 = 0)",
    "(NONE < 5)",
    '(STATUS="29")',
    "(DN = 29)",
    '(DN > T"2020-01-01 00:00:00")',
    "(DN = 0x0A)",
  ]) {
    expect(matches(text), text).toBe(false);
  }
  expect(matches('(!(NONE="x"))')).toBe(true);
});

test("an incident's body is matched as full text", () => {
  const filter = compileFilter('(KLINCDT_BODY="isolateHost")');
  expect(filter.matches(() => '{"task":"isolateHost"}', NOW)).toBe(true);
  expect(filter.matches(() => '{"task":"getFile"}', NOW)).toBe(false);
});

test("the value that every match must have is found for an index, wherever it stands under an and", () => {
  const required = (text: string, attribute = "H"): unknown => compileFilter(text).required(attribute);
  expect(required('(H="a")')).toBe("a");
  expect(required('(&(X=1)(&(H="a\\"b")(Y=2)))')).toBe('a"b');
  expect(required("(&(X=1)(H=5))")).toBe(5);
  for (const text of ['(|(H="a")(X=1))', '(!(H="a"))', '(H="a*")', '(H<>"a")', "(H & 1 = 1)", ""])
    expect(required(text), text).toBeUndefined();
});

test("a malformed filter is KLSTD 1192 and says where", () => {
  const cases: [string, RegExp][] = [
    ["(", /position 2: attribute name/],
    ['(DN="x"', /position 8: "\)" expected/],
    ['(DN="x"))', /position 9: unexpected text/],
    ['(DN "x")', /position 5: operator/],
    ["(DN=)", /position 5: value/],
    ['(DN="x)', /position 5: the string is not closed/],
    ["(&)", /position 3: "\(" expected after "&"/],
    ['(DN=T"yesterday")', /position 5: "yesterday" is not a time/],
    ['(DN=T"2026-13-40 00:00:00")', /is not a time/],
    ["(DN & x = 1)", /bit mask expected/],
    ['(DN & 1 = "x")', /compared with an integer/],
    ["(DN == 1)", /value expected/],
    ["(DN = %)", /unexpected "%"/],
    ['("x" = DN)', /attribute name expected/],
    [`${"(!".repeat(200)}(A=1)${")".repeat(200)}`, /nested too deeply/],
  ];
  for (const [text, message] of cases) {
    let error: unknown;
    try {
      compileFilter(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error, text).toBeInstanceOf(KscError);
    expect((error as KscError).body).toMatchObject({
      module: "KLSTD",
      code: 1192,
      message: expect.stringMatching(message),
    });
  }
});
