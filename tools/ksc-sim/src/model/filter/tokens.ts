import { KscError } from "../errors.ts";

/** One piece of a search filter. `word` is an attribute name, `string` keeps its wildcards (see match.ts). */
export type Token =
  | { readonly kind: "punctuation"; readonly text: "(" | ")" | "&" | "|" | "!"; readonly at: number }
  | { readonly kind: "operator"; readonly text: CompareOperator; readonly at: number }
  | { readonly kind: "word"; readonly text: string; readonly at: number }
  | { readonly kind: "string"; readonly raw: string; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "time"; readonly ms: number; readonly at: number }
  | { readonly kind: "curtime"; readonly offsetSeconds: number; readonly at: number }
  | { readonly kind: "binary"; readonly hex: string; readonly at: number };

export type CompareOperator = "=" | "<>" | ">" | "<" | ">=" | "<=";

export function filterError(at: number, why: string): KscError {
  return new KscError("badFormat", `Search filter, position ${at + 1}: ${why}`);
}

const WORD = /[A-Za-z_][A-Za-z0-9_.-]*/y;
const NUMBER = /-?\d+/y;
const HEX = /0[xX]([0-9A-Fa-f]+)/y;
const CURTIME = /CURTIME\(\s*(-?\d*)\s*\)/y;
const TIME = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const char = text[at] ?? "";
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    if (char === "(" || char === ")" || char === "&" || char === "|" || char === "!") {
      tokens.push({ kind: "punctuation", text: char, at });
      at += 1;
      continue;
    }
    const operator = operatorAt(text, at);
    if (operator !== undefined) {
      tokens.push({ kind: "operator", text: operator, at });
      at += operator.length;
      continue;
    }
    if (char === '"' || ((char === "T" || char === "t") && text[at + 1] === '"')) {
      const start = char === '"' ? at : at + 1;
      const { raw, end } = readString(text, start);
      tokens.push(char === '"' ? { kind: "string", raw, at } : { kind: "time", ms: readTime(raw, at), at });
      at = end;
      continue;
    }
    const hex = take(HEX);
    if (hex !== null) {
      tokens.push({ kind: "binary", hex: (hex[1] ?? "").toUpperCase(), at });
      at += hex[0].length;
      continue;
    }
    const curtime = take(CURTIME);
    if (curtime !== null) {
      tokens.push({ kind: "curtime", offsetSeconds: Number(curtime[1] || "0"), at });
      at += curtime[0].length;
      continue;
    }
    const number = take(NUMBER);
    if (number !== null) {
      tokens.push({ kind: "number", value: Number(number[0]), at });
      at += number[0].length;
      continue;
    }
    const word = take(WORD);
    if (word === null) throw filterError(at, `unexpected "${char}"`);
    tokens.push({ kind: "word", text: word[0], at });
    at += word[0].length;
  }
  return tokens;
}

function operatorAt(text: string, at: number): CompareOperator | undefined {
  const two = text.slice(at, at + 2);
  if (two === "<>" || two === "<=" || two === ">=") return two;
  const one = text[at];
  return one === "=" || one === "<" || one === ">" ? one : undefined;
}

/** The raw text between the quotes, escapes still in place: only the matcher may tell an escaped wildcard from a real one. */
function readString(text: string, start: number): { raw: string; end: number } {
  let raw = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"') return { raw, end: at + 1 };
    raw += char;
    if (char === "\\") {
      at += 1;
      if (at >= text.length) break;
      raw += text[at] ?? "";
    }
  }
  throw filterError(start, "the string is not closed");
}

function readTime(raw: string, at: number): number {
  const found = TIME.exec(raw);
  const ms =
    found === null ? Number.NaN : Date.parse(`${raw.length === 10 ? `${raw}T00:00:00` : raw.replace(" ", "T")}Z`);
  if (Number.isNaN(ms)) throw filterError(at, `"${raw}" is not a time of the form YYYY-MM-DD hh:mm:ss`);
  return ms;
}
