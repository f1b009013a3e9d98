import { loadRuleFiles } from "@cordon/contracts";
import type { RuleCompiler, RuleFile } from "@cordon/coordinator-core";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { re2Engine } from "./regex-engine.ts";

/** A digest of what the files say, whatever they are called and however they are written. */
export function contentOf(files: readonly RuleFile[]): string | undefined {
  const loaded = loadRuleFiles(files, { regex: re2Engine, catalogue: KUMA_CATALOGUE });
  return loaded.ok ? loaded.contentHash : undefined;
}

/** Rule files in YAML, over KUMA's fields, with RE2. */
export const ruleCompiler: RuleCompiler = {
  compile(files) {
    const loaded = loadRuleFiles(files, { regex: re2Engine, catalogue: KUMA_CATALOGUE });
    return loaded.ok ? { ok: true, compiled: loaded.ruleSet, conflicts: loaded.conflicts } : loaded;
  },
};
