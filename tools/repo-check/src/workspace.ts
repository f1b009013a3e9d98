import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export type Layer = "core" | "use-cases" | "adapter" | "testkit" | "app" | "tool";

export interface WorkspacePackage {
  /** Folder relative to the root, e.g. `packages/core`. */
  readonly folder: string;
  readonly name: string;
  readonly layer: Layer;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

export interface SourceFile {
  /** Path relative to the root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** Undefined for files outside the packages. */
  readonly owner: WorkspacePackage | undefined;
  readonly isTest: boolean;
  readonly isGenerated: boolean;
}

export interface Workspace {
  readonly root: string;
  readonly packages: readonly WorkspacePackage[];
  readonly sources: readonly SourceFile[];
}

const LAYERS: readonly string[] = ["core", "use-cases", "adapter", "testkit", "app", "tool"];

/** Reads what git tracks and what it would track: the tree as it would be committed. */
export function readWorkspace(root: string): Workspace {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = listed.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
  const packages = files
    .filter((file) => /^(packages|apps|tools)\/[^/]+\/package\.json$/.test(file))
    .map((file) => readPackage(root, file));
  const sources = files
    .filter((file) => /\.(ts|tsx|mjs|cjs)$/.test(file))
    .map((file) => toSource(file, readFileSync(path.join(root, file), "utf8"), packages));
  return { root, packages, sources };
}

export function toSource(file: string, text: string, packages: readonly WorkspacePackage[]): SourceFile {
  return {
    file,
    text,
    owner: packages.find(({ folder }) => file.startsWith(`${folder}/`)),
    isTest: /\.test\.ts$/.test(file) || /(^|\/)test\//.test(file),
    isGenerated: /(^|\/)generated\//.test(file),
  };
}

function readPackage(root: string, file: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(path.join(root, file), "utf8"));
  const layer = manifest.cordon?.layer;
  if (!LAYERS.includes(layer)) throw new Error(`${file}: "cordon.layer" must be one of ${LAYERS.join(", ")}`);
  return {
    folder: path.posix.dirname(file),
    name: manifest.name,
    layer,
    dependencies: new Set(Object.keys(manifest.dependencies ?? {})),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
  };
}
