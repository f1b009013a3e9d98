import { loadRuleFiles, re2Engine } from "@cordon/contracts";
import type { ActiveLists, RuleCompiler } from "@cordon/coordinator-core";
import { KUMA_CATALOGUE } from "@cordon/core/event";

/** Rule files in YAML, over KUMA's fields and the tenant's lists, with RE2. */
export function createRuleCompiler(lists: Pick<ActiveLists, "catalogue">): RuleCompiler {
  return {
    async compile(tenantId, files) {
      const options = { regex: re2Engine, catalogue: KUMA_CATALOGUE, lists: await lists.catalogue(tenantId) };
      const loaded = loadRuleFiles(files, options);
      return loaded.ok ? { ok: true, compiled: loaded.ruleSet, conflicts: loaded.conflicts } : loaded;
    },
  };
}
