import { describe, expect, it } from "vitest";
import { listCatalogue } from "../../test/list-world.ts";
import { aRule, CAUSE, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import { compileRules } from "./compile-rules.ts";
import { RULE_FEATURES, type RuleFeature } from "./facts.ts";
import type { Rule } from "./rule.ts";

const LISTS = listCatalogue({
  banned: { kind: "activeList", entries: { a: { c: 1 } } },
  cat: { kind: "category", entries: {} },
});

function problemsOf(change: Partial<Rule>, features: readonly RuleFeature[]): readonly string[] {
  const compilation = compileRules([aRule("r", change)], {
    ...COMPILE_OPTIONS,
    lists: LISTS,
    features: new Set(features),
  });
  return compilation.ok ? [] : compilation.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
}

const scan = { kind: "onDemandScan", arguments: {} } as const;

describe("what the caller does not carry out", () => {
  it.each<readonly [feature: RuleFeature, change: Partial<Rule>, place: string]>([
    ["hold", { mode: "hold" }, "mode"],
    ["chains", { chain: "inOrder", actions: [scan, scan] }, "chain"],
    ["windowLimits", { limits: { maxActions: { count: 1, windowMs: 60_000 } } }, "limits.maxActions"],
    ["windowLimits", { limits: { maxSiteShare: { share: 0.1, windowMs: 60_000 } } }, "limits.maxSiteShare"],
    ["counts", { when: { not: { count: { of: CAUSE, windowMs: 60_000, atLeast: 2 } } } }, "when.not.count"],
    ["lists", { when: { any: [CAUSE, { op: "inActiveList", list: "banned", key: ["Name"] }] } }, "when.any.1.op"],
    ["lists", { when: { field: "Name", op: "inCategory", value: "cat" } }, "when.op"],
    ["lists", { when: { field: "Name", op: "=", valueList: "banned" } }, "when.valueList"],
    [
      "lists",
      { when: { field: "Name", op: "=", valueCell: { list: "banned", key: ["Name"], column: "c" } } },
      "when.valueCell",
    ],
    ["lists", { when: { cell: { list: "banned", key: ["Name"], column: "c" }, op: "=", value: 1 } }, "when.cell"],
  ])("[R23] %s is refused at its place, and taken when it is carried out: %j", (feature, change, place) => {
    const others = RULE_FEATURES.filter((each) => each !== feature);
    expect(problemsOf(change, others)).toEqual([`${place} not_supported`]);
    expect(problemsOf(change, [feature])).toEqual([]);
  });

  it("[R23] a list that is not there, or of another kind, is a mistake with the nearest name", () => {
    const when = {
      all: [
        { op: "inActiveList", list: "baned", key: ["Name"] },
        { op: "inActiveList", list: "cat", key: ["Name"] },
      ],
    } as const;
    const compilation = compileRules([aRule("r", { when })], {
      ...COMPILE_OPTIONS,
      lists: LISTS,
      features: new Set(["lists"]),
    });
    expect(compilation.ok ? [] : compilation.problems).toMatchObject([
      { path: ["when", "all", 0, "list"], code: "unknown_list", suggestion: "banned" },
      { path: ["when", "all", 1, "list"] },
    ]);
  });

  it("[R18] [R23] a calendar that is not there is a mistake with the nearest name", () => {
    const calendars = { office: { zone: "UTC", spans: [{ days: [1], from: 0, to: 60 }] } };
    const when = { field: "Timestamp", op: "during", value: ["office", "ofice"] } as const;
    const compilation = compileRules([aRule("r", { when, calendars })], COMPILE_OPTIONS);
    expect(compilation.ok ? [] : compilation.problems).toMatchObject([
      { path: ["when", "value", 1], code: "unknown_calendar", suggestion: "office" },
    ]);
  });
});
