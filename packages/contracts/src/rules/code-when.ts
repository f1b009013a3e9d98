import type { FieldCatalogue } from "@cordon/core/event";
import {
  type CodeSpan,
  type CountCondition,
  parseCode,
  printDuration,
  type RulePath,
  type WhenNode,
} from "@cordon/core/rules";
import { isObject } from "./schema-problems.ts";

/** The `when` of one rule that was written in code mode. */
export interface CodeWhen {
  spanOf(path: RulePath): CodeSpan;
}

export interface CodeMistake extends CodeSpan {
  readonly ruleIndex: number;
  readonly message: string;
}

export interface CodesRead {
  /** The file's value with trees in the places of code; code that cannot be read left out of its rule. */
  readonly value: unknown;
  readonly codes: ReadonlyMap<number, CodeWhen>;
  readonly mistakes: readonly CodeMistake[];
}

/** Puts the tree in the place of every `when` that is a line of code mode. */
export function readCodes(value: unknown, catalogue: FieldCatalogue): CodesRead {
  const codes = new Map<number, CodeWhen>();
  const mistakes: CodeMistake[] = [];
  if (!isObject(value) || !Array.isArray(value.rules)) return { value, codes, mistakes };
  const rules = value.rules.map((rule: unknown, ruleIndex): unknown => {
    if (!isObject(rule) || typeof rule.when !== "string") return rule;
    const code = parseCode(rule.when, catalogue);
    if (code.ok) {
      codes.set(ruleIndex, code);
      return { ...rule, when: whenToFile(code.when) };
    }
    for (const { offset, length, message, suggestion } of code.problems) {
      const help = suggestion === undefined ? "" : `. Did you mean ${suggestion}?`;
      mistakes.push({ ruleIndex, offset, length, message: `${message}${help}` });
    }
    return { ...rule, when: UNREAD };
  });
  return { value: { ...value, rules }, codes, mistakes };
}

/** Stands in for what could not be read, so that the rule's other mistakes are named in the same run. */
const UNREAD = { field: "Name", op: "=", value: "stand-in" };

/** A condition tree as a rule file writes it. */
export function whenToFile(node: WhenNode): unknown {
  if ("all" in node) return { all: node.all.map(whenToFile) };
  if ("any" in node) return { any: node.any.map(whenToFile) };
  if ("not" in node) return { not: whenToFile(node.not) };
  if ("count" in node) return { count: countToFile(node) };
  return node;
}

function countToFile({ count: { of, windowMs, ...rest } }: CountCondition): unknown {
  return { of: whenToFile(of), within: printDuration(windowMs), ...rest };
}
