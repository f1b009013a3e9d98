import { expect, test } from "vitest";
import { KscError } from "../model/errors.ts";
import { readArguments } from "./arguments.ts";

const ACCEPT = { nullInParams: "accept" } as const;
const w = (type: string, value: unknown): object => ({ type, value });

function refusal(args: Parameters<typeof readArguments>[0], body: Record<string, unknown>): string {
  try {
    readArguments(args, body, ACCEPT);
    return "accepted";
  } catch (error) {
    return error instanceof KscError ? error.message : String(error);
  }
}

test("long and datetime are plain as arguments and wrapped inside a container", () => {
  expect(
    readArguments(
      { a: "long", p: "params" },
      { a: 5, p: { n: w("long", 5), t: w("datetime", "2026-03-02T09:14:07Z") } },
      ACCEPT,
    ),
  ).toEqual({
    a: 5,
    p: { n: w("long", 5), t: w("datetime", "2026-03-02T09:14:07Z") },
  });
  expect(refusal({ a: "long" }, { a: w("long", 5) })).toBe('Argument "a" must be an integer');
});

test("each wrapped type accepts its own values only", () => {
  const cases: [string, unknown, boolean][] = [
    ["long", 5, true],
    ["long", 9_007_199_254_740_993n, true],
    ["long", "5", true],
    ["long", 5.5, false],
    ["datetime", "2026-03-02T09:14:07Z", true],
    ["datetime", "2026-03-02T09:14:07.5Z", false],
    ["datetime", "2026-03-02 09:14:07", false],
    ["datetime", "2026-03-02T25:14:07Z", false],
    ["date", "2026-03-02", true],
    ["date", "02.03.2026", false],
    ["binary", "AAEC", true],
    ["binary", "%%", false],
    ["double", 1.5, true],
    ["float", "1.5", false],
    ["params", { a: 1 }, true],
    ["params", [], false],
    ["params", { a: { b: 1 } }, false],
    ["int", 5, false],
  ];
  for (const [type, value, good] of cases) {
    const reply = refusal({ p: "params" }, { p: { member: w(type, value) } });
    expect(reply === "accepted", `${type} ${String(value)}: ${reply}`).toBe(good);
    if (!good) expect(reply).toContain("p.member");
  }
});

test("arrays hold plain and wrapped elements and null; the place of a mistake is named to the bottom", () => {
  expect(
    refusal({ p: "params" }, { p: { list: [1, "a", null, true, w("long", 2), [w("params", { x: [null] })]] } }),
  ).toBe("accepted");
  expect(refusal({ p: "params" }, { p: { list: [0, w("params", { deep: 1.5 })] } })).toContain("p.list[1].deep");
});

test("an absent optional argument is the empty value of its type", () => {
  const spec = { s: "string?", i: "int?", b: "bool?", l: "strings?", o: "orders?", p: "params?" } as const;
  const empty = { s: "", i: 0, b: false, l: [], o: [], p: {} };
  expect(readArguments(spec, {}, ACCEPT)).toEqual(empty);
  expect(readArguments(spec, { s: null, i: null, b: null, l: null, o: null, p: null }, ACCEPT)).toEqual(empty);
});

test("a null member is left out of the container, or refused, as the policy says", () => {
  expect(readArguments({ p: "params" }, { p: { a: null, b: 1 } }, ACCEPT)).toEqual({ p: { b: 1 } });
  expect(() => readArguments({ p: "params" }, { p: { a: null } }, { nullInParams: "refuse" })).toThrow("p.a");
});
