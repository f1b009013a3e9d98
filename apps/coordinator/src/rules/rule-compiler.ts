import { loadRuleFiles } from "@cordon/contracts";
import type { RuleCompiler } from "@cordon/coordinator-core";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import type { RuleFeature } from "@cordon/core/rules";
import { re2Engine } from "./regex-engine.ts";

/** Of what a rule may ask for beyond the plain rule. */
const CARRIED_OUT: ReadonlySet<RuleFeature> = new Set(["hold", "windowLimits"]);

/** Rule files in YAML, over KUMA's fields, with RE2. */
export const ruleCompiler: RuleCompiler = {
  compile(files) {
    const loaded = loadRuleFiles(files, { regex: re2Engine, catalogue: KUMA_CATALOGUE, features: CARRIED_OUT });
    return loaded.ok ? { ok: true, compiled: loaded.ruleSet } : loaded;
  },
};
