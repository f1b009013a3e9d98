import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, type Metafile } from "esbuild";
import type { BuildInfo } from "./build-info.ts";

export interface Bundle {
  readonly code: Uint8Array;
  readonly metafile: Metafile;
}

/** `ws` looks for two native helpers and does without them; the agent takes no native part. */
const LEFT_OUT = ["bufferutil", "utf-8-validate"];

/** The agent's sources and their libraries as one CommonJS text. */
export function bundleAgent(root: string, info: BuildInfo): Promise<Bundle> {
  return bundleProgram(root, path.join(root, "apps/agent/src/main.ts"), { CORDON_BUILD: JSON.stringify(info) });
}

/** Any program of the checkout, the way the agent is bundled: small, because reading it is a third of the agent's start. */
export async function bundleProgram(
  root: string,
  entryPoint: string,
  define: Readonly<Record<string, string>> = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: "program.cjs",
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    // Their authors' names are not all ASCII, and one such letter makes V8 keep two bytes for each of the text.
    legalComments: "external",
    external: LEFT_OUT,
    define: { ...define },
    logLevel: "warning",
  });
  const file = outputFiles.find(({ path: name }) => name.endsWith(".cjs"));
  if (file === undefined) throw new Error("esbuild made no bundle");
  const native = Object.keys(metafile.inputs).filter((name) => name.endsWith(".node"));
  if (native.length > 0) throw new Error(`the agent takes no native part, but the bundle has ${native.join(", ")}`);
  return { code: file.contents, metafile };
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
