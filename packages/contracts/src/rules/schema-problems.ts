import { ENTRY_OPERATORS, nearestName, type RulePath } from "@cordon/core/rules";
import type { z } from "zod";
import { type RuleFileProblemCode, withSuggestion } from "./rule-file-problem.ts";
import {
  calendarSchema,
  coolDownGrowthSchema,
  fieldMappingSchema,
  limitsSchema,
  ruleActionSchema,
  ruleFileSchema,
  ruleSchema,
  targetStepSchema,
} from "./rule-file-schema.ts";
import { cellSchema, countSchema, VULNERABILITY, whenSchema } from "./when-schema.ts";

/** A mistake in a file's value, not yet placed in its text. */
export interface ShapeProblem {
  readonly path: RulePath;
  /** Unknown members are shown where their key is written. */
  readonly at: "key" | "value";
  readonly code: RuleFileProblemCode;
  readonly message: string;
}

/** Every mistake in the shape of a rule file. */
export function shapeProblems(value: unknown): readonly ShapeProblem[] {
  const parsed = ruleFileSchema.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  return [...issues.flatMap((issue) => explainIssue(issue, [], value)), ...formProblems(value)];
}

type Issue = z.core.$ZodIssue;

function explainIssue(issue: Issue, prefix: RulePath, root: unknown): readonly ShapeProblem[] {
  const path = [...prefix, ...issue.path.filter((part) => typeof part !== "symbol")];
  const shape = (message: string): readonly ShapeProblem[] => [{ path, at: "value", code: "bad_shape", message }];
  const received = valueAt(root, path);
  const name = path.at(-1);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: "key",
        code: "unknown_key",
        message: withSuggestion(
          `there is no member "${key.slice(0, 80)}" here; known: ${known.join(", ")}`,
          nearestName(key, known),
        ),
      }));
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      if (received === undefined || received === null) {
        const allowed = values.length === 1 ? `write \`${name}: ${values[0]}\`` : `it is one of ${values.join(", ")}`;
        return shape(`\`${name}\` is missing; ${allowed}`);
      }
      const suggestion = typeof received === "string" ? nearestName(received, values) : undefined;
      return shape(withSuggestion(`${show(received)} is not one of ${values.join(", ")}`, suggestion));
    }
    case "invalid_type":
      if (received === undefined) return shape(`\`${name}\` is missing`);
      return shape(`must be ${NOUNS[issue.expected] ?? issue.expected}, is ${show(received)}`);
    case "invalid_union": {
      // The branch that took the value for an object knows which member is wrong; that says more than the list of forms.
      const keys = isObject(received) ? issue.errors.flat().filter(({ code }) => code === "unrecognized_keys") : [];
      if (keys.length > 0) return keys.flatMap((nested) => explainIssue(nested, path, root));
      return received === undefined ? shape(`\`${name}\` is missing`) : shape(issue.message);
    }
    case "too_small":
      return shape(
        `must ${issue.origin === "number" ? "be" : "have"} at least ${issue.minimum}${unitOf(issue.origin)}`,
      );
    case "too_big":
      return shape(`must ${issue.origin === "number" ? "be" : "have"} at most ${issue.maximum}${unitOf(issue.origin)}`);
    case "invalid_key":
      return [{ path, at: "key", code: "bad_shape", message: issue.issues[0]?.message ?? "the key is wrong" }];
    case "invalid_format":
      return shape(`${issue.message}, is ${show(received)}`);
    default:
      return shape(issue.message);
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

/** Each node of a `when` has exactly one form; told apart here, so that the message can say which ones were mixed. */
function formProblems(value: unknown): readonly ShapeProblem[] {
  const rules = isObject(value) && Array.isArray(value.rules) ? value.rules : [];
  return rules.flatMap((rule, index) => (isObject(rule) ? formsOf(rule.when, ["rules", index, "when"]) : []));
}

const GROUPS = ["all", "any", "not", "count"] as const;
const COMPARISON = ["value", "valueField", "valueCell", "valueList", "ignoreCase"];

/** What a condition needs and what else it may have, by its operator. */
function membersFor(op: unknown): { readonly needed: readonly string[]; readonly others: readonly string[] } {
  if ((ENTRY_OPERATORS as readonly unknown[]).includes(op)) return { needed: ["op", "list", "key"], others: [] };
  if (op === VULNERABILITY) return { needed: ["field", "op", "list"], others: ["cves", "minSeverity"] };
  return { needed: ["field", "op"], others: [...COMPARISON, "cell"] };
}

function formsOf(node: unknown, path: RulePath): readonly ShapeProblem[] {
  if (!isObject(node)) return [];
  const groups = GROUPS.filter((form) => form in node);
  const members = Object.keys(whenSchema.shape).filter(
    (member) => member in node && !(GROUPS as readonly string[]).includes(member),
  );
  const problems: ShapeProblem[] = [];
  const shape = (message: string): void => {
    problems.push({ path, at: "value", code: "bad_shape", message });
  };
  if (groups.length + (members.length > 0 ? 1 : 0) > 1) {
    shape(`mixes ${[...groups, ...members].join(" and ")}: one node is either all, any, not, count, or one condition`);
  } else if (groups.length === 0) {
    const { needed, others } = membersFor(node.op);
    const missing = needed.filter((member) => !(member in node) && !(member === "field" && "cell" in node));
    const strange = members.filter((member) => !needed.includes(member) && !others.includes(member));
    if (!("op" in node) && missing.length === 2) {
      shape("needs all, any, not, count, or a condition with field, op and value");
    } else if (missing.length > 0) shape(missing.map((member) => `\`${member}\` is missing`).join(", and "));
    else if ("cell" in node && "field" in node)
      shape("mixes field and cell: one of them stands to the left of the operator");
    for (const member of strange) {
      const message = `\`${node.op}\` takes no \`${member}\`; it takes ${[...needed, ...others].join(", ")}`;
      problems.push({ path: [...path, member], at: "key", code: "unknown_key", message });
    }
  }
  const children = groups.flatMap((form): readonly ShapeProblem[] => {
    const below = node[form];
    if (form === "count") return isObject(below) ? formsOf(below.of, [...path, form, "of"]) : [];
    if (!Array.isArray(below)) return formsOf(below, [...path, form]);
    return below.flatMap((child, index) => formsOf(child, [...path, form, index]));
  });
  return [...problems, ...children];
}

function knownKeys(path: RulePath): readonly string[] {
  const [first, , section, , fourth] = path;
  const last = path.at(-1);
  if (path.length === 0) return Object.keys(ruleFileSchema.shape);
  if (first === "calendars") return Object.keys(calendarSchema.shape);
  if (section === undefined) return Object.keys(ruleSchema.shape);
  if (section === "when") {
    if (last === "count") return Object.keys(countSchema.shape);
    return Object.keys(last === "cell" || last === "valueCell" ? cellSchema.shape : whenSchema.shape);
  }
  if (section === "limits") {
    if (last === "coolDownGrowth") return Object.keys(coolDownGrowthSchema.shape);
    if (last === "maxActions") return ["count", "within"];
    return last === "maxSiteShare" ? ["share", "within"] : Object.keys(limitsSchema.shape);
  }
  if (section === "target") return fourth === "site" ? ["field"] : Object.keys(targetStepSchema.shape);
  return fourth === "arguments" ? Object.keys(fieldMappingSchema.shape) : Object.keys(ruleActionSchema.shape);
}

function valueAt(root: unknown, path: RulePath): unknown {
  return path.reduce<unknown>((at, part) => {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    return (at as Record<string | number, unknown>)[part];
  }, root);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : JSON.stringify(value).slice(0, 80);
}
