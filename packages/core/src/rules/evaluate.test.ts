import { describe, expect, it } from "vitest";
import { anEvent, aRule, CAUSE, compiled } from "../../test/rule-builders.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";

const EVENT = anEvent({ Name: "alarm", Type: 3, Priority: 2, FilePath: "C:\\a.exe" });

const idsOf = (rules: Parameters<typeof compiled>[0]): readonly string[] =>
  evaluate(compiled(rules), EVENT).matches.map(({ rule }) => rule.id);

describe("evaluating", () => {
  it("[R9] higher priority first, then by id, whatever the order of the files", () => {
    const rules = [aRule("b"), aRule("c", { priority: 900 }), aRule("a"), aRule("d", { priority: 1 })];
    expect(idsOf(rules)).toEqual(["c", "a", "b", "d"]);
    expect(idsOf(rules.toReversed())).toEqual(["c", "a", "b", "d"]);
  });

  it("[R10] continue: false ends the search after a match, and only then", () => {
    const stop = { continue: false, priority: 900 } as const;
    expect(idsOf([aRule("stop", stop), aRule("after")])).toEqual(["stop"]);
    expect(idsOf([aRule("stop", { ...stop, when: { not: CAUSE } }), aRule("after")])).toEqual(["after"]);
  });

  it("[R10] [S1] an observing rule never stops others", () => {
    expect(idsOf([aRule("trial", { continue: false, priority: 900, mode: "observe" }), aRule("after")])).toEqual([
      "trial",
      "after",
    ]);
  });

  it("[R8] with 1,000 rules an event asks about as many conditions as with 10", () => {
    const rulesFor = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRule(`rule-${index}`, {
          when: {
            all: [
              { field: "Type", op: "=", value: 3 },
              { field: "FilePath", op: "endsWith", value: ".exe" },
              {
                any: [
                  { field: "Name", op: "=", value: `alarm-${index}` },
                  { field: "CorrelationRuleName", op: "in", value: [`alarm-${index}`, `other-${index}`] },
                ],
              },
            ],
          },
        }),
      );
    const event = anEvent({ Name: "alarm-7", Type: 3, FilePath: "C:\\a.exe" });
    const few = evaluate(compiled(rulesFor(10)), event);
    const many = evaluate(compiled(rulesFor(1_000)), event);
    expect(few.matches).toHaveLength(1);
    expect(many.matches).toHaveLength(1);
    expect([many.rulesTried, many.conditionsTried]).toEqual([few.rulesTried, few.conditionsTried]);
    expect(many.rulesTried).toBe(1);
    expect(many.conditionsTried).toBeLessThanOrEqual(4);
  });

  it("[R8] a rule that needs no equality is asked for every event", () => {
    const open = aRule("open", { when: { any: [CAUSE, { field: "Priority", op: ">", value: 1 }] } });
    expect(evaluate(compiled([open]), anEvent({ Priority: 4 })).matches).toHaveLength(1);
    expect(evaluate(compiled([open]), anEvent({ Priority: 1 }))).toMatchObject({ matches: [], rulesTried: 1 });
  });
});

describe("explaining", () => {
  it("[R11] [T2] names the first clause that fails and what the event says instead", () => {
    const rules = compiled([
      aRule("a", { when: { all: [CAUSE, { field: "Priority", op: ">=", value: 3 }] } }),
      aRule("b", { when: { not: CAUSE } }),
      aRule("c", {
        when: {
          any: [
            { field: "FileName", op: "=", value: "it's" },
            { field: "Name", op: "=", value: "x" },
          ],
        },
      }),
      aRule("d", { continue: false }),
      aRule("e"),
    ]);
    expect(explain(rules, EVENT)).toEqual([
      {
        ruleId: "a",
        kind: "not_matched",
        clause: { path: ["when", "all", 1], message: "Priority >= 3 fails: Priority is 2." },
      },
      {
        ruleId: "b",
        kind: "not_matched",
        clause: { path: ["when"], message: "It must not hold, but does: Name = 'alarm'." },
      },
      {
        ruleId: "c",
        kind: "not_matched",
        clause: {
          path: ["when"],
          message:
            "None of 2 alternatives holds. The first: FileName = 'it\\'s' fails: FileName is absent from the event.",
        },
      },
      { ruleId: "d", kind: "matched" },
      { ruleId: "e", kind: "stopped", by: "d" },
    ]);
  });
});
