import { nearestName } from "../nearest-name.ts";
import {
  COMPARISON_OPERATORS,
  ENTRY_OPERATORS,
  type EntryOperator,
  RULE_OPERATORS,
  type RuleOperator,
} from "../operators.ts";
import type { Cell, RightSide, WhenNode } from "../when.ts";
import type { CodeSpan } from "./code-problem.ts";
import { parseCount, parseEntry, parseVulnerability } from "./parse-calls.ts";
import type { Places } from "./spans.ts";
import { parseList, scalarOf, takeField, takeKey, takeText } from "./take.ts";
import { Mistake, show, type TokenReader } from "./token-reader.ts";
import { printText } from "./tokens.ts";
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
