import type { ExpectedDecision } from "@cordon/contracts/rule-tests";
import type { Difference, RuleCoverage, TestedDecision } from "@cordon/coordinator-core";
import type { Paint } from "./paint.ts";
import { counted, plain, shortValue } from "./plain-text.ts";

export interface RuleTestRun {
  readonly ok: boolean;
  readonly tests: readonly {
    readonly file: string;
    readonly name: string;
    readonly line: number;
    readonly column: number;
    readonly passed: boolean;
    readonly differences: readonly Difference<ExpectedDecision>[];
  }[];
  /** What of the asked-for coverage is not there. */
  readonly short: readonly string[];
  readonly coverage?: RuleCoverage;
}

export function formatRuleTests({ tests, short, coverage }: RuleTestRun, paint: Paint): string {
  const failed = tests.filter(({ passed }) => !passed);
  const lines = failed.flatMap(({ file, line, column, name, differences }) => [
    paint.red(`${file}:${line}:${column}: ${plain(name)}`),
    ...differences.flatMap((difference) => differenceText(file, difference, paint)),
    "",
  ]);
  const passed = tests.length - failed.length;
  const head = `${counted(tests.length, "test")}: ${passed} passed${failed.length === 0 ? "" : `, ${failed.length} failed`}.`;
  return [
    ...lines,
    failed.length === 0 ? paint.green(head) : paint.red(head),
    ...coverageText(coverage),
    ...short.map(paint.red),
  ].join("\n");
}

function differenceText(
  file: string,
  { wanted, got, members }: Difference<ExpectedDecision>,
  paint: Paint,
): readonly string[] {
  if (wanted === undefined)
    return got === undefined ? [] : [`  decided and not expected: ${decisionText(got)}`, reasonOf(got)];
  const where = `  ${file}:${wanted.place.line}:${wanted.place.column}: rule ${wanted.rule}`;
  if (got === undefined) {
    const { place: _place, rule: _rule, ...rest } = wanted;
    return [`${where}: expected and not decided: ${shortValue(rest)}`];
  }
  const rows = members.flatMap((member) => [
    paint.green(`    - expected ${member}: ${shortValue(memberOf(wanted, member))}`),
    paint.red(
      `    + got      ${member}: ${shortValue(member === "endpoint" ? got.endpointNames[0] : memberOf(got, member))}`,
    ),
  ]);
  return [where, ...rows, reasonOf(got)];
}

function decisionText({ event, ruleId, outcome, action, endpointNames, code }: TestedDecision): string {
  const who = endpointNames[0] === undefined ? "no endpoint" : plain(endpointNames[0]);
  return `event ${event}: rule ${ruleId}, ${outcome} ${action} on ${who} (${code})`;
}

function reasonOf({ reason }: TestedDecision): string {
  return `    ${plain(reason)}`;
}

function memberOf(decision: ExpectedDecision | TestedDecision, member: string): unknown {
  const [first = "", ...rest] = member.split(".");
  const value = (decision as unknown as Record<string, unknown>)[first];
  if (rest.length === 0) return value ?? "none";
  return (value as Record<string, unknown> | undefined)?.[rest.join(".")] ?? "none";
}

const MISSING = { holds: "never held", fails: "always held", both: "was never asked" } as const;

function coverageText(coverage: RuleCoverage | undefined): readonly string[] {
  if (coverage === undefined) return [];
  const { rules, clauses } = coverage;
  const unmet = new Set<string>(rules.never);
  return [
    `Coverage: ${rules.met} of ${counted(rules.all, "rule")}, ${clauses.met} of ${counted(clauses.all, "condition")} both ways.`,
    ...rules.never.map((id) => `  rule ${id}: met by no test`),
    ...clauses.never
      .filter(({ ruleId }) => !unmet.has(ruleId))
      .map(({ ruleId, clause, missing }) => `  rule ${ruleId}: ${MISSING[missing]}: ${plain(clause)}`),
  ];
}
