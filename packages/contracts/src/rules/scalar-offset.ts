import { Scalar } from "yaml";

/** Backslash and what belongs to it, in a double-quoted scalar. */
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|[\s\S])/y;
/** Escapes that stand for white space, or for nothing. */
const BLANK_ESCAPE = /^\\(?:[ntrvf_LP \t]|\r?\n[ \t]*)$/;
const BLANK = /\s/;

/**
 * Where the character at `offset` of a text scalar's value stands in the file. Values differ from what is written by quotes,
 * escapes, folding and indentation; both agree in the order of the characters that are not blank.
 */
export function offsetInSource(source: string, node: Scalar, offset: number): number {
  const [start = 0, end = 0] = node.range ?? [];
  const value = typeof node.value === "string" ? node.value : "";
  const isDouble = node.type === Scalar.QUOTE_DOUBLE;
  let at = bodyOf(source, node, start);

  const skipBlanks = (): void => {
    for (; at < end; ) {
      if (BLANK.test(source[at] ?? "")) at++;
      else if (isDouble && source[at] === "\\" && BLANK_ESCAPE.test(escapeAt(source, at)))
        at += escapeAt(source, at).length;
      else return;
    }
  };
  for (const char of value.slice(0, offset).split("")) {
    if (BLANK.test(char)) continue;
    skipBlanks();
    if (isDouble && source[at] === "\\") at += escapeAt(source, at).length;
    else if (node.type === Scalar.QUOTE_SINGLE && char === "'") at += 2;
    else at++;
  }
  if (offset < value.length && !BLANK.test(value[offset] ?? "")) skipBlanks();
  return Math.min(at, Math.max(start, end));
}

function escapeAt(source: string, at: number): string {
  ESCAPE.lastIndex = at;
  return ESCAPE.exec(source)?.[0] ?? "\\";
}

/** Where the first character can be: behind the quote, or in the line below a block's header. */
function bodyOf(source: string, node: Scalar, start: number): number {
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return start + 1;
  if (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED) {
    const header = source.indexOf("\n", start);
    return header === -1 ? start : header + 1;
  }
  return start;
}
