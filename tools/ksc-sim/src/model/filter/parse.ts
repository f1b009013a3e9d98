import type { CompareOperator, Token } from "./tokens.ts";
import { filterError, tokenize } from "./tokens.ts";

export type Literal =
  | { readonly kind: "string"; readonly raw: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "curtime"; readonly offsetSeconds: number }
  | { readonly kind: "binary"; readonly hex: string };

export type FilterNode =
  | { readonly kind: "all" | "any"; readonly children: readonly FilterNode[] }
  | { readonly kind: "not"; readonly child: FilterNode }
  | {
      readonly kind: "compare";
      readonly attribute: string;
      /** Present for `(attribute & mask op value)`. */
      readonly mask: number | undefined;
      readonly operator: CompareOperator;
      readonly literal: Literal;
    };

const DEPTH_MAX = 100;

/**
 * Parses the LDAP-like search filter: `(attr op value)`, `(&…)`, `(|…)`, `(!…)`, outer brackets optional for a single
 * condition. An empty filter is undefined and matches everything. Throws KLSTD 1192 with the position of the mistake.
 */
export function parseFilter(text: string): FilterNode | undefined {
  const tokens = tokenize(text);
  if (tokens.length === 0) return undefined;
  let index = 0;
  let depth = 0;
  const peek = (): Token | undefined => tokens[index];
  const here = (): number => peek()?.at ?? text.length;
  const isPunctuation = (mark: string): boolean => {
    const token = peek();
    return token?.kind === "punctuation" && token.text === mark;
  };
  const expect = (mark: "(" | ")"): void => {
    if (!isPunctuation(mark)) throw filterError(here(), `"${mark}" expected`);
    index += 1;
  };

  function bracketed(): FilterNode {
    depth += 1;
    if (depth > DEPTH_MAX) throw filterError(here(), "brackets are nested too deeply");
    expect("(");
    const node = inside();
    expect(")");
    depth -= 1;
    return node;
  }

  function inside(): FilterNode {
    for (const [mark, kind] of [
      ["&", "all"],
      ["|", "any"],
    ] as const) {
      if (!isPunctuation(mark)) continue;
      index += 1;
      const children: FilterNode[] = [];
      while (isPunctuation("(")) children.push(bracketed());
      if (children.length === 0) throw filterError(here(), `"(" expected after "${mark}"`);
      return { kind, children };
    }
    if (isPunctuation("!")) {
      index += 1;
      return { kind: "not", child: bracketed() };
    }
    if (isPunctuation("(")) return bracketed();
    return condition();
  }

  function condition(): FilterNode {
    const name = peek();
    if (name?.kind !== "word") throw filterError(here(), "attribute name expected");
    index += 1;
    let mask: number | undefined;
    if (isPunctuation("&")) {
      index += 1;
      const bits = peek();
      if (bits?.kind === "number") mask = bits.value;
      else if (bits?.kind === "binary") mask = Number.parseInt(bits.hex, 16);
      else throw filterError(here(), "bit mask expected");
      index += 1;
    }
    const operator = peek();
    if (operator?.kind !== "operator") throw filterError(here(), "operator expected");
    index += 1;
    const literal = readLiteral(peek());
    if (literal === undefined) throw filterError(here(), "value expected");
    index += 1;
    if (mask !== undefined && literal.kind !== "number" && literal.kind !== "binary") {
      throw filterError(operator.at, "a bit mask is compared with an integer");
    }
    return { kind: "compare", attribute: name.text, mask, operator: operator.text, literal };
  }

  const node = isPunctuation("(") ? bracketed() : inside();
  if (index < tokens.length) throw filterError(here(), "unexpected text after the filter's end");
  return node;
}

function readLiteral(token: Token | undefined): Literal | undefined {
  switch (token?.kind) {
    case "string":
      return { kind: "string", raw: token.raw };
    case "number":
      return { kind: "number", value: token.value };
    case "time":
      return { kind: "time", ms: token.ms };
    case "curtime":
      return { kind: "curtime", offsetSeconds: token.offsetSeconds };
    case "binary":
      return { kind: "binary", hex: token.hex };
    case "word": {
      const text = token.text.toLowerCase();
      return text === "true" || text === "false" ? { kind: "boolean", value: text === "true" } : undefined;
    }
    default:
      return undefined;
  }
}
