import type { Report, RuleContext } from "./compile-context.ts";
import { COST, type ElementTest, type Test } from "./compile-leaf.ts";
import { valuePath } from "./compile-operands.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { FieldRead } from "./matching/field-walk.ts";
import { readPlainIpv4 } from "./matching/subnet-index.ts";
import type { ComparisonOperator } from "./operators.ts";
import { isInSubnet, parseIpAddress, parseSubnet, type Subnet } from "./subnet.ts";
import { asText, compare, equalityKey, equals, isEmpty } from "./values.ts";
import type { Condition, Scalar } from "./when.ts";

export interface PricedElementTest {
  readonly test: ElementTest;
  readonly cost: number;
}

/** How an element is tested against the constants of a condition, of which one is enough [R4]. */
export function constantsTest(
  condition: Pick<Condition, "value" | "ignoreCase">,
  op: Exclude<ComparisonOperator, "!=">,
  values: readonly Scalar[],
  context: RuleContext,
  report: Report,
): PricedElementTest {
  const ignoreCase = condition.ignoreCase ?? false;
  switch (op) {
    case "=":
    case "in":
      return {
        test: equalsAny(values, ignoreCase),
        cost: values.length === 1 && !ignoreCase ? COST.compare : COST.part,
      };
    case "intersect": {
      const full = equalsAny(
        values.filter((value) => !isEmpty(value)),
        ignoreCase,
      );
      return { test: (element) => !isEmpty(element) && full(element), cost: COST.part };
    }
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { test: ordersAgainst(op, values[0] ?? "", ignoreCase), cost: COST.compare };
    case "contains":
    case "startsWith":
    case "endsWith":
      return {
        test: textTest(op, values, ignoreCase),
        cost: op === "contains" || ignoreCase ? COST.find : COST.part,
      };
    case "match":
      return { test: matchTest(condition, values, context, report), cost: COST.regex };
    case "inSubnet":
      return { test: subnetTest(condition, values, report), cost: COST.subnet };
    case "hasBit": {
      const bits = values.map(Number);
      return { test: (element) => bits.some((bit) => hasBit(element, bit)), cost: COST.bits };
    }
  }
}

function equalsAny(values: readonly Scalar[], ignoreCase: boolean): ElementTest {
  const [only] = values;
  if (values.length === 1 && only !== undefined) {
    return (element) => equals(element, only, ignoreCase);
  }
  const byKey = Map.groupBy(values, equalityKey);
  return (element) => byKey.get(equalityKey(element))?.some((value) => equals(element, value, ignoreCase)) ?? false;
}

function ordersAgainst(op: "<" | "<=" | ">" | ">=", bound: Scalar, ignoreCase: boolean): ElementTest {
  const orders = ORDERS[op];
  return (element) => orders(compare(element, bound, ignoreCase));
}

/**
 * The tests that nearly every rule has, on a field with one constant, without a call in between: a quarter of the time of the
 * general way, which they still leave everything to that is not plain.
 */
export function plainTest(read: FieldRead, op: ComparisonOperator, constant: Scalar, general: Test): Test | undefined {
  if (typeof constant === "number") {
    switch (op) {
      case "<":
        return (fields, facts) => {
          const value = read(fields);
          return typeof value === "number" ? value < constant : general(fields, facts);
        };
      case "<=":
        return (fields, facts) => {
          const value = read(fields);
          return typeof value === "number" ? value <= constant : general(fields, facts);
        };
      case ">":
        return (fields, facts) => {
          const value = read(fields);
          return typeof value === "number" ? value > constant : general(fields, facts);
        };
      case ">=":
        return (fields, facts) => {
          const value = read(fields);
          return typeof value === "number" ? value >= constant : general(fields, facts);
        };
      case "=":
        return (fields, facts) => {
          const value = read(fields);
          return typeof value === "number" ? value === constant : general(fields, facts);
        };
      default:
        return undefined;
    }
  }
  if (typeof constant !== "string" || constant === "") return undefined;
  switch (op) {
    case "=":
      return (fields, facts) => {
        const value = read(fields);
        return typeof value === "string" ? value === constant : general(fields, facts);
      };
    case "startsWith":
      return (fields, facts) => {
        const value = read(fields);
        return typeof value === "string" ? value.startsWith(constant) : general(fields, facts);
      };
    case "endsWith":
      return (fields, facts) => {
        const value = read(fields);
        return typeof value === "string" ? value.endsWith(constant) : general(fields, facts);
      };
    case "contains":
      return (fields, facts) => {
        const value = read(fields);
        return typeof value === "string" ? value.includes(constant) : general(fields, facts);
      };
    default:
      return undefined;
  }
}

const ORDERS = {
  "<": (sign: number) => sign < 0,
  "<=": (sign: number) => sign <= 0,
  ">": (sign: number) => sign > 0,
  ">=": (sign: number) => sign >= 0,
} as const;

const TEXT_TESTS = {
  contains: (text: string, part: string) => text.includes(part),
  startsWith: (text: string, part: string) => text.startsWith(part),
  endsWith: (text: string, part: string) => text.endsWith(part),
} as const;

function textTest(
  op: "contains" | "startsWith" | "endsWith",
  values: readonly Scalar[],
  ignoreCase: boolean,
): ElementTest {
  const holds = TEXT_TESTS[op];
  // An empty part would be in every text; it says nothing [R4].
  const parts = values.map((value) => folded(value, ignoreCase)).filter((part) => part !== "");
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return (element) => holds(folded(element, ignoreCase), only);
  return (element) => {
    const text = folded(element, ignoreCase);
    return parts.some((part) => holds(text, part));
  };
}

export function folded(value: Scalar, ignoreCase: boolean): string {
  return ignoreCase ? asText(value).toLowerCase() : asText(value);
}

function matchTest(
  condition: Pick<Condition, "value" | "ignoreCase">,
  values: readonly Scalar[],
  { regex }: RuleContext,
  report: Report,
): ElementTest {
  const tests = values.flatMap((value, index) => {
    const path = valuePath(condition, index);
    const pattern = String(value);
    if (pattern.length > LIMITS.regexCharsMax) {
      report(path, "limit", `the expression has ${pattern.length} characters; at most ${LIMITS.regexCharsMax}`);
      return [];
    }
    const compiled = regex.compile(pattern, { ignoreCase: condition.ignoreCase ?? false });
    if (compiled.ok) return [compiled.test];
    report(path, "bad_regex", `the regular expression is wrong: ${compiled.problem}`);
    return [];
  });
  return (element) => {
    const text = asText(element).slice(0, LIMITS.matchTextCharsMax);
    return tests.some((test) => test(text));
  };
}

function subnetTest(condition: Pick<Condition, "value">, values: readonly Scalar[], report: Report): ElementTest {
  const subnets: Subnet[] = [];
  for (const [index, value] of values.entries()) {
    const subnet = typeof value === "string" ? parseSubnet(value) : undefined;
    if (subnet !== undefined) subnets.push(subnet);
    else {
      const message = `${JSON.stringify(value).slice(0, 80)} is not a subnet; write it like 10.0.0.0/8`;
      report(valuePath(condition, index), "bad_subnet", message);
    }
  }
  const plain = subnets.map(plainRange);
  return (element) => {
    const address = typeof element === "string" ? readPlainIpv4(element) : -1;
    if (address >= 0) return plain.some(({ first, last }) => address >= first && address <= last);
    const groups = parseIpAddress(asText(element));
    return groups !== undefined && subnets.some((subnet) => isInSubnet(groups, subnet));
  };
}

/** The IPv4 addresses in the subnet; none when `last` is before `first`. */
function plainRange({ base, prefixBits }: Subnet): { readonly first: number; readonly last: number } {
  if (prefixBits < 96) {
    const holdsAll = isInSubnet([0, 0, 0, 0, 0, 0xffff, 0, 0], { base, prefixBits });
    return holdsAll ? { first: 0, last: 0xffff_ffff } : { first: 0, last: -1 };
  }
  if (!isInSubnet([0, 0, 0, 0, 0, 0xffff, 0, 0], { base, prefixBits: 96 })) return { first: 0, last: -1 };
  const size = 2 ** (128 - prefixBits);
  const address = (base[6] ?? 0) * 65_536 + (base[7] ?? 0);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

const WHOLE_NUMBER = /^[-+]?\d{1,19}$/;

/** [R12] */
export function hasBit(value: Scalar, bit: number): boolean {
  if (typeof value === "boolean" || !WHOLE_NUMBER.test(String(value))) return false;
  const number = BigInt(String(value).replace("+", ""));
  if (BigInt.asIntN(64, number) !== number) return false;
  return ((BigInt.asUintN(64, number) >> BigInt(bit)) & 1n) === 1n;
}

/** How an element is tested against one that is known at evaluation only: of another field, or of a list. */
export function pairTest(
  op: Exclude<ComparisonOperator, "!=" | "match" | "hasBit">,
  ignoreCase: boolean,
): (element: Scalar, operand: Scalar) => boolean {
  switch (op) {
    case "=":
    case "in":
      return (element, operand) => equals(element, operand, ignoreCase);
    case "intersect":
      return (element, operand) => !isEmpty(element) && !isEmpty(operand) && equals(element, operand, ignoreCase);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const orders = ORDERS[op];
      return (element, operand) => orders(compare(element, operand, ignoreCase));
    }
    case "contains":
    case "startsWith":
    case "endsWith": {
      const holds = TEXT_TESTS[op];
      return (element, operand) =>
        asText(operand) !== "" && holds(folded(element, ignoreCase), folded(operand, ignoreCase));
    }
    case "inSubnet":
      return (element, operand) => {
        const address = parseIpAddress(asText(element));
        const subnet = parseSubnet(asText(operand));
        return address !== undefined && subnet !== undefined && isInSubnet(address, subnet);
      };
  }
}
