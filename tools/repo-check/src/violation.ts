import type { SourceFile, Workspace } from "./workspace.ts";

export interface Violation {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  /** The rule's sentence, and what to do instead. */
  readonly rule: string;
}

export type Rule = (workspace: Workspace) => readonly Violation[];

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Every match of a pattern as a violation of one rule. */
export function matches(source: SourceFile, pattern: RegExp, rule: (match: RegExpMatchArray) => string): Violation[] {
  return [...source.text.matchAll(pattern)].map((match) => ({
    file: source.file,
    line: lineOf(source.text, match.index ?? 0),
    rule: rule(match),
  }));
}
