import path from "node:path";
import { type Metafile, type OutputFile, transform } from "esbuild";
import { COMMENT_END, runParts } from "./part-loader.ts";

export interface Part {
  /** As the others import it. */
  readonly name: string;
  readonly text: string;
  readonly atStart: boolean;
}

/**
 * The parts of a split bundle, each as the body of a CommonJS module. At start are the entry point, what it imports, and of
 * what it imports when needed (`import()`) the sources that are named, with all that these import.
 */
export async function readParts(
  root: string,
  outputs: Metafile["outputs"],
  {
    files,
    entryPoint,
    alsoAtStart,
  }: {
    readonly files: readonly OutputFile[];
    readonly entryPoint: string;
    readonly alsoAtStart: readonly string[];
  },
): Promise<readonly Part[]> {
  const atStart = new Set<string>();
  const wanted = [entryPoint, ...alsoAtStart].map((source) => path.relative(root, path.resolve(root, source)));
  const add = (name: string): void => {
    if (atStart.has(name)) return;
    atStart.add(name);
    for (const { kind, path: imported, external } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) add(imported);
    }
  };
  for (const source of wanted) {
    const found = Object.entries(outputs).find(([, output]) => output.entryPoint === source);
    if (found === undefined) throw new Error(`${source} is not imported by itself, so it has no part of its own`);
    add(found[0]);
  }
  return Promise.all(
    files
      .filter(({ path: file }) => file.endsWith(".js"))
      .map(async ({ path: file, text }) => ({
        name: `./${path.basename(file)}`,
        text: await asCommonJs(text),
        atStart: atStart.has(path.relative(root, file)),
      })),
  );
}

async function asCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node24",
    minify: true,
    // One part finds another through the loader, at once.
    supported: { "dynamic-import": false },
  });
  return code.trimEnd();
}

/** One CommonJS text that runs `main`. */
export function joinParts(main: string, parts: readonly Part[], lateBuiltins: readonly string[]): string {
  const record = (of: readonly Part[], contentOf: (part: Part) => string) =>
    `{${of.map((part) => `${JSON.stringify(part.name)}:${contentOf(part)}`).join(",\n")}}`;
  const [atStart, late] = [parts.filter((part) => part.atStart), parts.filter((part) => !part.atStart)];
  // In parentheses, V8 compiles a function where it meets it, instead of reading it twice.
  const codes = record(atStart, ({ text }) => `(function(exports,require,module){${text}\n})`);
  const comments = record(late, ({ name, text }) => `function(){/*${asComment(name, text)}*/}`);
  const loaded = `{atStart:${codes},\nlate:${comments},\nlateBuiltins:${JSON.stringify(lateBuiltins)}}`;
  return `"use strict";(${runParts.toString()})(${JSON.stringify(main)},${loaded},${JSON.stringify(COMMENT_END)},require);\n`;
}

function asComment(name: string, text: string): string {
  if (text.includes(COMMENT_END))
    throw new Error(`${name} holds ${COMMENT_END}, which stands for the end of a comment`);
  return text.replaceAll("*/", COMMENT_END);
}
