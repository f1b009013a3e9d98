import { loadRuleFiles } from "@cordon/contracts";
import type { RuleCompiler } from "@cordon/coordinator-core";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { re2Engine } from "./regex-engine.ts";

/** Rule files in YAML, over KUMA's fields, with RE2. */
export const ruleCompiler: RuleCompiler = {
  compile(files) {
    const loaded = loadRuleFiles(files, { regex: re2Engine, catalogue: KUMA_CATALOGUE });
    return loaded.ok ? { ok: true, compiled: loaded.ruleSet } : loaded;
  },
};
