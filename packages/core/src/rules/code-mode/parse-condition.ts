import { parseDuration } from "../duration.ts";
import { nearestName } from "../nearest-name.ts";
import {
  COMPARISON_OPERATORS,
  ENTRY_OPERATORS,
  type EntryOperator,
  RULE_OPERATORS,
  type RuleOperator,
} from "../operators.ts";
import type { Cell, RightSide, Scalar, WhenNode } from "../when.ts";
import type { CodeSpan } from "./code-problem.ts";
import type { Places } from "./spans.ts";
import { Mistake, show, type TokenReader } from "./token-reader.ts";
import { printText, type Token } from "./tokens.ts";
import { CALL_WORDS, IGNORE_CASE, OPERATORS_ELSEWHERE } from "./words.ts";

/** One condition. `parseInner` reads what stands in a `count(…)`. */
export function parseCondition(reader: TokenReader, parseInner: () => WhenNode): WhenNode {
  const first = reader.peek();
  if (isCall(reader)) {
    if (first.value === "count") return parseCount(reader, parseInner);
    if (first.value === "hasVulnerability") return parseVulnerability(reader);
    if (isEntryOperator(first.value)) return parseEntry(reader, first.value);
    if (first.value === "lookup") {
      const { cell, span } = parseCell(reader);
      return parseComparison(reader, first.offset, { cell }, { cell: span });
    }
    const near = nearestName(first.value, CALL_WORDS);
    throw new Mistake(
      first,
      `there is no \`${first.value.slice(0, 60)}(…)\` that begins a condition`,
      near && `\`${near}\``,
    );
  }
  const field = takeField(reader, "a condition begins with an event field");
  return parseComparison(reader, first.offset, { field: field.value }, { field });
}

/** A word with a parenthesis right behind it; a text there may be meant as one too, but is not. */
function isCall(reader: TokenReader): boolean {
  return reader.peek().kind === "word" && reader.peek(1).kind === "symbol" && reader.peek(1).value === "(";
}

function isEntryOperator(word: string): word is EntryOperator {
  return (ENTRY_OPERATORS as readonly string[]).includes(word);
}

function takeField(reader: TokenReader, expected: string): Token {
  const token = reader.peek();
  if (token.kind === "word" && token.value.startsWith("$")) {
    throw new Mistake(token, `${show(token)} is a local variable of a KUMA rule; here only event fields can be named`);
  }
  if (token.kind === "word" || token.kind === "name") return reader.next();
  const isTurned = token.kind === "text" && reader.peek(1).kind === "symbol" && reader.peek(2).kind === "word";
  const turned = isTurned ? `\`${reader.peek(2).value} ${reader.peek(1).value} ${printText(token.value)}\`` : undefined;
  throw new Mistake(token, `${expected}; found ${show(token)}`, turned);
}

type Left = { readonly field: string } | { readonly cell: Cell };

function parseComparison(
  reader: TokenReader,
  start: number,
  left: Left,
  leftPlace: Readonly<Record<string, Places>>,
): WhenNode {
  const known = "cell" in left ? COMPARISON_OPERATORS : RULE_OPERATORS;
  const shown = "cell" in left ? "the cell" : `\`${left.field.slice(0, 60)}\``;
  const operator = reader.peek();
  const op = takeOperator(reader, known, shown);
  const { right, places } = parseRight(reader, op);
  const ignoreCase = reader.peek().kind === "word" && reader.peek().value === IGNORE_CASE ? reader.next() : undefined;
  const members = { ...leftPlace, op: operator, ...places, ...(ignoreCase === undefined ? {} : { ignoreCase }) };
  const node = { ...left, op, ...right, ...(ignoreCase === undefined ? {} : { ignoreCase: true }) } as WhenNode;
  return reader.spans.node(node, start, reader.end(), members);
}

function takeOperator(reader: TokenReader, known: readonly RuleOperator[], left: string): RuleOperator {
  const token = reader.peek();
  const exact = known.find((op) => op === token.value);
  if (exact !== undefined && token.kind !== "text") {
    reader.next();
    return exact;
  }
  if (token.kind === "join" && token.value === "NOT") {
    throw new Mistake(token, `NOT stands before the whole condition: NOT ${left.replaceAll("`", "")} …`);
  }
  if (token.kind !== "word") {
    throw new Mistake(token, `an operator is missing after ${left}; found ${show(token)}`);
  }
  const elsewhere = Object.keys(OPERATORS_ELSEWHERE).find((each) => each.toLowerCase() === token.value.toLowerCase());
  const near =
    (elsewhere === undefined ? undefined : OPERATORS_ELSEWHERE[elsewhere]) ?? nearestName(token.value, known);
  const meant = known.find((op) => op === near);
  const message = `there is no operator ${show(token)}; the operators are ${known.join(", ")}`;
  if (meant === undefined) throw new Mistake(token, message);
  // Read on as meant, so that the value's mistakes show up in the same run.
  reader.report(token, message, `\`${meant}\``);
  reader.next();
  return meant;
}

interface Right {
  readonly right: RightSide;
  readonly places: Readonly<Record<string, Places>>;
}

function parseRight(reader: TokenReader, op: RuleOperator): Right {
  const token = reader.peek();
  const after = `\`${op}\``;
  if (token.kind === "symbol" && token.value === "[") {
    const { values, places } = parseList(reader, after);
    return { right: { value: values }, places: { value: places } };
  }
  const scalar = scalarOf(token);
  if (scalar !== undefined) {
    reader.next();
    return { right: { value: scalar }, places: { value: token } };
  }
  if (isCall(reader)) {
    if (token.value === "lookup") {
      const { cell, span } = parseCell(reader);
      return { right: { valueCell: cell }, places: { valueCell: span } };
    }
    if (token.value === "list") {
      reader.next();
      reader.expect("(", "`list`");
      const name = takeText(reader, "the name of a list");
      reader.expect(")", "the list's name");
      return { right: { valueList: name.value }, places: { valueList: name } };
    }
  }
  if (token.kind === "word" || token.kind === "name") {
    const { catalogue } = reader;
    if (token.kind === "word" && catalogue !== undefined && catalogue.typeOf(token.value) === undefined) {
      const near = nearestName(token.value, catalogue.names);
      const message = `${show(token)} is no event field; a text stands in single quotes`;
      throw new Mistake(
        token,
        message,
        near === undefined ? printText(token.value) : `\`${near}\` or ${printText(token.value)}`,
      );
    }
    const field = takeField(reader, "a value or a field is missing");
    return { right: { valueField: field.value }, places: { valueField: field } };
  }
  throw new Mistake(token, `a value is missing after ${after}; found ${show(token)}`);
}

function scalarOf(token: Token): Scalar | undefined {
  if (token.kind === "text") return token.value;
  if (token.kind === "number") return Number(token.value);
  if (token.kind !== "word") return undefined;
  const lower = token.value.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

function parseList(
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

function isSymbol(reader: TokenReader, symbol: string): boolean {
  const { kind, value } = reader.peek();
  return kind === "symbol" && value === symbol;
}

function takeText(reader: TokenReader, what: string): Token {
  const token = reader.peek();
  if (token.kind === "text") return reader.next();
  const quoted = token.kind === "word" ? printText(token.value) : undefined;
  throw new Mistake(token, `${what} is missing, as a text in single quotes; found ${show(token)}`, quoted);
}

/** Fields up to the closing parenthesis. */
function takeKey(reader: TokenReader): readonly Token[] {
  const key: Token[] = [];
  do {
    reader.expect(",", key.length === 0 ? "the name" : "the field");
    key.push(takeField(reader, "an event field of the key is missing"));
  } while (isSymbol(reader, ","));
  reader.expect(")", "the key");
  return key;
}

function parseEntry(reader: TokenReader, op: EntryOperator): WhenNode {
  const word = reader.next();
  reader.expect("(", `\`${op}\``);
  const list = takeText(reader, "the name of a list");
  const key = takeKey(reader);
  const node = { op, list: list.value, key: key.map(({ value }) => value) };
  return reader.spans.node(node, word.offset, reader.end(), { op: word, list, key });
}

function parseCell(reader: TokenReader): { readonly cell: Cell; readonly span: CodeSpan } {
  const word = reader.next();
  reader.expect("(", "`lookup`");
  const list = takeText(reader, "the name of a list");
  reader.expect(",", "the list's name");
  const column = takeText(reader, "the name of a column");
  const key = takeKey(reader);
  const span = { offset: word.offset, length: reader.end() - word.offset };
  const cell = { list: list.value, key: key.map(({ value }) => value), column: column.value };
  return { cell: reader.spans.node(cell, word.offset, reader.end(), { list, column, key }), span };
}

function parseVulnerability(reader: TokenReader): WhenNode {
  const word = reader.next();
  reader.expect("(", "`hasVulnerability`");
  const list = takeText(reader, "the name of a list");
  reader.expect(",", "the list's name");
  const field = takeField(reader, "the field with the asset id is missing");
  let cves: ReturnType<typeof parseList> | undefined;
  let severity: Token | undefined;
  if (isSymbol(reader, ",")) {
    reader.next();
    if (isSymbol(reader, "[")) {
      cves = parseList(reader, "the field");
      if (isSymbol(reader, ",")) {
        reader.next();
        severity = takeNumber(reader, "the lowest severity");
      }
    } else severity = takeNumber(reader, "a list of CVEs or the lowest severity");
  }
  reader.expect(")", "the arguments of `hasVulnerability`");
  const node = {
    op: "hasVulnerability" as const,
    field: field.value,
    list: list.value,
    ...(cves === undefined ? {} : { cves: cves.values.map(String) }),
    ...(severity === undefined ? {} : { minSeverity: Number(severity.value) }),
  };
  return reader.spans.node(node, word.offset, reader.end(), {
    op: word,
    field,
    list,
    ...(cves === undefined ? {} : { cves: cves.places }),
    ...(severity === undefined ? {} : { minSeverity: severity }),
  });
}

function takeNumber(reader: TokenReader, what: string): Token {
  const token = reader.peek();
  if (token.kind === "number") return reader.next();
  throw new Mistake(token, `${what} is missing; found ${show(token)}`);
}

const COUNT_PARTS = ["within", "by", "distinct"] as const;

/** `count(<condition>, within '10m', by [SourceUserName], distinct DestinationHostName) >= 5` */
function parseCount(reader: TokenReader, parseInner: () => WhenNode): WhenNode {
  const word = reader.next();
  reader.expect("(", "`count`");
  const of = parseInner();
  const places: Record<string, Places> = {};
  const parts: { windowMs?: number; by?: readonly string[]; distinct?: string } = {};
  while (isSymbol(reader, ",")) {
    reader.next();
    const name = reader.peek();
    const part = COUNT_PARTS.find((each) => each === name.value);
    if (part === undefined || name.kind !== "word") {
      const near = nearestName(name.value, COUNT_PARTS);
      throw new Mistake(name, `\`count\` takes ${COUNT_PARTS.join(", ")}; found ${show(name)}`, near && `\`${near}\``);
    }
    if (places[part] !== undefined) throw new Mistake(name, `\`${part}\` stands twice`);
    reader.next();
    places[part] = reader.peek();
    if (part === "within") parts.windowMs = takeDuration(reader);
    else if (part === "distinct")
      parts.distinct = takeField(reader, "the field to count the values of is missing").value;
    else {
      const fields = takeFields(reader);
      places.by = fields;
      parts.by = fields.map(({ value }) => value);
    }
  }
  reader.expect(")", "the arguments of `count`");
  const { windowMs, ...others } = parts;
  if (windowMs === undefined) throw new Mistake(word, "`count` needs a window: count(…, within '10m') >= 5");
  const compare = reader.peek();
  if (compare.value !== ">=")
    throw new Mistake(compare, `\`count(…)\` is compared with \`>=\`; found ${show(compare)}`);
  reader.next();
  const atLeast = takeNumber(reader, "how many there must be at least");
  const count = { of, windowMs, ...others, atLeast: Number(atLeast.value) };
  const { within, ...rest } = places;
  reader.spans.node(count, word.offset, reader.end(), {
    ...rest,
    ...(within === undefined ? {} : { windowMs: within, within }),
    atLeast,
  });
  return reader.spans.node({ count }, word.offset, reader.end(), {});
}

function takeDuration(reader: TokenReader): number {
  const token = takeText(reader, "a duration");
  const ms = parseDuration(token.value);
  if (ms === undefined)
    throw new Mistake(token, `${show(token)} is no duration; write it like '90s', '10m', '4h' or '1d'`);
  return ms;
}

function takeFields(reader: TokenReader): readonly Token[] {
  const fields: Token[] = [];
  reader.expect("[", "`by`");
  do {
    if (fields.length > 0) reader.next();
    fields.push(takeField(reader, "an event field is missing"));
  } while (isSymbol(reader, ","));
  reader.expect("]", "the fields");
  return fields;
}
