import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import type { BuildInfo } from "./build-info.ts";
import { codeCacheOf } from "./code-cache.ts";
import { joinParts, type Part, readParts } from "./join-parts.ts";
import { makeWarmUpFolder } from "./warm-up-folder.ts";

export interface Bundle {
  readonly code: Uint8Array;
  readonly metafile: Metafile;
  readonly parts: readonly Part[];
  /** The same program with a code cache. */
  withCodeCache(cache: Uint8Array): Uint8Array;
}

/** Native helpers that `ws` looks for and does without: the agent takes no native part. */
const LEFT_OUT = ["bufferutil", "utf-8-validate"];

/**
 * Libraries' parts that they look for and do without too, here. `long` would be 64-bit numbers in WebAssembly, where the wire has
 * none beyond 53 bits; pino's transports would write logs with a file beside the program, in a thread; KSC speaks HTTP/1 alone.
 */
const EMPTY: readonly { readonly path: RegExp; readonly importer: RegExp }[] = [
  { path: /^long$/, importer: /protobufjs/ },
  { path: /^(\.\/lib|\.)\/transport$/, importer: /node_modules\/pino\// },
  { path: /^\.\/client-h2\.js$/, importer: /node_modules\/undici\// },
];

/** What `run` needs from its first moment on. Everything else that is imported when it is needed stays unread until then. */
const AT_START = ["apps/agent/src/cli.ts", "apps/agent/src/commands/run-command.ts"];

/** Of Node's own modules those that a start can do without, and that take a millisecond or more to load. */
const LATE_BUILTINS = ["assert", "child_process", "dns/promises", "fs/promises", "os", "tty", "worker_threads"];

/** The agent's sources and their libraries as one CommonJS text. */
export function bundleAgent(root: string, info: BuildInfo): Promise<Bundle> {
  return bundleProgram(root, "apps/agent/src/main.ts", {
    preamble: `globalThis.CORDON_BUILD=${JSON.stringify(info)};`,
    alsoAtStart: AT_START,
  });
}

/** Any program of the checkout, the way the agent is bundled: small, because reading it is a third of the agent's start. */
export async function bundleProgram(
  root: string,
  entryPoint: string,
  options: { readonly preamble?: string; readonly alsoAtStart?: readonly string[] } = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: path.resolve(root, entryPoint) },
    outdir: root,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    // Their authors' names are not all ASCII, and one such letter makes V8 keep two bytes for each of the text.
    legalComments: "external",
    external: LEFT_OUT,
    plugins: [leaveEmpty(EMPTY)],
    // As in the build of Node itself, undici then leaves its second, experimental parser out.
    define: { esbuildDetection: "1" },
    logLevel: "warning",
  });
  const native = Object.keys(metafile.inputs).filter((name) => name.endsWith(".node"));
  if (native.length > 0) throw new Error(`the agent takes no native part, but the bundle has ${native.join(", ")}`);
  const parts = await readParts(root, metafile.outputs, {
    files: outputFiles,
    entryPoint,
    alsoAtStart: options.alsoAtStart ?? [],
  });
  const join = (codeCache?: Uint8Array) =>
    Buffer.from(
      joinParts("./main.js", parts, {
        lateBuiltins: LATE_BUILTINS,
        ...(options.preamble === undefined ? {} : { preamble: options.preamble }),
        ...(codeCache === undefined ? {} : { codeCache }),
      }),
    );
  return { code: join(), metafile, parts, withCodeCache: join };
}

/** The bundle as a program that starts faster under the Node that runs this, after one run of it with these arguments. */
export async function warmed(bundle: Bundle, args: readonly string[]): Promise<Bundle> {
  return { ...bundle, code: bundle.withCodeCache(await codeCacheOf(bundle.code, args)) };
}

/** The agent, warmed by a run in a folder of its own. */
export async function warmedAgent(bundle: Bundle): Promise<Bundle> {
  await using folder = await makeWarmUpFolder();
  return await warmed(bundle, folder.args);
}

function leaveEmpty(left: typeof EMPTY): Plugin {
  return {
    name: "leave-empty",
    setup(build) {
      for (const { path: filter, importer } of left) {
        build.onResolve({ filter }, (found) =>
          importer.test(found.importer) ? { path: `${filter.source}`, namespace: "left-out" } : undefined,
        );
      }
      build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
    },
  };
}
/**
 * Node writes the bundle's path into the executable, so the path must follow from the content alone: then the same sources give
 * the same bytes. Whoever packs the same bundle at the same time writes the same file.
 */
export async function withBundleFile<T>(bundle: Bundle, work: (file: string) => Promise<T>): Promise<T> {
  const hash = createHash("sha256").update(bundle.code).digest("hex").slice(0, 16);
  const folder = path.join(tmpdir(), `cordon-package-${hash}`);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "cordon-agent.cjs");
  try {
    await writeFile(file, bundle.code);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
