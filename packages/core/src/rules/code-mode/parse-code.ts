import type { FieldCatalogue } from "../../event/index.ts";
import { RULE_LIMITS as LIMITS } from "../limits.ts";
import type { RulePath } from "../problem.ts";
import type { WhenNode } from "../when.ts";
import { type CodeProblem, type CodeSpan, placeOf } from "./code-problem.ts";
import { parseCondition } from "./parse-condition.ts";
import { spanAt } from "./spans.ts";
import { createTokenReader, Mistake, show, type TokenReader } from "./token-reader.ts";

export type ParsedCode =
  | {
      readonly ok: true;
      readonly when: WhenNode;
      /** Where the part of the tree at a path (`["all", 1, "field"]`) stands in the text; of a missing one, its parent. */
      spanOf(path: RulePath): CodeSpan;
    }
  /** In the order of the text. */
  | { readonly ok: false; readonly problems: readonly CodeProblem[] };

/** More slips in one line are not worth reading. */
const PROBLEMS_MAX = 20;
/** Reading goes on behind a mistake, and ends with this one: a text of nothing but mistakes is not worth its length. */
const PROBLEMS_SEEN_MAX = 200;

/**
 * Reads a line of KUMA's code mode. With a catalogue, a word to the right of an operator that is no field is told to be a
 * text without quotes; whether fields exist is otherwise the compiler's business.
 */
export function parseCode(text: string, catalogue?: FieldCatalogue): ParsedCode {
  const problems: CodeProblem[] = [];
  const report = ({ offset, length }: CodeSpan, message: string, suggestion?: string): void => {
    // Reading goes on after a mistake, and may stumble over the same place again.
    if (problems.some((known) => known.offset === offset)) return;
    const place = { offset, length, ...placeOf(text, offset) };
    problems.push({ ...place, message, ...(suggestion === undefined ? {} : { suggestion }) });
  };
  if (text.length > LIMITS.codeCharsMax) {
    report({ offset: 0, length: 0 }, `the condition has ${text.length} characters; at most ${LIMITS.codeCharsMax}`);
    return { ok: false, problems };
  }
  const reader = createTokenReader(text, report, catalogue);
  const when = parseAll(reader, () => problems.length >= PROBLEMS_SEEN_MAX);
  if (problems.length === 0 && when !== undefined)
    return { ok: true, when, spanOf: (path) => spanAt(reader.spans, when, path) };
  return { ok: false, problems: problems.toSorted((left, right) => left.offset - right.offset).slice(0, PROBLEMS_MAX) };
}

function parseAll(reader: TokenReader, isEnough: () => boolean): WhenNode | undefined {
  const nothing = reader.peek();
  if (nothing.kind === "end") {
    reader.report({ offset: 0, length: nothing.offset }, "there is no condition; write it like Priority >= 3");
    return undefined;
  }
  try {
    for (;;) {
      const node = parseGroup(reader, "OR", 1);
      const rest = reader.peek();
      if (rest.kind === "end") return node;
      const join = reader.joinNear(rest);
      reader.report(rest, explainRest(reader), join);
      // What stands behind it may have mistakes of its own. A field begins it, anything else stands before it.
      if ((rest.kind !== "word" && rest.kind !== "name") || join !== undefined) reader.next();
      if (reader.peek().kind === "join" && reader.peek().value !== "NOT") reader.next();
      if (isEnough() || reader.peek().kind === "end") return undefined;
    }
  } catch (thrown) {
    // Only nesting beyond the limit ends the reading; other mistakes are caught where they are.
    if (!(thrown instanceof Mistake)) throw thrown;
    reader.report(thrown.span, thrown.message, thrown.suggestion);
    return undefined;
  }
}

function explainRest(reader: TokenReader): string {
  const rest = reader.peek();
  if (rest.value === ")") return "this parenthesis closes nothing";
  if (rest.value === "]") return "this bracket closes nothing";
  return `AND or OR is missing before ${show(rest)}`;
}

function parseGroup(reader: TokenReader, word: "OR" | "AND", depth: number): WhenNode {
  if (depth > LIMITS.depthMax) throw new NestingMistake(reader.peek());
  const start = reader.peek().offset;
  const below = (): WhenNode => (word === "OR" ? parseGroup(reader, "AND", depth) : parseNot(reader, depth));
  const nodes = [below()];
  while (reader.peek().kind === "join" && reader.peek().value === word) {
    reader.next();
    nodes.push(below());
  }
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return only;
  return reader.spans.node(word === "OR" ? { any: nodes } : { all: nodes }, start, reader.end());
}

class NestingMistake extends Mistake {
  constructor(span: CodeSpan) {
    super(span, `the conditions nest more than ${LIMITS.depthMax} deep`);
  }
}

function parseNot(reader: TokenReader, depth: number): WhenNode {
  const token = reader.peek();
  if (token.kind !== "join" || token.value !== "NOT") return parseOne(reader, depth);
  if (depth > LIMITS.depthMax) throw new NestingMistake(token);
  reader.next();
  return reader.spans.node({ not: parseNot(reader, depth + 1) }, token.offset, reader.end());
}

/** One condition or group in parentheses; a mistake in it is reported, and reading goes on behind it [R22]. */
function parseOne(reader: TokenReader, depth: number): WhenNode {
  const begin = reader.position();
  try {
    const open = reader.peek();
    if (open.value !== "(" || open.kind !== "symbol") {
      return parseCondition(reader, () => parseGroup(reader, "OR", depth + 1));
    }
    reader.next();
    if (reader.peek().value === ")") throw new Mistake(reader.peek(), "the parentheses are empty");
    const node = parseGroup(reader, "OR", depth + 1);
    const close = reader.peek();
    if (close.value === ")" && close.kind === "symbol") reader.next();
    else if (close.kind === "end") reader.report(open, "this parenthesis is never closed");
    else throw new Mistake(close, explainRest(reader), reader.joinNear(close));
    return node;
  } catch (thrown) {
    if (!(thrown instanceof Mistake) || thrown instanceof NestingMistake) throw thrown;
    reader.report(thrown.span, thrown.message, thrown.suggestion);
    reader.skipCondition(begin);
    return { any: [] };
  }
}
