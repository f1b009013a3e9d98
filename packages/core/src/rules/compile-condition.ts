import type { FieldType, FieldValue } from "../event/index.ts";
import { type Calendar, isInCalendar, readCalendar } from "./calendar.ts";
import { constantsTest, pairTest, plainTest } from "./compile-constants.ts";
import { below, type Report, type RuleContext } from "./compile-context.ts";
import { COST, type Fields, NEVER, type PricedTest, type Test } from "./compile-leaf.ts";
import { compileCategories, compileCell, compileKeysOperand } from "./compile-lists.ts";
import { type Comparing, readConstants, rightOperand, valuePath } from "./compile-operands.ts";
import type { EvaluationFacts } from "./facts.ts";
import { isLookedUp } from "./list-needs.ts";
import type { ComparisonOperator } from "./operators.ts";
import { anyElement } from "./values.ts";
import type { CellCondition, Condition, Scalar } from "./when.ts";

/** One side of a comparison. */
type Operand = (fields: Fields, facts: EvaluationFacts) => FieldValue | undefined;

/** The test of a condition on a field; every mistake goes to `report`, and then the test is of no use. */
export function compileCondition(condition: Condition, context: RuleContext, report: Report): PricedTest {
  const { field, op } = condition;
  const type = context.fieldType(field, ["field"], report);
  switch (op) {
    case "inCategory":
    case "inActiveDirectoryGroup":
    case "TIDetect": {
      const values = readMembershipValues(condition, report);
      return compileCategories(field, values, (index) => valuePath(condition, index), context, report);
    }
    case "during":
      return compileDuring(condition, type, context, report);
    default: {
      const comparing = { ...condition, op };
      return compileComparison(comparing, { name: field, type, field }, context, report);
    }
  }
}

/** [R15] A cell of a list compares as a field does; nobody knows its type. */
export function compileCellCondition(condition: CellCondition, context: RuleContext, report: Report): PricedTest {
  const operand = compileCell(condition.cell, context, below(report, "cell"));
  const left = { name: `the cell ${condition.cell.column}`, type: undefined, operand };
  const { test, cost } = compileComparison(condition, left, context, report);
  return { test, cost: cost + COST.list };
}

type Left = { readonly name: string; readonly type: FieldType | undefined } & (
  | { readonly field: string }
  | { readonly operand: Operand }
);

function compileComparison(
  comparing: Comparing & { readonly op: ComparisonOperator },
  left: Left,
  context: RuleContext,
  report: Report,
): PricedTest {
  const { op } = comparing;
  if (op === "!=") {
    // Exactly the negation [R3]; but mistakes are told of `!=`.
    const asked = rightOperand(comparing, report);
    if (asked === undefined) return NEVER;
    const { test, cost } = compileComparison({ ...comparing, op: "=" }, left, context, report);
    return { test: (fields, facts) => !test(fields, facts), cost };
  }
  const operand = rightOperand(comparing, report);
  if (operand === undefined) return NEVER;
  if (operand === "value" || operand === "values") {
    const values = readConstants(comparing, left.name, left.type, report);
    const { test, cost } = constantsTest(comparing, op, values, context, report);
    const general = overElements(left, test);
    const [only] = values;
    const isPlain = "field" in left && values.length === 1 && only !== undefined && !comparing.ignoreCase;
    return { test: (isPlain ? plainTest(context.reader(left.field), op, only, general) : undefined) ?? general, cost };
  }
  const isText = left.type === "text" || left.type === "texts";
  const right = compileRight(comparing, !(isText && isLookedUp(comparing)), context, report);
  const leftOperand = "field" in left ? fieldOperand(left.field) : left.operand;
  if (op === "match" || op === "hasBit") return NEVER;
  const pair = pairTest(op, comparing.ignoreCase ?? false);
  if (comparing.valueList !== undefined) {
    return compileAgainstKeys(comparing.valueList, leftOperand, comparing, pair);
  }
  const test: Test = (fields, facts) => {
    const rights = right(fields, facts);
    return anyElement(leftOperand(fields, facts), (element) => anyElement(rights, (each) => pair(element, each)));
  };
  return { test, cost: comparing.valueCell === undefined ? COST.find : COST.list };
}

function overElements(left: Left, test: (element: Scalar) => boolean): Test {
  if ("operand" in left) return (fields, facts) => anyElement(left.operand(fields, facts), test);
  const { field } = left;
  return (fields) => {
    const value = fields[field];
    return typeof value === "string" || typeof value === "number" ? test(value) : anyElement(value, test);
  };
}

function fieldOperand(field: string): Operand {
  return (fields) => fields[field];
}

function compileRight(
  { valueField, valueCell, valueList }: Comparing,
  walks: boolean,
  context: RuleContext,
  report: Report,
): Operand {
  if (valueCell !== undefined) return compileCell(valueCell, context, below(report, "valueCell"));
  if (valueList !== undefined) compileKeysOperand(valueList, walks, context, report);
  if (valueField === undefined) return () => undefined;
  context.fieldType(valueField, ["valueField"], report);
  return fieldOperand(valueField);
}

/** [R15] An empty list fits nothing. Equality of text needs no walk over the list. */
function compileAgainstKeys(
  list: string,
  left: Operand,
  comparing: Comparing,
  pair: (element: Scalar, operand: Scalar) => boolean,
): PricedTest {
  const isEquality = isLookedUp(comparing);
  const test: Test = (fields, facts) =>
    anyElement(left(fields, facts), (element) => {
      if (isEquality && typeof element === "string" && element !== "") return facts.lists.has(list, [element]);
      return facts.lists.keys(list).some((key) => pair(element, key));
    });
  return { test, cost: isEquality ? COST.list : COST.list * 8 };
}

function readMembershipValues(condition: Condition, report: Report): readonly Scalar[] {
  if (rightOperand(condition, report) === undefined) return [];
  return readConstants(condition, condition.field, undefined, report);
}

/** [R18] */
function compileDuring(
  condition: Condition,
  type: FieldType | undefined,
  context: RuleContext,
  report: Report,
): PricedTest {
  const { field } = condition;
  if (type === "text" || type === "texts") {
    report(["field"], "wrong_type", `\`during\` asks a time (epoch milliseconds), and ${field} is text`);
  }
  const calendars = readMembershipValues(condition, report).flatMap((value, index): readonly Calendar[] => {
    const read = readCalendar(String(value), context.calendars);
    if (read.ok) return [read.value];
    const code = read.unknown === true ? "unknown_calendar" : "bad_calendar";
    report(valuePath(condition, index), code, read.problem, read.suggestion);
    return [];
  });
  const isDuring = (element: Scalar): boolean =>
    typeof element === "number" && element !== 0 && calendars.some((calendar) => isInCalendar(calendar, element));
  return { test: (fields) => anyElement(fields[field], isDuring), cost: COST.calendar };
}
