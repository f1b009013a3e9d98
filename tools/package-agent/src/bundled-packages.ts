import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Metafile } from "esbuild";

/** A library of which at least one file is in the bundle. */
export interface BundledPackage {
  /** `name@version`: a library may be in twice. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** As its package.json says: an SPDX expression, or what its author made of it. */
  readonly license?: string;
  readonly homepage?: string;
  /** Ids of the bundled packages that its bundled files import. */
  readonly dependsOn: readonly string[];
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string | { readonly type?: string };
  readonly homepage?: string;
}

/**
 * What is really in the executable, by what esbuild took in: not what some package.json asks for. Our own packages are one
 * component, the agent itself, whose direct dependencies come back under `agent`.
 */
export async function bundledPackages(
  root: string,
  metafile: Metafile,
): Promise<{ readonly packages: readonly BundledPackage[]; readonly agentDependsOn: readonly string[] }> {
  const ownerOf = new Map<string, string | undefined>();
  const manifests = new Map<string, Manifest>();
  for (const input of Object.keys(metafile.inputs)) {
    const folder = packageFolder(input);
    ownerOf.set(input, folder);
    if (folder !== undefined && !manifests.has(folder)) {
      manifests.set(folder, JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8")) as Manifest);
    }
  }
  const importsOf = new Map<string | undefined, Set<string>>();
  for (const [input, { imports }] of Object.entries(metafile.inputs)) {
    const from = ownerOf.get(input);
    const targets = importsOf.get(from) ?? new Set();
    importsOf.set(from, targets);
    for (const { path: imported } of imports) {
      const to = ownerOf.get(imported);
      if (to !== undefined && to !== from) targets.add(idOf(manifests.get(to)));
    }
  }
  const packages = [...manifests].map(([folder, manifest]) => describe(folder, manifest, importsOf.get(folder)));
  return {
    packages: packages.sort((left, right) => (left.id < right.id ? -1 : 1)),
    agentDependsOn: [...(importsOf.get(undefined) ?? [])].sort(),
  };
}

function describe(folder: string, manifest: Manifest, imports: ReadonlySet<string> | undefined): BundledPackage {
  const { name, version, homepage } = manifest;
  if (name === undefined || version === undefined) throw new Error(`${folder}/package.json names no name and version`);
  const license = typeof manifest.license === "string" ? manifest.license : manifest.license?.type;
  return {
    id: idOf(manifest),
    name,
    version,
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    dependsOn: [...(imports ?? [])].sort(),
  };
}

const idOf = (manifest: Manifest | undefined): string => `${manifest?.name}@${manifest?.version}`;

/** `node_modules/.pnpm/ws@8/node_modules/ws` of a file in it; undefined for our own sources. */
function packageFolder(input: string): string | undefined {
  const parts = input.split("/");
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1]?.startsWith("@") ? 3 : 2)).join("/");
}
