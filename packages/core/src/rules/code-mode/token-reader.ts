import type { FieldCatalogue } from "../../event/index.ts";
import { nearestName } from "../nearest-name.ts";
import type { CodeSpan } from "./code-problem.ts";
import { createSpans, type Spans } from "./spans.ts";
import { type ReportCode, type Token, tokensOf } from "./tokens.ts";

/** Thrown at the first mistake of a condition, and caught where the next one begins; never leaves the parser. */
export class Mistake extends Error {
  readonly span: CodeSpan;
  readonly suggestion: string | undefined;

  constructor(span: CodeSpan, message: string, suggestion?: string) {
    super(message);
    this.span = { offset: span.offset, length: span.length };
    this.suggestion = suggestion;
  }
}

export interface TokenReader {
  readonly report: ReportCode;
  readonly spans: Spans;
  readonly catalogue: FieldCatalogue | undefined;
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the symbol, or says that it is missing after what. */
  expect(symbol: string, after: string): Token;
  /** Where the token that was taken last ends. */
  end(): number;
  position(): number;
  /** Goes to the AND, OR or closing parenthesis that ends the condition which began at `from`. */
  skipCondition(from: number): void;
  /** AND or OR when the token looks like a slip of one. */
  joinNear(token: Token): string | undefined;
}

export function createTokenReader(
  text: string,
  report: ReportCode,
  catalogue: FieldCatalogue | undefined,
): TokenReader {
  const tokens = tokensOf(text, report);
  const end: Token = { kind: "end", value: "", offset: text.length, length: 0 };
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? end;
  const next = (): Token => {
    const token = peek();
    if (at < tokens.length) at++;
    return token;
  };
  return {
    report,
    spans: createSpans(),
    catalogue,
    peek,
    next,
    expect(symbol, after) {
      const token = peek();
      if (token.kind === "symbol" && token.value === symbol) return next();
      throw new Mistake(token, `\`${symbol}\` is missing after ${after}; found ${show(token)}`);
    },
    end() {
      const last = tokens[at - 1];
      return last === undefined ? 0 : last.offset + last.length;
    },
    position: () => at,
    skipCondition(from) {
      at = from;
      let open = 0;
      for (; peek().kind !== "end"; next()) {
        const { kind, value } = peek();
        if (open === 0 && kind === "join" && value !== "NOT") return;
        if (kind !== "symbol") continue;
        if (value === "(" || value === "[") open++;
        else if (value === ")" || value === "]") {
          if (open === 0) return;
          open--;
        }
      }
    },
    joinNear({ kind, value }) {
      if (kind !== "word") return undefined;
      const near = nearestName(value, ["AND", "OR"]);
      return near === undefined ? undefined : `\`${near}\``;
    },
  };
}

export function show(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end";
    case "text":
      return `the text '${token.value.slice(0, 40)}'`;
    case "number":
      return `the number ${token.value.slice(0, 40)}`;
    default:
      return `\`${token.value.slice(0, 40)}\``;
  }
}
