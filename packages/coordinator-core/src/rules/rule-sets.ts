import { createHash } from "node:crypto";
import type { Clock, TenantId } from "@cordon/core/kernel";
import type { RuleCompiler, RuleSourceProblem } from "../ports/rule-compiler.ts";
import type {
  Activation,
  ActivationOutcome,
  RuleFile,
  RuleSet,
  RuleSetStore,
  RuleSetSummary,
} from "../ports/rule-sets.ts";
import type { ActiveRules } from "./active-rules.ts";

export type Published =
  | {
      readonly kind: "published";
      readonly ruleSet: RuleSet;
      readonly created: boolean;
      readonly rules: number;
      /** Rules that may work against each other; the set was taken all the same. */
      readonly conflicts: readonly RuleSourceProblem[];
    }
  /** Nothing of it was taken. */
  | { readonly kind: "invalid"; readonly problems: readonly RuleSourceProblem[] }
  | { readonly kind: "no_tenant" };

export interface RuleSets {
  publish(tenantId: TenantId, files: readonly RuleFile[], by: string): Promise<Published>;
  /** In this process it counts from the next event on; other processes follow within their `pollMs`. */
  activate(tenantId: TenantId, version: number, by: string): Promise<ActivationOutcome>;
  list(tenantId: TenantId): Promise<readonly RuleSetSummary[]>;
  get(tenantId: TenantId, version: number): Promise<RuleSet | undefined>;
  history(tenantId: TenantId): Promise<readonly Activation[]>;
}

export function createRuleSets(deps: {
  readonly store: RuleSetStore;
  readonly compiler: RuleCompiler;
  readonly active: ActiveRules;
  readonly clock: Clock;
}): RuleSets {
  const { store, compiler, active, clock } = deps;
  return {
    async publish(tenantId, files, by) {
      const compilation = await compiler.compile(tenantId, files);
      if (!compilation.ok) return { kind: "invalid", problems: compilation.problems };
      const added = await store.addRuleSet(tenantId, {
        contentHash: hashFiles(files),
        files,
        publishedAt: clock.now(),
        publishedBy: by,
        listNeeds: compilation.compiled.lists,
      });
      if (!added) return { kind: "no_tenant" };
      const conflicts = compilation.conflicts?.() ?? [];
      return { kind: "published", ...added, rules: compilation.compiled.rules.length, conflicts };
    },
    async activate(tenantId, version, by) {
      const outcome = await store.activateRuleSet(tenantId, { version, activatedAt: clock.now(), activatedBy: by });
      if (outcome === "activated") await active.refresh(tenantId);
      return outcome;
    },
    list: (tenantId) => store.listRuleSets(tenantId),
    get: (tenantId, version) => store.getRuleSet(tenantId, version),
    history: (tenantId) => store.listActivations(tenantId),
  };
}

/** The same files in another order are the same set. */
export function hashFiles(files: readonly RuleFile[]): string {
  const hash = createHash("sha256");
  const ordered = files.toSorted((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  // Length-prefixed, so that text cannot move from one file's end to the next one's name unseen.
  for (const { name, text } of ordered) hash.update(`${name.length}:${name};${text.length}:${text};`);
  return hash.digest("hex");
}
