import { parseDuration } from "../duration.ts";
import { nearestName } from "../nearest-name.ts";
import type { EntryOperator } from "../operators.ts";
import type { WhenNode } from "../when.ts";
import type { Places } from "./spans.ts";
import { isSymbol, parseList, takeField, takeKey, takeNumber, takeText } from "./take.ts";
import { Mistake, show, type TokenReader } from "./token-reader.ts";
import type { Token } from "./tokens.ts";

/** Conditions that begin with a word and a parenthesis. */

export function parseEntry(reader: TokenReader, op: EntryOperator): WhenNode {
  const word = reader.next();
  reader.expect("(", `\`${op}\``);
  const list = takeText(reader, "the name of a list");
  const key = takeKey(reader);
  const node = { op, list: list.value, key: key.map(({ value }) => value) };
  return reader.spans.node(node, word.offset, reader.end(), { op: word, list, key });
}

export function parseVulnerability(reader: TokenReader): WhenNode {
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

const COUNT_PARTS = ["within", "by", "distinct"] as const;

/** `count(<condition>, within '10m', by [SourceUserName], distinct DestinationHostName) >= 5` */
export function parseCount(reader: TokenReader, parseInner: () => WhenNode): WhenNode {
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
