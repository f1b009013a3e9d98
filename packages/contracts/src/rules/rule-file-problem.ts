import type { RulePath, RuleProblemCode } from "@cordon/core/rules";

export interface RuleFile {
  /** Shown in positions. */
  readonly name: string;
  readonly text: string;
}

/** One mistake in a rule file, where it stands. */
export interface RuleFileProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** How many characters of the line are meant. */
  readonly length: number;
  /** `rules[2].when.all[0].op`; empty when the file cannot be read at all. */
  readonly path: string;
  readonly code: RuleFileProblemCode;
  /** One sentence: what is wrong and the mend, with the nearest name that exists where there is one. */
  readonly message: string;
}

export type RuleFileProblemCode =
  | RuleProblemCode
  /** Not YAML, or YAML that we do not take (duplicate keys, alias bombs, several documents). */
  | "bad_yaml"
  /** A member that does not exist. */
  | "unknown_key"
  /** A member that is missing or has the wrong shape. */
  | "bad_shape"
  /** A `when` in code mode that cannot be read. */
  | "bad_code"
  /** No mistake: rules that may work against each other. */
  | "conflict";

/** `acme.yaml:12:9: rules[1].when.op: …`, as compilers write it, so that editors can jump there. */
export function printRuleFileProblem({ file, line, column, path, message }: RuleFileProblem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** The same with the line itself below it, and carets under what is meant. */
export function showRuleFileProblem(problem: RuleFileProblem, text: string): string {
  const { line, column, length } = problem;
  const shown = (text.split("\n")[line - 1] ?? "").trimEnd();
  const gutter = " ".repeat(String(line).length);
  // Tabs stay tabs, or the carets would stand elsewhere than what they mean.
  const indent = shown.slice(0, column - 1).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - column + 1)));
  return [printRuleFileProblem(problem), `${gutter} |`, `${line} | ${shown}`, `${gutter} | ${indent}${carets}`].join(
    "\n",
  );
}

export function printPath(path: RulePath): string {
  return path.reduce<string>((printed, part) => {
    if (typeof part === "number") return `${printed}[${part}]`;
    return printed === "" ? part : `${printed}.${part}`;
  }, "");
}

export function withSuggestion(message: string, suggestion: string | undefined): string {
  return suggestion === undefined ? message : `${message}. Did you mean "${suggestion}"?`;
}
