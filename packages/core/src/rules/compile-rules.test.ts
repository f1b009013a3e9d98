import { describe, expect, it } from "vitest";
import { aRule, CAUSE, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import { compileRules } from "./compile-rules.ts";
import { RULE_LIMITS } from "./limits.ts";
import type { Rule, RuleAction } from "./rule.ts";
import type { WhenNode } from "./when.ts";

function problemsOf(...rules: readonly Rule[]): readonly string[] {
  const compilation = compileRules(rules, COMPILE_OPTIONS);
  return compilation.ok ? [] : compilation.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
}

const when = (node: WhenNode): Rule => aRule("r", { when: node });
const action = (each: RuleAction): Rule => aRule("r", { actions: [each] });

describe("compiling", () => {
  it.each([
    [{ field: "FilePat", op: "=", value: "x" }, ["when.field unknown_field"]],
    [{ field: "filepath", op: "=", value: "x" }, ["when.field unknown_field"]],
    [{ field: "Extra.", op: "=", value: "x" }, ["when.field unknown_field"]],
    [{ field: "Name", op: "=", valueField: "Nam" }, ["when.valueField unknown_field"]],
    [{ field: "Name", op: "=" }, ["when bad_operand"]],
    [{ field: "Name", op: "=", value: "x", valueField: "Message" }, ["when bad_operand"]],
    [{ field: "Priority", op: ">=", value: "high" }, ["when.value wrong_type"]],
    [{ field: "Priority", op: "=", value: [1, "two"] }, ["when.value.1 wrong_type"]],
    [{ field: "Priority", op: "startsWith", value: "1" }, ["when.op wrong_type"]],
    [{ field: "Name", op: "in", value: "x" }, ["when.value bad_operand"]],
    [{ field: "Name", op: "<", value: ["x"] }, ["when.value bad_operand"]],
    [{ field: "Name", op: "=", value: [] }, ["when.value bad_operand"]],
    [{ field: "Name", op: "contains", value: "" }, ["when.value bad_operand"]],
    [{ field: "Name", op: "match", value: ["ok", "(a"] }, ["when.value.1 bad_regex"]],
    [{ field: "Name", op: "match", value: "(?=look)" }, ["when.value bad_regex"]],
    [{ field: "Name", op: "match", valueField: "Message" }, ["when.valueField bad_operand"]],
    [
      { field: "SourceAddress", op: "inSubnet", value: ["10.0.0.0/33", "10.0.0/8", "fe80::/10"] },
      ["when.value.0 bad_subnet", "when.value.1 bad_subnet"],
    ],
    [{ all: [] }, ["when.all bad_operand"]],
    [{ any: [CAUSE, { not: { field: "X", op: "=", value: 1 } }] }, ["when.any.1.not.field unknown_field"]],
  ] as readonly (readonly [WhenNode, readonly string[]])[])("[R6] %j is refused at its place", (node, expected) => {
    expect(problemsOf(when(node))).toEqual(expected);
  });

  it.each([
    [{ kind: "isolateHost", arguments: {} }, ["actions.0 bad_argument"]],
    [{ kind: "isolateHost", arguments: { durationSeconds: 5 } }, ["actions.0.arguments.durationSeconds bad_argument"]],
    [
      { kind: "isolateHost", arguments: { durationSeconds: 600, exclusions: [{ protocol: 999 }] } },
      ["actions.0.arguments.exclusions.0.protocol bad_argument"],
    ],
    [
      { kind: "getFile", arguments: { path: { field: "FilePath" }, sha: { field: "FileHash" } } },
      ["actions.0.arguments.sha unknown_argument"],
    ],
    [
      { kind: "getFile", arguments: { path: { field: "Path", orFields: ["FilePath", "OldPath"] } } },
      ["actions.0.arguments.path.field unknown_field", "actions.0.arguments.path.orFields.1 unknown_field"],
    ],
    [
      { kind: "quarantineFile", arguments: { md5: "zz", sha256: { field: "FileHash" } } },
      ["actions.0.arguments.md5 bad_argument"],
    ],
    [
      { kind: "iocScan", arguments: { sha256: [{ field: "FileHash" }, "short"] } },
      ["actions.0.arguments.sha256 bad_argument"],
    ],
    [{ kind: "onDemandScan", arguments: {}, deadlineMs: 1 }, ["actions.0.deadline limit"]],
  ] as readonly (readonly [RuleAction, readonly string[]])[])(
    "[R6] action %j is refused at its place",
    (each, expected) => {
      expect(problemsOf(action(each))).toEqual(expected);
    },
  );

  it("[R5] names every mistake of the set at once, and the nearest name", () => {
    const compilation = compileRules(
      [
        aRule("a", { when: { field: "FilePat", op: "=", value: "x" } }),
        aRule("b", {
          target: [
            { by: "fqdn", field: "DestinationHostname" },
            { by: "hostId", field: "Priority", site: { field: "X" } },
          ],
        }),
        aRule("a", { limits: { coolDownMs: -1 } }),
      ],
      COMPILE_OPTIONS,
    );
    expect(
      compilation.ok
        ? []
        : compilation.problems.map(({ ruleIndex, path, code, suggestion }) => [
            ruleIndex,
            path.join("."),
            code,
            suggestion,
          ]),
    ).toEqual([
      [0, "when.field", "unknown_field", "FilePath"],
      [1, "target.0.field", "unknown_field", "DestinationHostName"],
      [1, "target.1.field", "wrong_type", undefined],
      [1, "target.1.site.field", "unknown_field", undefined],
      [2, "id", "duplicate_id", undefined],
      [2, "limits.coolDown", "limit", undefined],
    ]);
  });

  it("[R7] a rule beyond the limits of its cost is refused", () => {
    const deep = Array.from({ length: RULE_LIMITS.depthMax }).reduce<WhenNode>((node) => ({ not: node }), CAUSE);
    const wide = { any: Array.from({ length: RULE_LIMITS.nodesMax }, () => CAUSE) };
    const long = {
      field: "Name",
      op: "in",
      value: Array.from({ length: RULE_LIMITS.listValuesMax + 1 }, (_, index) => `n${index}`),
    } as const;
    const expression = { field: "Name", op: "match", value: "a".repeat(RULE_LIMITS.regexCharsMax + 1) } as const;
    expect([deep, wide, long, expression].map((node) => problemsOf(when(node)))).toEqual([
      ["when limit"],
      ["when limit"],
      ["when.value limit"],
      ["when.value limit"],
    ]);
    const just = Array.from({ length: RULE_LIMITS.depthMax - 1 }).reduce<WhenNode>((node) => ({ not: node }), CAUSE);
    expect(problemsOf(when(just))).toEqual([]);
  });
});
