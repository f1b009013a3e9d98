import path from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { type Metafile, type OutputFile, transform } from "esbuild";
import { bootProgram, runParts } from "./part-loader.ts";

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

/** One CommonJS text that runs `main`, after `preamble`. */
export function joinParts(
  main: string,
  parts: readonly Part[],
  options: {
    readonly preamble?: string;
    readonly codeCache?: Uint8Array;
    readonly lateBuiltins: readonly string[];
  },
): string {
  const { preamble = "", codeCache, lateBuiltins } = options;
  const late = parts
    .filter(({ atStart }) => !atStart)
    .map(({ name, text }) => `${JSON.stringify(name)}:${pack(Buffer.from(bodyOf(text), "latin1"))}`);
  const packed = [
    `start:${pack(Buffer.from(startText(main, parts, lateBuiltins), "latin1"))}`,
    `codeCache:${codeCache === undefined ? "undefined" : pack(codeCache)}`,
    `late:{${late.join(",\n")}}`,
  ];
  return `"use strict";${preamble}(${bootProgram.toString()})({${packed.join(",\n")}},require);\n`;
}

function startText(main: string, parts: readonly Part[], lateBuiltins: readonly string[]): string {
  // In parentheses, V8 compiles a function where it meets it, instead of reading it twice.
  const bodies = parts
    .filter(({ atStart }) => atStart)
    .map(({ name, text }) => `${JSON.stringify(name)}:${bodyOf(text)}`);
  const started = `{main:${JSON.stringify(main)},lateBuiltins:${JSON.stringify(lateBuiltins)},bodies:{${bodies.join(",\n")}}}`;
  return `(function(late,unpack,node){(${runParts.toString()})(${started},late,unpack,node)})`;
}

const bodyOf = (text: string) => `(function(exports,require,module){${text}\n})`;

/** See `Packed`. */
function pack(content: Uint8Array): string {
  const level = { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } };
  return `function(){/*${zstdCompressSync(content, level).toString("base64")}*/}`;
}

/** The highest that needs no more memory to read than others. */
const ZSTD_LEVEL = 19;
