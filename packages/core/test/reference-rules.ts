import type { CorrelationEvent, FieldValue } from "../src/event/index.ts";
import {
  type Calendar,
  type Cell,
  type ComparisonOperator,
  type CountCondition,
  type EntryCondition,
  isInCalendar,
  kinded,
  type ListFacts,
  parseIpAddress,
  type RegexEngine,
  type RightSide,
  type Rule,
  type RuleOperator,
  readCalendar,
  type Scalar,
  type VulnerabilityCondition,
  type WhenNode,
} from "../src/rules/index.ts";

/**
 * What SPEC.md says, read aloud: no index, no compiling, nothing shared between conditions. The engine must answer the same;
 * where the two differ, one of them is wrong, and this one is short enough to see whether it is this one.
 */
export interface ReferenceWorld {
  readonly regex: RegexEngine;
  readonly lists: ListFacts;
  /** Events of the tenant that came before, in the order in which they came. */
  readonly history: readonly CorrelationEvent[];
}

/** The ids of the rules that the event meets, in the order in which they are asked [R9, R10]. */
export function referenceMatches(
  rules: readonly Rule[],
  event: CorrelationEvent,
  world: ReferenceWorld,
): readonly string[] {
  const matched: string[] = [];
  for (const rule of rules.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))) {
    if (!referenceHolds(rule.when, event, world, rule.calendars)) continue;
    matched.push(rule.id);
    if (rule.mode !== "observe" && !rule.continue) break;
  }
  return matched;
}

export function referenceHolds(
  node: WhenNode,
  event: CorrelationEvent,
  world: ReferenceWorld,
  calendars: Readonly<Record<string, Calendar>> = {},
): boolean {
  const below = (child: WhenNode) => referenceHolds(child, event, world, calendars);
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return known.nodes.every(below);
    case "any":
      return known.nodes.some(below);
    case "not":
      return !below(known.node);
    case "entry":
      return hasEntry(known.node, event, world.lists);
    case "vulnerability":
      return isVulnerable(known.node, event, world.lists);
    case "count":
      return countHolds(known.node, event, world, calendars);
    case "cell":
      return compareHolds(cellElements(known.node.cell, event, world.lists), known.node, event, world);
    case "condition": {
      const { field, op, value } = known.node;
      const lefts = elements(event.fields[field]);
      if (op === "during") return lefts.some((left) => isDuring(left, values(value), calendars));
      if (op === "inCategory" || op === "inActiveDirectoryGroup" || op === "TIDetect") {
        return lefts.some(
          (left) => text(left) !== "" && values(value).some((name) => world.lists.has(String(name), [text(left)])),
        );
      }
      return compareHolds(lefts, { ...known.node, op }, event, world);
    }
  }
}

type Comparison = RightSide & { readonly op: ComparisonOperator; readonly ignoreCase?: boolean };

/** [R3, R4] Any element of the left with any of the right; `!=` is the negation of `=`. */
function compareHolds(
  lefts: readonly Scalar[],
  comparison: Comparison,
  event: CorrelationEvent,
  world: ReferenceWorld,
): boolean {
  const { op, ignoreCase = false } = comparison;
  if (op === "!=") return !compareHolds(lefts, { ...comparison, op: "=" }, event, world);
  const rights = rightElements(comparison, event, world.lists);
  return lefts.some((left) => rights.some((right) => compareOne(left, op, right, ignoreCase, world.regex)));
}

function compareOne(left: Scalar, op: RuleOperator, right: Scalar, ignoreCase: boolean, regex: RegexEngine): boolean {
  const fold = (value: Scalar) => (ignoreCase ? text(value).toLowerCase() : text(value));
  switch (op) {
    case "=":
    case "in":
      return order(left, right, fold) === 0;
    case "<":
      return order(left, right, fold) < 0;
    case "<=":
      return order(left, right, fold) <= 0;
    case ">":
      return order(left, right, fold) > 0;
    case ">=":
      return order(left, right, fold) >= 0;
    case "contains":
      return text(right) !== "" && fold(left).includes(fold(right));
    case "startsWith":
      return text(right) !== "" && fold(left).startsWith(fold(right));
    case "endsWith":
      return text(right) !== "" && fold(left).endsWith(fold(right));
    case "match": {
      const compiled = regex.compile(String(right), { ignoreCase });
      return compiled.ok && compiled.test(text(left).slice(0, 65_536));
    }
    case "inSubnet":
      return isInside(text(left), text(right));
    case "hasBit":
      return hasBit(left, Number(right));
    case "intersect":
      return text(left) !== "" && text(right) !== "" && order(left, right, fold) === 0;
    default:
      throw new Error(`${op} does not compare`);
  }
}

/** [R1] Empty text, 0 and absence are one thing. */
function text(value: Scalar): string {
  return value === 0 ? "" : String(value);
}

/** [R3] */
function elements(value: FieldValue | undefined): readonly Scalar[] {
  if (value === undefined) return [""];
  if (typeof value !== "object") return [value];
  return value.length === 0 ? [""] : value;
}

function values(value: Scalar | readonly Scalar[] | undefined): readonly Scalar[] {
  return value === undefined ? [] : ([value].flat() as readonly Scalar[]);
}

/** [R2] Numbers when one is a number and the other is or spells one, texts otherwise. */
function order(left: Scalar, right: Scalar, fold: (value: Scalar) => string): number {
  if (typeof left === "number" || typeof right === "number") {
    const [a, b] = [spelled(left), spelled(right)];
    if (a !== undefined && b !== undefined) return a - b;
  }
  const [a, b] = [fold(left), fold(right)];
  return a === b ? 0 : a < b ? -1 : 1;
}

function spelled(value: Scalar): number | undefined {
  if (typeof value === "boolean") return undefined;
  if (typeof value === "number") return value;
  return value === "" || /^[-+]?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(value) ? Number(value) : undefined;
}

function rightElements(right: RightSide, event: CorrelationEvent, lists: ListFacts): readonly Scalar[] {
  if (right.valueField !== undefined) return elements(event.fields[right.valueField]);
  if (right.valueCell !== undefined) return cellElements(right.valueCell, event, lists);
  if (right.valueList !== undefined) return lists.keys(right.valueList);
  return values(right.value);
}

/** [R4] As 128-bit numbers. */
function isInside(address: string, subnet: string): boolean {
  const [base = "", bits] = subnet.trim().split("/");
  const [one, other] = [parseIpAddress(address), parseIpAddress(base)].map((groups) =>
    groups?.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n),
  );
  if (one === undefined || other === undefined || subnet.split("/").length > 2) return false;
  const width = base.includes(":") ? 128 : 32;
  if (bits !== undefined && (!/^[0-9]{1,3}$/.test(bits) || Number(bits) > width)) return false;
  const free = BigInt(bits === undefined ? 0 : width - Number(bits));
  return one >> free === other >> free;
}

/** [R12] */
function hasBit(value: Scalar, bit: number): boolean {
  if (typeof value === "boolean" || !/^[-+]?[0-9]{1,19}$/.test(String(value))) return false;
  const number = BigInt(String(value).replace("+", ""));
  if (BigInt.asIntN(64, number) !== number) return false;
  return ((BigInt.asUintN(64, number) >> BigInt(bit)) & 1n) === 1n;
}

/** [R14] Every key that the fields can make: a list field makes one for each element. */
function keys(fields: readonly string[], event: CorrelationEvent): readonly (readonly string[])[] {
  const made = fields.reduce<readonly (readonly string[])[]>(
    (sofar, field) => sofar.flatMap((key) => elements(event.fields[field]).map((each) => [...key, text(each)])),
    [[]],
  );
  return made.slice(0, 1_000).filter((key) => key.some((part) => part !== ""));
}

function hasEntry({ list, key }: EntryCondition, event: CorrelationEvent, lists: ListFacts): boolean {
  return keys(key, event).some((each) => lists.has(list, each));
}

/** [R15] */
function cellElements({ list, key, column }: Cell, event: CorrelationEvent, lists: ListFacts): readonly Scalar[] {
  const found = keys(key, event).flatMap((each) => elements(lists.cell(list, each, column)));
  return found.length === 0 ? [""] : found;
}

/** [R17] */
function isVulnerable(
  { field, list, cves, minSeverity = 0 }: VulnerabilityCondition,
  event: CorrelationEvent,
  lists: ListFacts,
): boolean {
  return keys([field], event).some((key) => {
    const severities = elements(lists.cell(list, key, "severities"));
    return elements(lists.cell(list, key, "cves")).some(
      (cve, index) =>
        text(cve) !== "" &&
        (cves === undefined || cves.some((wanted) => wanted.toLowerCase() === text(cve).toLowerCase())) &&
        Number(severities[index] ?? 0) >= minSeverity,
    );
  });
}

/** [R18] */
function isDuring(left: Scalar, spans: readonly Scalar[], calendars: Readonly<Record<string, Calendar>>): boolean {
  if (typeof left !== "number" || left === 0) return false;
  return spans.some((span) => {
    const calendar = readCalendar(String(span), calendars);
    return calendar.ok && isInCalendar(calendar.value, left);
  });
}

/** [R19] */
function countHolds(
  { count }: CountCondition,
  event: CorrelationEvent,
  world: ReferenceWorld,
  calendars: Readonly<Record<string, Calendar>>,
): boolean {
  const meets = (one: CorrelationEvent) => referenceHolds(count.of, one, world, calendars);
  if (!meets(event)) return false;
  const told = (one: CorrelationEvent, field: string) =>
    elements(one.fields[field])
      .map(text)
      .filter((each) => each !== "");
  const sameGroup = (one: CorrelationEvent) =>
    (count.by ?? []).every((field) => JSON.stringify(told(one, field)) === JSON.stringify(told(event, field)));
  const counted = [...world.history, event].filter(
    (one) =>
      one.timestamp > event.timestamp - count.windowMs &&
      one.timestamp <= event.timestamp &&
      sameGroup(one) &&
      meets(one),
  );
  const { distinct } = count;
  const reached = distinct === undefined ? counted.length : new Set(counted.flatMap((one) => told(one, distinct))).size;
  return reached >= count.atLeast;
}
