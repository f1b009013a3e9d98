import type { EpochMs, RuleId, SiteId, TenantId } from "@cordon/core/kernel";
import { type CompiledRuleSet, explainStored, type StoredExplanation } from "@cordon/core/rules";
import type { DecisionRecord } from "../ports/records.ts";
import type { RuleCompilation } from "../ports/rule-compiler.ts";
import type { RuleFile, RuleSetStore } from "../ports/rule-sets.ts";
import type { PastEvent, WhyStore } from "../ports/why-store.ts";

/** What the rules of that time made of an event. */
export interface ExplainedEvent {
  readonly event: PastEvent;
  readonly decisions: readonly DecisionRecord[];
  /** Absent: no rule set was active at the site. */
  readonly ruleSet?: {
    readonly version: number;
    /** `event`: stored with it. `history`: by when sets were activated. */
    readonly knownBy: "event" | "history";
  };
  /** Each rule of the set, in the order in which they were asked. */
  readonly rules: readonly StoredExplanation[];
  /** Why there are none although there was a set. */
  readonly problem?: string;
}

/** Reads and compiles the files of a set as they were published. */
export type PastCompiler = (
  tenantId: TenantId,
  files: readonly RuleFile[],
) => RuleCompilation | Promise<RuleCompilation>;

/** Sets that were asked for lately; a tenant's questions are mostly about one or two. */
const COMPILED_MAX = 8;

export function createPastExplainer(deps: {
  readonly store: Pick<WhyStore, "versionAt">;
  readonly ruleSets: Pick<RuleSetStore, "getRuleSet">;
  readonly compile: PastCompiler;
}): {
  /** `siteId`: while a rollout was under way, the rules of that site. */
  explain(
    tenantId: TenantId,
    siteId: SiteId | undefined,
    event: PastEvent,
    decisions: readonly DecisionRecord[],
  ): Promise<ExplainedEvent>;
} {
  const { store, ruleSets, compile } = deps;
  const compiled = new Map<string, CompiledRuleSet | string>();

  /** A set never changes, so what was compiled stays right; a text says why it could not be. */
  const load = async (tenantId: TenantId, version: number): Promise<CompiledRuleSet | string> => {
    const key = `${tenantId}\n${version}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const stored = await ruleSets.getRuleSet(tenantId, version);
    if (stored === undefined) return `Rule set ${version} is not stored.`;
    const compilation = await compile(tenantId, stored.files);
    if (!compilation.ok) {
      // What is missing (a list, say) may come back: not kept.
      const [first] = compilation.problems;
      return `Rule set ${version} cannot be compiled any more: ${first?.message ?? "it has a problem"}.`;
    }
    const [oldest] = compiled.keys();
    if (compiled.size >= COMPILED_MAX && oldest !== undefined) compiled.delete(oldest);
    compiled.set(key, compilation.compiled);
    return compilation.compiled;
  };

  const versionFor = async (tenantId: TenantId, siteId: SiteId | undefined, event: PastEvent) => {
    const { ruleSetVersions: stored, receivedAt } = event;
    const [only, ...others] = stored ?? [];
    if (stored !== undefined && others.length === 0) {
      return only === undefined ? undefined : ({ version: only, knownBy: "event" } as const);
    }
    const version = await store.versionAt(tenantId, siteId, receivedAt as EpochMs);
    if (stored !== undefined && only !== undefined && (version === undefined || !stored.includes(version))) {
      return { version: only, knownBy: "event" } as const;
    }
    return version === undefined ? undefined : ({ version, knownBy: "history" } as const);
  };

  return {
    async explain(tenantId, siteId, event, decisions) {
      const ruleSet = await versionFor(tenantId, siteId, event);
      if (ruleSet === undefined) return { event, decisions, rules: [] };
      const loaded = await load(tenantId, ruleSet.version);
      if (typeof loaded === "string") return { event, decisions, ruleSet, rules: [], problem: loaded };
      const met = new Set<RuleId>(
        decisions.flatMap(({ ruleId, ruleSetVersion }) => (ruleSetVersion === ruleSet.version ? [ruleId] : [])),
      );
      const { eventId: id, name, timestamp, fields } = event;
      return {
        event,
        decisions,
        ruleSet,
        rules: explainStored(loaded, { tenantId, id, name, timestamp, fields }, met),
      };
    },
  };
}
