import { nearestName, type RulePath } from "@cordon/core/rules";
import type { z } from "zod";
import { type RuleFileProblemCode, withSuggestion } from "./rule-file-problem.ts";
import {
  fieldMappingSchema,
  limitsSchema,
  ruleActionSchema,
  ruleFileSchema,
  ruleSchema,
  targetStepSchema,
  whenSchema,
} from "./rule-file-schema.ts";

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
      if (received === undefined || received === null)
        return shape(`\`${name}\` is missing; it is one of ${values.join(", ")}`);
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

function formsOf(node: unknown, path: RulePath): readonly ShapeProblem[] {
  if (!isObject(node)) return [];
  const shape = (message: string): ShapeProblem => ({ path, at: "value", code: "bad_shape", message });
  const groups = ["all", "any", "not"].filter((form) => form in node);
  const members = ["field", "op", "value", "valueField", "ignoreCase"].filter((member) => member in node);
  const problems: ShapeProblem[] = [];
  if (groups.length + (members.length > 0 ? 1 : 0) > 1) {
    problems.push(
      shape(`mixes ${[...groups, ...members].join(" and ")}: one node is either all, any, not, or one condition`),
    );
  } else if (groups.length === 0) {
    const missing = ["field", "op"].filter((member) => !(member in node));
    if (missing.length === 2) problems.push(shape("needs all, any, not, or a condition with field, op and value"));
    else if (missing.length === 1) problems.push(shape(`\`${missing[0]}\` is missing`));
  }
  const children = groups.flatMap((form): readonly ShapeProblem[] => {
    const below = node[form];
    if (!Array.isArray(below)) return formsOf(below, [...path, form]);
    return below.flatMap((child, index) => formsOf(child, [...path, form, index]));
  });
  return [...problems, ...children];
}

function knownKeys(path: RulePath): readonly string[] {
  const [, , section, , fourth] = path;
  if (path.length === 0) return Object.keys(ruleFileSchema.shape);
  if (section === undefined) return Object.keys(ruleSchema.shape);
  if (section === "when") return Object.keys(whenSchema.shape);
  if (section === "limits") return Object.keys(limitsSchema.shape);
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
