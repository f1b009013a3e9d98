/** Where something stands in a line of code mode. */
export interface CodeSpan {
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly length: number;
}

/** One mistake in code mode. */
export interface CodeProblem extends CodeSpan {
  /** From 1, in the text that was parsed. */
  readonly line: number;
  readonly column: number;
  /** One sentence: what is wrong and the mend. */
  readonly message: string;
  /** What was meant most likely, as it would be written. */
  readonly suggestion?: string;
}

export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  return { line: before.split("\n").length, column: offset - lastBreak };
}

/** A mistake as compilers show it: the message, the line, and carets under what is wrong. */
export function printCodeProblem(text: string, problem: CodeProblem): string {
  const { line, column, length, message, suggestion } = problem;
  const shown = text.split("\n")[line - 1] ?? "";
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - column + 1)));
  const help = suggestion === undefined ? "" : ` did you mean ${suggestion}?`;
  // Tabs stay tabs, or the carets would stand elsewhere than what they mean.
  const indent = shown.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [
    `${line}:${column}: ${message}`,
    `${blank} |`,
    `${gutter} | ${shown}`,
    `${blank} | ${indent}${carets}${help}`,
  ].join("\n");
}
