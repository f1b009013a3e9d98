import { createHash } from "node:crypto";
import type { RulePath } from "@cordon/core/rules";
import type { SitePolicy } from "@cordon/core/site-policy";
import { readYaml } from "../rules/read-yaml.ts";
import { printPath, type RuleFile, type RuleFileProblem } from "../rules/rule-file-problem.ts";
import { explainIssue, type PolicyProblem } from "./explain-issue.ts";
import { sitePolicySchema } from "./site-policy-schema.ts";
import { toSitePolicy } from "./to-site-policy.ts";

export type LoadedSitePolicy =
  /** `sha256`: of the file's bytes, 64 hex digits. */
  | { readonly ok: true; readonly policy: SitePolicy; readonly sha256: string }
  /** In the order of the file. Nothing of it may be used. */
  | { readonly ok: false; readonly problems: readonly RuleFileProblem[] };

/** Nobody mends more at once. */
const PROBLEMS_MAX = 50;

/** Reads a site's policy file; one mistake refuses all of it, and all mistakes are named with their place. */
export function loadSitePolicy(file: RuleFile): LoadedSitePolicy {
  const yaml = readYaml(file);
  const problems = [...yaml.problems];
  const report = ({ path, at, code, message }: PolicyProblem): void => {
    const plain: RulePath = path.filter((part) => typeof part !== "symbol");
    problems.push({ file: file.name, ...yaml.position(plain, at), path: printPath(plain), code, message });
  };
  if (problems.length === 0) {
    const parsed = sitePolicySchema.safeParse(yaml.value ?? {});
    if (!parsed.success) {
      for (const issue of parsed.error.issues) for (const one of explainIssue(issue, yaml.value)) report(one);
    } else {
      const made = toSitePolicy(parsed.data);
      for (const problem of made.problems) report(problem);
      if (made.problems.length === 0) {
        return { ok: true, policy: made.policy, sha256: createHash("sha256").update(file.text).digest("hex") };
      }
    }
  }
  const ordered = problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
  return { ok: false, problems: ordered.slice(0, PROBLEMS_MAX) };
}
