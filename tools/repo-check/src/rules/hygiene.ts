import path from "node:path";
import { matches, type Rule, type Violation } from "../violation.ts";
import type { SourceFile } from "../workspace.ts";

const VAGUE_NAMES = /^(utils?|helpers?|common|misc|manager|.*-manager|.*-utils?|.*-helpers?)\.tsx?$/;
/** Spelled so that this file does not match itself. */
const LEFTOVERS = new RegExp(`\\b(?:TO${"DO"}|FIX${"ME"}|XX${"X"}|HA${"CK"})\\b`, "g");
const UNRUN_TESTS = /\b(?:it|test|describe)\.(?:only|skip|todo)\(/g;
const ENVIRONMENT = /\bprocess\.env\b/g;

/** An app's main hands the environment to its config, which alone knows names; tools and tests are programs of their own. */
function mayReadEnvironment({ file, owner, isTest }: SourceFile): boolean {
  if (isTest || owner === undefined || owner.layer === "tool" || owner.layer === "testkit") return true;
  return owner.layer === "app" && /\/(?:main\.ts$|config(?:\/|\.ts$|-))/.test(file);
}

export const hygieneRules: Rule = (workspace) =>
  workspace.sources
    .filter(({ isGenerated }) => !isGenerated)
    .flatMap((source): readonly Violation[] => [
      ...nameProblems(source),
      ...matches(
        source,
        LEFTOVERS,
        ([found]) => `"${found}" left in the code: do it, or write down why not in docs/adr`,
      ),
      ...matches(source, UNRUN_TESTS, ([found]) => `${found}…): every test runs, always`),
      ...(mayReadEnvironment(source)
        ? []
        : matches(source, ENVIRONMENT, () => "process.env is read in an app's config only; hand the value down")),
    ]);

function nameProblems({ file }: SourceFile): readonly Violation[] {
  const name = path.posix.basename(file);
  if (VAGUE_NAMES.test(name)) return [{ file, line: 0, rule: `"${name}" says nothing: name the file by what it does` }];
  if (!/^\.?[a-z0-9]+([.-][a-z0-9]+)*\.(ts|tsx|mjs|cjs)$/.test(name))
    return [{ file, line: 0, rule: `"${name}" is not kebab-case` }];
  return [];
}
