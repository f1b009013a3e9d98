import type { RulePath } from "@cordon/core/rules";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { RuleFile, RuleFileProblem } from "./rule-file-problem.ts";
import { offsetInSource } from "./scalar-offset.ts";

const YAML_LIMITS = {
  fileCharsMax: 512 * 1_024,
  /** Aliases may multiply what a file says; so many nodes may come out of one. */
  aliasCountMax: 100,
  /** One slip in the syntax may be reported many times over. */
  errorsMax: 20,
} as const;

export interface YamlFile {
  /** Undefined when the text is not one YAML document. */
  readonly value: unknown;
  readonly problems: readonly RuleFileProblem[];
  /** Where the value at a path begins; of a missing one, where its parent begins. `key`: where its key is written. */
  position(path: RulePath, at?: "key" | "value"): Place;
  /** Where a part of the text at a path stands, as far as it is on one line. */
  positionInText(path: RulePath, offset: number, length: number): Place;
}

export interface Place {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** How much of the line is meant; at least 1. */
  readonly length: number;
}

/**
 * Reads one YAML 1.2 document. What YAML 1.1 programs read otherwise (`yes`, `on`, `0123`) and what a number would lose
 * (digits beyond 2^53) is refused rather than guessed.
 */
export function readYaml(file: RuleFile): YamlFile {
  const lines = new LineCounter();
  const problems: RuleFileProblem[] = [];
  const report = (offset: number, message: string): void => {
    problems.push({ file: file.name, ...place(lines, file.text, offset, offset), path: "", code: "bad_yaml", message });
  };
  if (file.text.length > YAML_LIMITS.fileCharsMax) {
    report(0, `the file has ${file.text.length} characters; at most ${YAML_LIMITS.fileCharsMax}`);
    return { value: undefined, problems, position: () => BEGIN, positionInText: () => BEGIN };
  }
  let document: Document.Parsed | undefined;
  let value: unknown;
  try {
    document = parseDocument(file.text, { version: "1.2", lineCounter: lines, prettyErrors: false, logLevel: "error" });
    for (const { pos, code, message } of document.errors.slice(0, YAML_LIMITS.errorsMax)) {
      report(pos[0], explain(code, message));
    }
    checkScalars(document, report);
    // A key that stands twice does not hide the file's other mistakes; broken syntax does.
    const readable = document.errors.every(({ code }) => code === "DUPLICATE_KEY");
    if (readable) value = document.toJS({ maxAliasCount: YAML_LIMITS.aliasCountMax });
  } catch (thrown) {
    // The library recurses over nesting and refuses alias bombs: RangeError and ReferenceError, both made by the text.
    if (!(thrown instanceof RangeError || thrown instanceof ReferenceError)) throw thrown;
    const bomb = thrown instanceof ReferenceError;
    report(0, bomb ? "its aliases multiply beyond the limit; write the values out" : "the file nests too deep");
  }
  const root = document?.contents ?? undefined;
  return {
    value,
    problems,
    position(path, at = "value") {
      const [start, end] = rangeOf(find(root, document, path, at));
      return place(lines, file.text, start, end);
    },
    positionInText(path, offset, length) {
      const node = find(root, document, path, "value");
      if (!isScalar(node)) return place(lines, file.text, ...rangeOf(node));
      const start = offsetInSource(file.text, node, offset);
      return place(lines, file.text, start, Math.max(start, offsetInSource(file.text, node, offset + length)));
    },
  };
}

const BEGIN: Place = { line: 1, column: 1, length: 1 };

function place(lines: LineCounter, text: string, start: number, end: number): Place {
  const { line, col } = lines.linePos(start);
  const [shown = ""] = text.slice(start, end).split("\n", 1);
  return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, shown.trimEnd().length) };
}

function rangeOf(node: Node | undefined): readonly [start: number, end: number] {
  const [start = 0, end = start] = node?.range ?? [];
  return [start, end];
}

function explain(code: string, message: string): string {
  if (code === "DUPLICATE_KEY") return "the key stands twice in this map; remove one of the two";
  if (code === "RESOURCE_EXHAUSTION") return "the file nests too deep";
  if (code === "MULTIPLE_DOCS") return "the file holds several documents (`---`); put all rules under one `rules:`";
  return message;
}

/** Words that YAML 1.1 reads as true or false and YAML 1.2 as text. */
const OLD_BOOLEAN = /^(?:yes|no|on|off)$/i;
const LEADING_ZERO = /^[-+]?0\d+$/;

function checkScalars(document: Document.Parsed, report: (offset: number, message: string) => void): void {
  visit(document, {
    Scalar(key, node) {
      const { source, type, value, range } = node;
      if (key === "key" || type !== "PLAIN" || source === undefined) return;
      const offset = range?.[0] ?? 0;
      const shown = source.slice(0, 40);
      if (OLD_BOOLEAN.test(source)) {
        report(offset, `write \`true\` or \`false\`, or put "${shown}" in quotes when the word itself is meant`);
      } else if (LEADING_ZERO.test(source)) {
        report(offset, `put "${shown}" in quotes: as a number it would lose its leading zero`);
      } else if (typeof value === "number" && !isExact(value)) {
        report(offset, `put "${shown}" in quotes: as a number it would lose digits`);
      }
    },
  });
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** The node at the path; of a missing one, the last that is there. */
function find(
  root: Node | undefined,
  document: Document | undefined,
  path: RulePath,
  at: "key" | "value",
): Node | undefined {
  let node: Node | undefined = root;
  for (const [depth, part] of path.entries()) {
    if (node !== undefined && isAlias(node)) node = document === undefined ? undefined : node.resolve(document);
    let next: Node | undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      const keyNode = pair?.key as Node | undefined;
      next = (pair?.value ?? undefined) as Node | undefined;
      if (at === "key" && depth === path.length - 1) next = keyNode;
      // A key without a value still has a place.
      next ??= keyNode;
    } else if (isSeq(node)) next = node.items[Number(part)] as Node | undefined;
    if (next === undefined) break;
    node = next;
  }
  return node;
}
