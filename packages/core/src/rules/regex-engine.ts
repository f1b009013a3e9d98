/**
 * Regular expressions as an argument: RE2 syntax, time linear in the text (core itself has no npm dependency). A
 * backtracking engine must not be handed in, for event text is chosen by attackers.
 */
export interface RegexEngine {
  compile(pattern: string, options: { readonly ignoreCase: boolean }): CompiledRegex;
}

export type CompiledRegex =
  /** True when the expression is found anywhere in the text. */
  { readonly ok: true; readonly test: (text: string) => boolean } | { readonly ok: false; readonly problem: string };
