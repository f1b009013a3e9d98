import type { FieldType } from "../event/index.ts";
import { below, type Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { CASE_OPERATORS, RIGHT_OPERANDS, type RightOperand, type RuleOperator } from "./operators.ts";
import { spellsNumber } from "./values.ts";
import type { RightSide, Scalar } from "./when.ts";

export interface Comparing extends RightSide {
  readonly op: RuleOperator;
  readonly ignoreCase?: boolean;
}

const OPERAND_NAMES: Readonly<Record<RightOperand, string>> = {
  value: "one value",
  values: "a list of values",
  valueField: "another field (`valueField`)",
  valueCell: "a cell of a list (`valueCell`)",
  valueList: "the keys of a list (`valueList`)",
};

/** The one right operand, checked against KUMA's matrix; undefined when there is none or not exactly one, which is reported. */
export function rightOperand(comparing: Comparing, report: Report): RightOperand | undefined {
  const { op, value, ignoreCase } = comparing;
  if (ignoreCase !== undefined && !CASE_OPERATORS.has(op)) {
    report(
      ["ignoreCase"],
      "bad_operand",
      `\`${op}\` does not look at letters, so \`ignoreCase\` means nothing; remove it`,
    );
  }
  const members = (["value", "valueField", "valueCell", "valueList"] as const).filter(
    (member) => comparing[member] !== undefined,
  );
  const [member] = members;
  const allowed = RIGHT_OPERANDS[op];
  if (member === undefined || members.length > 1) {
    const wanted = [...new Set(allowed.map((each) => (each === "values" ? "value" : each)))];
    const list = wanted.map((each) => `\`${each}\``).join(", ");
    report([], "bad_operand", wanted.length === 1 ? `needs ${list}` : `needs exactly one of ${list}`);
    return undefined;
  }
  const operand = member === "value" && Array.isArray(value) ? "values" : member;
  if (allowed.includes(operand)) return operand;
  const takes = allowed.map((each) => OPERAND_NAMES[each]).join(" or ");
  const why = op === "match" ? ": its expression comes from the rule, not from an event" : "";
  report([member], "bad_operand", `\`${op}\` takes ${takes}, not ${OPERAND_NAMES[operand]}${why}`);
  return undefined;
}

/** The constants, checked against the operator and the left side's type (undefined where nobody knows it). */
export function readConstants(
  comparing: Comparing,
  left: string,
  type: FieldType | undefined,
  report: Report,
): readonly Scalar[] {
  const { op, value } = comparing;
  const values = (Array.isArray(value) ? value : [value]) as readonly Scalar[];
  if (values.length === 0) report(["value"], "bad_operand", "the list is empty, so this could never hold");
  if (values.length > LIMITS.listValuesMax) {
    report(["value"], "limit", `the list has ${values.length} values; at most ${LIMITS.listValuesMax}`);
  }
  for (const [index, each] of values.entries()) {
    checkConstant(op, each, left, type, valuePath(comparing, index), report);
  }
  return values;
}

export function valuePath({ value }: RightSide, index: number): readonly (string | number)[] {
  return Array.isArray(value) ? ["value", index] : ["value"];
}

const TEXT_OPERATORS: readonly RuleOperator[] = ["contains", "startsWith", "endsWith", "match", "inSubnet"];
const BIT_MAX = 63;

function checkConstant(
  op: RuleOperator,
  value: Scalar,
  left: string,
  type: FieldType | undefined,
  path: readonly (string | number)[],
  report: Report,
): void {
  const at = below(report, ...path);
  if (typeof value === "string" && value.length > LIMITS.valueCharsMax) {
    at([], "limit", `the value has ${value.length} characters; at most ${LIMITS.valueCharsMax}`);
  }
  if (op === "hasBit") {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= BIT_MAX) return;
    at([], "bad_operand", `a bit is a whole number from 0 (the lowest) to ${BIT_MAX}, ${quote(value)} is not`);
    return;
  }
  const textOnly = TEXT_OPERATORS.includes(op);
  if (textOnly && value === "") at([], "bad_operand", `\`${op}\` with an empty value would hold for everything`);
  if (op === "intersect" && (value === "" || value === 0)) {
    at([], "bad_operand", "`intersect` with an empty value could never hold");
  }
  if (type === undefined || type === "text" || type === "texts") return;
  if (textOnly) {
    report(["op"], "wrong_type", `\`${op}\` works on text, and ${left} is a number; use =, !=, <, <=, > or >=`);
  } else if (typeof value !== "number" && value !== "" && !(typeof value === "string" && spellsNumber(value))) {
    const unit = type === "time" ? " (epoch milliseconds)" : "";
    at([], "wrong_type", `${left} is a number${unit}, ${quote(value)} is not`);
  }
}

function quote(value: Scalar): string {
  return typeof value === "string" ? `"${value.slice(0, 80)}"` : String(value);
}
