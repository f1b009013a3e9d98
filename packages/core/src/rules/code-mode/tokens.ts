import type { CodeSpan } from "./code-problem.ts";
import { JOINING_WORDS, OPERATORS_ELSEWHERE } from "./words.ts";

/** `name` is a field in backticks; `join` is AND, OR or NOT in any case. */
export type TokenKind = "word" | "name" | "text" | "number" | "symbol" | "join" | "end";

export interface Token extends CodeSpan {
  readonly kind: TokenKind;
  /** What it means: of a text without quotes and escapes, of a joining word in capitals, of a symbol the right one. */
  readonly value: string;
}

/** Takes one mistake; reading goes on as if the suggestion had been written. */
export type ReportCode = (span: CodeSpan, message: string, suggestion?: string) => void;

const BLANK = /[\s\u00a0\ufeff]/;
const WORD = /[\p{L}_$][\p{L}\p{N}_.$-]*/uy;
const NUMBER = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
/** A digit glued to letters is no number: `10m`, `4h`, `0x1f`, `10.0.0.0/8`. */
const GLUED = /[\p{L}\p{N}_./:]+/uy;
/** The longest first, wrong ones too: they are known, and then one mistake instead of two. */
const SYMBOLS = [
  "===",
  "==",
  "=~",
  "=<",
  "=>",
  "<>",
  "<=",
  ">=",
  "!=",
  "&&",
  "||",
  "(",
  ")",
  "[",
  "]",
  ",",
  "=",
  "<",
  ">",
  "!",
  "~",
];
const WORDS_ELSEWHERE: Readonly<Record<string, string>> = { "&&": "AND", "||": "OR", "!": "NOT" };

export function tokensOf(text: string, report: ReportCode): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, value: string, length: number): void => {
    tokens.push({ kind, value, offset: at, length });
    at += length;
  };

  while (at < text.length) {
    const char = text[at] ?? "";
    if (BLANK.test(char)) {
      at++;
      continue;
    }
    if (char === "'" || char === "`" || char === '"' || char === "‘" || char === "’" || char === "“" || char === "”") {
      const quoted = readQuoted(text, at, report);
      push(char === "`" ? "name" : "text", quoted.value, quoted.length);
      continue;
    }
    if (char === "#" || text.startsWith("//", at)) {
      // Taken as one, it would swallow conditions that YAML folded into its line.
      const length = (text.indexOf("\n", at) + 1 || text.length + 1) - 1 - at;
      report({ offset: at, length }, "there are no comments in code mode; put this one above `when`");
      at += length;
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      readNumber(number);
      continue;
    }
    const word = match(WORD);
    if (word !== undefined) {
      const upper = word.toUpperCase();
      if ((JOINING_WORDS as readonly string[]).includes(upper)) push("join", upper, word.length);
      else push("word", word, word.length);
      continue;
    }
    const symbol = SYMBOLS.find((each) => text.startsWith(each, at));
    if (symbol === undefined) {
      const shown = String.fromCodePoint(text.codePointAt(at) ?? 0);
      report({ offset: at, length: shown.length }, `\`${shown}\` means nothing here; texts stand in single quotes`);
      at += shown.length;
      continue;
    }
    const join = WORDS_ELSEWHERE[symbol];
    const meant = join ?? OPERATORS_ELSEWHERE[symbol];
    if (meant !== undefined) {
      report({ offset: at, length: symbol.length }, `\`${symbol}\` is written \`${meant}\` here`, `\`${meant}\``);
    }
    if (join !== undefined) push("join", join, symbol.length);
    else push(meant === "match" ? "word" : "symbol", meant ?? symbol, symbol.length);
  }
  tokens.push({ kind: "end", value: "", offset: text.length, length: 0 });
  return tokens;

  function readNumber(number: string): void {
    GLUED.lastIndex = at + number.length;
    const glued = GLUED.exec(text)?.[0];
    const value = Number(number);
    if (glued !== undefined) {
      const whole = number + glued;
      report(
        { offset: at, length: whole.length },
        `\`${whole.slice(0, 60)}\` is no number; texts stand in single quotes`,
        `'${whole}'`,
      );
      push("text", whole, whole.length);
    } else if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      report(
        { offset: at, length: number.length },
        `\`${number.slice(0, 60)}\` would lose digits as a number; put it in quotes`,
        `'${number}'`,
      );
      push("text", number, number.length);
    } else push("number", number, number.length);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  n: "\n",
  r: "\r",
  t: "\t",
};
const OTHER_QUOTES: Readonly<Record<string, string>> = { '"': '"', "‘": "’", "’": "’", "“": "”", "”": "”" };
const UNICODE = /u\{([0-9a-fA-F]{1,6})\}/y;

/** From a quote to its like. Other quotes than `'` and backticks are a mistake, and read as what they mean. */
function readQuoted(
  text: string,
  start: number,
  report: ReportCode,
): { readonly value: string; readonly length: number } {
  const open = text[start] ?? "";
  const close = OTHER_QUOTES[open] ?? open;
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== close) {
    if (text[at] !== "\\") {
      value += text[at++];
      continue;
    }
    UNICODE.lastIndex = at + 1;
    const [whole, digits] = UNICODE.exec(text) ?? [];
    const code = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
    if (whole !== undefined && code <= 0x10_ffff) {
      value += String.fromCodePoint(code);
      at += 1 + whole.length;
      continue;
    }
    const next = text[at + 1];
    const escaped = next === undefined ? undefined : ESCAPES[next];
    if (escaped === undefined && next !== undefined) {
      report(
        { offset: at, length: 2 },
        `\`\\${next}\` is no escape; a backslash itself is written twice`,
        `\`\\\\${next}\``,
      );
    }
    value += escaped ?? `\\${next ?? ""}`;
    at += 2;
  }
  const ended = at < text.length;
  const length = Math.min(at + 1, text.length) - start;
  if (!ended) {
    report({ offset: start, length: 1 }, `the text that begins here is never closed; a \`${close}\` is missing`);
  } else if (open in OTHER_QUOTES) {
    report({ offset: start, length }, "texts stand in single quotes", printText(value));
  }
  return { value, length };
}

// Control characters, line separators and halves of surrogate pairs do not survive editors and terminals.
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

function escaped(text: string, quote: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replace(NOT_SHOWN, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

export function printText(text: string): string {
  return `'${escaped(text, "'")}'`;
}

export function printQuotedName(name: string): string {
  return `\`${escaped(name, "`")}\``;
}
