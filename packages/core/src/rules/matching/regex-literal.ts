/** A text that must stand in whatever the expression finds. */
export interface RegexLiteral {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** Beyond these the reader knows no RE2 syntax that starts with the character; it gives up rather than guess. */
const PLAIN = /^[A-Za-z0-9 _\-/\\:;,<>@#%&~"'!=]$/;
const CLASS_ESCAPE = /^[dDsSwWbBAz]$/;
const CONTROL_ESCAPE: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };

/**
 * The longest text that an expression in RE2 syntax cannot do without, or none. It reads the top level only: groups, classes
 * and repeated characters end a run of plain ones, alternatives at the top leave nothing that is needed.
 */
export function requiredLiteral(pattern: string, ignoreCase: boolean): RegexLiteral | undefined {
  const foldAll = pattern.startsWith("(?i)");
  const reader = { pattern, at: foldAll ? 4 : 0 };
  let longest = "";
  let run = "";
  const endRun = (): void => {
    if (run.length > longest.length) longest = run;
    run = "";
  };
  while (reader.at < pattern.length) {
    const item = readItem(reader);
    if (item === undefined) return undefined;
    const repeat = readRepeat(reader);
    if (repeat === undefined) return undefined;
    if (item.kind === "text" && repeat === "once") run += item.text;
    else {
      if (item.kind === "text" && repeat === "atLeastOnce") run += item.text;
      endRun();
    }
  }
  endRun();
  return longest === "" ? undefined : { text: longest, ignoreCase: ignoreCase || foldAll };
}

interface Reader {
  readonly pattern: string;
  at: number;
}

type Item = { readonly kind: "text"; readonly text: string } | { readonly kind: "other" };

const OTHER: Item = { kind: "other" };

function readItem(reader: Reader): Item | undefined {
  const { pattern } = reader;
  const char = pattern[reader.at++] ?? "";
  if (char === "\\") return readEscape(reader);
  if (char === "[") return skipClass(reader) ? OTHER : undefined;
  if (char === "(") return skipGroup(reader) ? OTHER : undefined;
  if (char === "." || char === "^" || char === "$") return OTHER;
  return PLAIN.test(char) ? { kind: "text", text: char } : undefined;
}

function readEscape(reader: Reader): Item | undefined {
  const char = reader.pattern[reader.at++] ?? "";
  if (CLASS_ESCAPE.test(char)) return OTHER;
  const control = CONTROL_ESCAPE[char];
  if (control !== undefined) return { kind: "text", text: control };
  // Letters and digits mean something of their own (`\x41`, `\pL`, `\Q`, `\1`); the rest means itself.
  return /^[!-/:-@[-`{-~]$/.test(char) ? { kind: "text", text: char } : undefined;
}

/** `x?`, `x*` and `x{0,…}` may be missing; `x+` is there once and then perhaps again. */
function readRepeat(reader: Reader): "once" | "atLeastOnce" | "maybe" | undefined {
  const { pattern } = reader;
  const char = pattern[reader.at];
  if (char !== "?" && char !== "*" && char !== "+" && char !== "{") return "once";
  reader.at++;
  if (char === "{") {
    const count = /^\d+(?:,\d*)?\}/.exec(pattern.slice(reader.at, reader.at + 16));
    // A brace that counts nothing is a character like others, but who writes that?
    if (count === null) return undefined;
    reader.at += count[0].length;
  }
  if (pattern[reader.at] === "?") reader.at++;
  return char === "+" ? "atLeastOnce" : "maybe";
}

function skipClass(reader: Reader): boolean {
  const { pattern } = reader;
  if (pattern[reader.at] === "^") reader.at++;
  // A bracket that stands first is a member.
  if (pattern[reader.at] === "]") reader.at++;
  while (reader.at < pattern.length) {
    const char = pattern[reader.at++];
    if (char === "\\") reader.at++;
    else if (char === "[" && pattern[reader.at] === ":") {
      const close = pattern.indexOf(":]", reader.at);
      if (close < 0) return false;
      reader.at = close + 2;
    } else if (char === "]") return true;
  }
  return false;
}

function skipGroup(reader: Reader): boolean {
  const { pattern } = reader;
  // `(?i)` amidst an expression changes what follows it.
  if (/^\?[a-zA-Z-]*\)/.test(pattern.slice(reader.at, reader.at + 16))) return false;
  let depth = 1;
  while (reader.at < pattern.length) {
    const char = pattern[reader.at++];
    if (char === "\\") {
      if (pattern[reader.at] === "Q") return false;
      reader.at++;
    } else if (char === "[") {
      if (!skipClass(reader)) return false;
    } else if (char === "(") {
      depth++;
    } else if (char === ")" && --depth === 0) return true;
  }
  return false;
}
