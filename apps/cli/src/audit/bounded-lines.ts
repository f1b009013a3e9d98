/**
 * The lines of a text that comes in pieces. Of a line that is longer than `charsMax` only its beginning is kept, one character more than that, so that
 * whoever reads it sees that it is too long and a file without line ends takes no memory.
 */
export async function* boundedLines(pieces: AsyncIterable<string>, charsMax: number): AsyncGenerator<string> {
  let line = "";
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", from)) {
      yield (line + piece.slice(from, Math.min(end, from + charsMax + 1))).slice(0, charsMax + 1);
      line = "";
      from = end + 1;
    }
    if (line.length <= charsMax) line += piece.slice(from, from + charsMax + 1);
  }
  if (line !== "") yield line.slice(0, charsMax + 1);
}
