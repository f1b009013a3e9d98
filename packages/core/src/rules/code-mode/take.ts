import type { Scalar } from "../when.ts";
import type { CodeSpan } from "./code-problem.ts";
import { Mistake, show, type TokenReader } from "./token-reader.ts";
import { printText, type Token } from "./tokens.ts";

/** The small parts of conditions: each takes its tokens, or throws what is wrong with them. */

export function takeField(reader: TokenReader, expected: string): Token {
  const token = reader.peek();
  if (token.kind === "word" && token.value.startsWith("$")) {
    throw new Mistake(token, `${show(token)} is a local variable of a KUMA rule; here only event fields can be named`);
  }
  if (token.kind === "word" || token.kind === "name") return reader.next();
  const isTurned = token.kind === "text" && reader.peek(1).kind === "symbol" && reader.peek(2).kind === "word";
  const turned = isTurned ? `\`${reader.peek(2).value} ${reader.peek(1).value} ${printText(token.value)}\`` : undefined;
  throw new Mistake(token, `${expected}; found ${show(token)}`, turned);
}

export function scalarOf(token: Token): Scalar | undefined {
  if (token.kind === "text") return token.value;
  if (token.kind === "number") return Number(token.value);
  if (token.kind !== "word") return undefined;
  const lower = token.value.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

export function parseList(
  reader: TokenReader,
  after: string,
): { readonly values: readonly Scalar[]; readonly places: readonly CodeSpan[] } {
  const values: Scalar[] = [];
  const places: CodeSpan[] = [];
  const open = reader.expect("[", after);
  while (!isSymbol(reader, "]")) {
    const token = reader.peek();
    const scalar = scalarOf(token);
    if (token.kind === "end") throw new Mistake(open, "this list is never closed");
    if (scalar === undefined) {
      const quoted = token.kind === "word" ? printText(token.value) : undefined;
      throw new Mistake(token, `a list holds texts and numbers; found ${show(token)}`, quoted);
    }
    values.push(scalar);
    places.push(reader.next());
    if (isSymbol(reader, ",")) reader.next();
    else if (reader.peek().kind === "end") throw new Mistake(open, "this list is never closed");
    else if (!isSymbol(reader, "]")) {
      throw new Mistake(reader.peek(), `a comma is missing in the list before ${show(reader.peek())}`);
    }
  }
  reader.next();
  return { values, places };
}

export function isSymbol(reader: TokenReader, symbol: string): boolean {
  const { kind, value } = reader.peek();
  return kind === "symbol" && value === symbol;
}

export function takeText(reader: TokenReader, what: string): Token {
  const token = reader.peek();
  if (token.kind === "text") return reader.next();
  const quoted = token.kind === "word" ? printText(token.value) : undefined;
  throw new Mistake(token, `${what} is missing, as a text in single quotes; found ${show(token)}`, quoted);
}

/** Fields up to the closing parenthesis. */
export function takeKey(reader: TokenReader): readonly Token[] {
  const key: Token[] = [];
  do {
    reader.expect(",", key.length === 0 ? "the name" : "the field");
    key.push(takeField(reader, "an event field of the key is missing"));
  } while (isSymbol(reader, ","));
  reader.expect(")", "the key");
  return key;
}

export function takeNumber(reader: TokenReader, what: string): Token {
  const token = reader.peek();
  if (token.kind === "number") return reader.next();
  throw new Mistake(token, `${what} is missing; found ${show(token)}`);
}
