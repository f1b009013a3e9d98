import type { CorrelationEvent, FieldType } from "../event/index.ts";
import type { CompileContext, Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { isInSubnet, parseIpAddress, parseSubnet, type Subnet } from "./subnet.ts";
import { anyElement, asText, compare, equalityKey, equals, spellsNumber } from "./values.ts";
import type { Condition, Scalar } from "./when.ts";

export type Fields = CorrelationEvent["fields"];
export type Test = (fields: Fields) => boolean;

/** One operator: how it tests an element of the field against one operand. */
type ElementTest = (element: Scalar, operand: Scalar) => boolean;

/** The test of a condition; every mistake goes to `report`, and then the test is of no use. */
export function compileCondition(condition: Condition, context: CompileContext, report: Report): Test {
  const type = context.fieldType(condition.field, ["field"], report);
  const { op, value, valueField } = condition;
  if (!isCarriedOut(op) || condition.valueCell !== undefined || condition.valueList !== undefined) {
    report(["op"], "not_supported", `\`${op}\` with this operand is not carried out yet`);
    return never;
  }
  if ((value === undefined) === (valueField === undefined)) {
    report([], "bad_operand", "needs exactly one of `value` and `valueField`");
    return never;
  }
  if (valueField !== undefined) {
    context.fieldType(valueField, ["valueField"], report);
    return compileFieldOperand(condition, op, valueField, report);
  }
  const values = readValues(condition, type, report);
  const ignoreCase = condition.ignoreCase ?? false;
  switch (op) {
    case "=":
    case "in":
      return overElements(condition.field, equalsAny(values, ignoreCase));
    case "!=": {
      const matchesAny = overElements(condition.field, equalsAny(values, ignoreCase));
      return (fields) => !matchesAny(fields);
    }
    case "match":
      return compileMatch(condition, values, context, report);
    case "inSubnet":
      return compileInSubnet(condition, values, report);
    default: {
      const test = elementTest(op, ignoreCase);
      return overElements(condition.field, (element) => values.some((operand) => test(element, operand)));
    }
  }
}

const never: Test = () => false;

const CARRIED_OUT = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "contains",
  "startsWith",
  "endsWith",
  "match",
  "inSubnet",
] as const;

type CarriedOut = (typeof CARRIED_OUT)[number];

function isCarriedOut(op: Condition["op"]): op is CarriedOut {
  return (CARRIED_OUT as readonly string[]).includes(op);
}

function overElements(field: string, test: (element: Scalar) => boolean): Test {
  return (fields) => anyElement(fields[field], test);
}

function elementTest(op: Exclude<CarriedOut, "!=" | "match">, ignoreCase: boolean): ElementTest {
  const text = (value: Scalar): string => (ignoreCase ? asText(value).toLowerCase() : asText(value));
  switch (op) {
    case "=":
    case "in":
      return (element, operand) => equals(element, operand, ignoreCase);
    case "<":
      return (element, operand) => compare(element, operand, ignoreCase) < 0;
    case "<=":
      return (element, operand) => compare(element, operand, ignoreCase) <= 0;
    case ">":
      return (element, operand) => compare(element, operand, ignoreCase) > 0;
    case ">=":
      return (element, operand) => compare(element, operand, ignoreCase) >= 0;
    // An empty operand would be in every text: it comes from an absent field and says nothing.
    case "contains":
      return (element, operand) => asText(operand) !== "" && text(element).includes(text(operand));
    case "startsWith":
      return (element, operand) => asText(operand) !== "" && text(element).startsWith(text(operand));
    case "endsWith":
      return (element, operand) => asText(operand) !== "" && text(element).endsWith(text(operand));
    case "inSubnet":
      return (element, operand) => {
        const address = parseIpAddress(asText(element));
        const subnet = parseSubnet(asText(operand));
        return address !== undefined && subnet !== undefined && isInSubnet(address, subnet);
      };
  }
}

function compileFieldOperand(condition: Condition, op: CarriedOut, valueField: string, report: Report): Test {
  const { field } = condition;
  if (op === "match") {
    report(["valueField"], "bad_operand", "`match` takes its expression from the rule, not from an event: use `value`");
    return never;
  }
  const test = elementTest(op === "!=" ? "=" : op, condition.ignoreCase ?? false);
  const holds: Test = (fields) =>
    anyElement(fields[field], (element) => anyElement(fields[valueField], (operand) => test(element, operand)));
  return op === "!=" ? (fields) => !holds(fields) : holds;
}

function equalsAny(values: readonly Scalar[], ignoreCase: boolean): (element: Scalar) => boolean {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return (element) => equals(element, only, ignoreCase);
  const byKey = Map.groupBy(values, equalityKey);
  return (element) => byKey.get(equalityKey(element))?.some((value) => equals(element, value, ignoreCase)) ?? false;
}

function compileMatch(condition: Condition, values: readonly Scalar[], context: CompileContext, report: Report): Test {
  const tests = values.flatMap((value, index) => {
    const path = valuePath(condition, index);
    const pattern = String(value);
    if (pattern.length > LIMITS.regexCharsMax) {
      report(path, "limit", `the expression has ${pattern.length} characters; at most ${LIMITS.regexCharsMax}`);
      return [];
    }
    const compiled = context.regex.compile(pattern, { ignoreCase: condition.ignoreCase ?? false });
    if (compiled.ok) return [compiled.test];
    report(path, "bad_regex", `the regular expression is wrong: ${compiled.problem}`);
    return [];
  });
  return overElements(condition.field, (element) => {
    const text = asText(element).slice(0, LIMITS.matchTextCharsMax);
    return tests.some((test) => test(text));
  });
}

function compileInSubnet(condition: Condition, values: readonly Scalar[], report: Report): Test {
  const subnets: Subnet[] = [];
  for (const [index, value] of values.entries()) {
    const subnet = typeof value === "string" ? parseSubnet(value) : undefined;
    if (subnet !== undefined) subnets.push(subnet);
    else report(valuePath(condition, index), "bad_subnet", `${quote(value)} is not a subnet; write it like 10.0.0.0/8`);
  }
  return overElements(condition.field, (element) => {
    const address = parseIpAddress(asText(element));
    return address !== undefined && subnets.some((subnet) => isInSubnet(address, subnet));
  });
}

/** The constants of a condition, checked against the operator and the field's type. */
function readValues(condition: Condition, type: FieldType | undefined, report: Report): readonly Scalar[] {
  const { op, value } = condition;
  const isList = Array.isArray(value);
  const values: readonly Scalar[] = isList ? value : [value as Scalar];
  if (op === "in" && !isList) report(["value"], "bad_operand", "`in` needs a list of values");
  if (isList && ["<", "<=", ">", ">="].includes(op)) {
    report(["value"], "bad_operand", `\`${op}\` needs one value, not a list`);
  }
  if (values.length === 0) report(["value"], "bad_operand", "the list is empty, so this could never hold");
  if (values.length > LIMITS.listValuesMax) {
    report(["value"], "limit", `the list has ${values.length} values; at most ${LIMITS.listValuesMax}`);
  }
  for (const [index, each] of values.entries()) checkValue(condition, each, type, valuePath(condition, index), report);
  return values;
}

const TEXT_OPERATORS: readonly string[] = ["contains", "startsWith", "endsWith", "match", "inSubnet"];

function checkValue(
  condition: Condition,
  value: Scalar,
  type: FieldType | undefined,
  path: readonly (string | number)[],
  report: Report,
): void {
  const { field, op } = condition;
  if (typeof value === "string" && value.length > LIMITS.valueCharsMax) {
    report(path, "limit", `the value has ${value.length} characters; at most ${LIMITS.valueCharsMax}`);
  }
  const textOnly = TEXT_OPERATORS.includes(op);
  if (textOnly && value === "") report(path, "bad_operand", `\`${op}\` with an empty value would hold for everything`);
  if (type === undefined || type === "text" || type === "texts") return;
  if (textOnly) {
    report(["op"], "wrong_type", `\`${op}\` works on text, and ${field} is a number; use =, !=, <, <=, > or >=`);
  } else if (typeof value !== "number" && value !== "" && !(typeof value === "string" && spellsNumber(value))) {
    report(
      path,
      "wrong_type",
      `${field} is a number${type === "time" ? " (epoch milliseconds)" : ""}, ${quote(value)} is not`,
    );
  }
}

function valuePath(condition: Condition, index: number): readonly (string | number)[] {
  return Array.isArray(condition.value) ? ["value", index] : ["value"];
}

function quote(value: Scalar): string {
  return typeof value === "string" ? `"${value.slice(0, 80)}"` : String(value);
}
