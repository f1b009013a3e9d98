/** A record of a CSV text (RFC 4180): its cells, and the line on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** Why it cannot be read; what follows it still is. */
  readonly problem?: string;
}

/** Records one after another, empty lines left out. A quoted cell may go over several lines; `"` in it is doubled. */
export function* csvRecords(text: string, charsMax: number): Generator<CsvRecord> {
  let place = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (place < text.length) {
    const begin = line;
    const cells: string[] = [];
    let problem: string | undefined;
    const from = place;
    for (;;) {
      if (text[place] === '"') {
        const quoted = quotedCell(text, place);
        if (quoted === undefined) {
          // The rest of its line is lost; the next one is read as if nothing were open.
          problem = "a quote is opened and not closed";
          place = endOfLine(text, place);
        } else {
          cells.push(quoted.cell);
          line += quoted.lines;
          place = quoted.end;
          if (place < text.length && !/[,\r\n]/.test(text[place] as string)) {
            problem ??=
              "something stands behind a closing quote; a cell with quotes in it is quoted, and they are doubled";
            place = nextBreak(text, place);
          }
        }
      } else {
        const end = nextBreak(text, place);
        cells.push(text.slice(place, end));
        place = end;
      }
      if (text[place] !== ",") break;
      place++;
    }
    if (place - from > charsMax) problem = `the line has ${place - from} characters; at most ${charsMax}`;
    if (text[place] === "\r") place++;
    if (text[place] === "\n") place++;
    line++;
    if (cells.length === 1 && cells[0] === "" && problem === undefined) continue;
    yield { line: begin, cells, ...(problem === undefined ? {} : { problem }) };
  }
}

const BREAKS = /[,\r\n]/g;

function nextBreak(text: string, from: number): number {
  BREAKS.lastIndex = from;
  return BREAKS.exec(text)?.index ?? text.length;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function quotedCell(text: string, open: number): { cell: string; end: number; lines: number } | undefined {
  let place = open + 1;
  for (;;) {
    const quote = text.indexOf('"', place);
    if (quote === -1) return undefined;
    if (text[quote + 1] !== '"') {
      const raw = text.slice(open + 1, quote);
      return { cell: raw.replaceAll('""', '"'), end: quote + 1, lines: raw.split("\n").length - 1 };
    }
    place = quote + 2;
  }
}
