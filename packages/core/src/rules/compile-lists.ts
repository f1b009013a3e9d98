import type { FieldValue } from "../event/index.ts";
import type { Report, RuleContext } from "./compile-context.ts";
import { COST, type Fields, type PricedTest } from "./compile-leaf.ts";
import { type EvaluationFacts, type ListFacts, type ListKind, type ListShape, WALKED_ENTRIES_MAX } from "./facts.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { nearestName } from "./nearest-name.ts";
import type { EntryOperator } from "./operators.ts";
import { asText } from "./values.ts";
import type { Cell, EntryCondition, Scalar, VulnerabilityCondition } from "./when.ts";

export const KIND_OF_ENTRY: Readonly<Record<EntryOperator, ListKind>> = {
  inActiveList: "activeList",
  inDictionary: "dictionary",
  inContextTable: "contextTable",
};

/** So many keys of one event are tried [R14]. */
const KEYS_MAX = 1_000;

/** [R14] */
export function compileEntry({ op, list, key }: EntryCondition, context: RuleContext, report: Report): PricedTest {
  const shape = context.list(list, KIND_OF_ENTRY[op], ["list"], report);
  checkKey(key, shape, list, context, report);
  return { test: (fields, { lists }) => someKey(key, fields, (made) => lists.has(list, made)), cost: COST.list };
}

/** [R17] */
export function compileVulnerability(
  { field, list, cves, minSeverity = 0 }: VulnerabilityCondition,
  context: RuleContext,
  report: Report,
): PricedTest {
  context.fieldType(field, ["field"], report);
  const shape = context.list(list, "contextTable", ["list"], report);
  if (shape !== undefined) {
    checkKey([field], shape, list, context, report);
    for (const column of ["cves", "severities"]) checkColumn(column, shape, list, ["list"], report);
  }
  if (cves?.length === 0) report(["cves"], "bad_operand", "the list is empty, so this could never hold");
  if (cves !== undefined && cves.length > LIMITS.listValuesMax) {
    report(["cves"], "limit", `the list has ${cves.length} values; at most ${LIMITS.listValuesMax}`);
  }
  const wanted = cves && new Set(cves.map((cve) => cve.toLowerCase()));
  const isMet = (lists: ListFacts, key: readonly string[]): boolean => {
    const severities = elementsOf(lists.cell(list, key, "severities"));
    return elementsOf(lists.cell(list, key, "cves")).some((cve, index) => {
      const text = asText(cve);
      if (text === "" || wanted?.has(text.toLowerCase()) === false) return false;
      return Number(severities[index] ?? 0) >= minSeverity;
    });
  };
  return { test: (fields, { lists }) => someKey([field], fields, (key) => isMet(lists, key)), cost: COST.list * 2 };
}

/** [R16] The names of category lists, checked. */
export function compileCategories(
  field: string,
  names: readonly Scalar[],
  pathOf: (index: number) => readonly (string | number)[],
  context: RuleContext,
  report: Report,
): PricedTest {
  const lists = names.map(String);
  for (const [index, name] of lists.entries()) {
    const shape = context.list(name, "category", pathOf(index), report);
    if (shape !== undefined && shape.keyParts !== 1) {
      report(pathOf(index), "bad_operand", `the keys of "${name}" have ${shape.keyParts} parts, one is needed here`);
    }
  }
  const test: PricedTest["test"] = (fields, facts) =>
    elementsOf(fields[field]).some((element) => {
      const text = asText(element);
      return text !== "" && lists.some((list) => facts.lists.has(list, [text]));
    });
  return { test, cost: COST.list };
}

/** [R15] What the cell holds, to be compared like a field; undefined when it was reported as wrong. */
export function compileCell(
  { list, key, column }: Cell,
  context: RuleContext,
  report: Report,
): (fields: Fields, facts: EvaluationFacts) => FieldValue | undefined {
  const shape = context.list(list, undefined, ["list"], report);
  checkKey(key, shape, list, context, report);
  if (shape !== undefined) checkColumn(column, shape, list, ["column"], report);
  return (fields, { lists }) => cellValue(lists, list, key, column, fields);
}

export function cellValue(
  lists: ListFacts,
  list: string,
  key: readonly string[],
  column: string,
  fields: Fields,
): FieldValue | undefined {
  const found: FieldValue[] = [];
  someKey(key, fields, (made) => {
    found.push(lists.cell(list, made, column) ?? "");
    return false;
  });
  // Of several entries the elements of all; they may be of different kinds, which elements may.
  return found.length <= 1 ? found[0] : (found.flatMap(elementsOf) as readonly string[]);
}

/** [R15] The keys of a list, taken like constants. `walks`: they are compared one after the other. */
export function compileKeysOperand(list: string, walks: boolean, context: RuleContext, report: Report): void {
  const shape = context.list(list, undefined, ["valueList"], report);
  if (shape === undefined) return;
  if (walks && (shape.entries ?? 0) > WALKED_ENTRIES_MAX) {
    const message = `every event would be compared with each of the ${shape.entries} keys of "${list}"; at most ${WALKED_ENTRIES_MAX}`;
    report(["valueList"], "limit", message);
  }
  if (shape.keyParts === 1) return;
  report(
    ["valueList"],
    "bad_operand",
    `the keys of "${list}" have ${shape.keyParts} parts; only keys of one part compare with a field`,
  );
}

function checkKey(
  key: readonly string[],
  shape: ListShape | undefined,
  list: string,
  context: RuleContext,
  report: Report,
): void {
  for (const [index, field] of key.entries()) context.fieldType(field, ["key", index], report);
  if (shape === undefined || shape.keyParts === key.length) return;
  const parts = shape.keyParts === 1 ? "one part" : `${shape.keyParts} parts`;
  const given = key.length === 1 ? "one field is" : `${key.length} fields are`;
  report(["key"], "bad_operand", `a key of "${list}" has ${parts}, but ${given} given`);
}

function checkColumn(
  column: string,
  { columns }: ListShape,
  list: string,
  path: readonly string[],
  report: Report,
): void {
  if (columns.includes(column)) return;
  const has = columns.length === 0 ? "it has none" : `it has ${columns.slice(0, 20).join(", ")}`;
  const message = `"${list}" has no column "${column.slice(0, 80)}"; ${has}`;
  report(path, "bad_operand", message, nearestName(column, columns));
}

export function elementsOf(value: FieldValue | undefined): readonly Scalar[] {
  if (value === undefined) return [""];
  if (typeof value !== "object") return [value];
  return value.length === 0 ? [""] : value;
}

/** [R14] Whether the test holds for one of the keys that the fields make; a key of which every part is empty is no key. */
function someKey(fieldNames: readonly string[], fields: Fields, test: (key: readonly string[]) => boolean): boolean {
  const [only] = fieldNames;
  const value = only === undefined ? undefined : fields[only];
  if (fieldNames.length === 1 && typeof value !== "object") {
    const text = asText(value ?? "");
    return text !== "" && test([text]);
  }
  let keys: readonly (readonly string[])[] = [[]];
  for (const name of fieldNames) {
    keys = keys
      .flatMap((key) => elementsOf(fields[name]).map((element) => [...key, asText(element)]))
      .slice(0, KEYS_MAX);
  }
  return keys.some((key) => key.some((part) => part !== "") && test(key));
}
