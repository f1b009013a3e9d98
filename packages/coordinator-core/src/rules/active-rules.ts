import { asAppError, type Clock, type Logger, type TenantId } from "@cordon/core/kernel";
import type { RuleSetRef } from "@cordon/core/planning";
import type { CompiledRuleSet } from "@cordon/core/rules";
import type { RuleCompiler } from "../ports/rule-compiler.ts";
import type { RuleSetStore } from "../ports/rule-sets.ts";

export interface ActiveRuleSet extends RuleSetRef {
  readonly compiled: CompiledRuleSet;
}

/** Every tenant's active rules, compiled, in memory; swapped as a whole. */
export interface ActiveRules {
  /** Undefined: the tenant has no active rule set, so nothing matches. */
  current(tenantId: TenantId): ActiveRuleSet | undefined;
  /** Loads what is active; throws `store.unavailable`. Then follows what other processes activate. */
  start(): Promise<void>;
  /** Loads the tenant's active set now. */
  refresh(tenantId: TenantId): Promise<void>;
  stop(): void;
}

const POLL_MS = 1_000;

export function createActiveRules(deps: {
  readonly store: RuleSetStore;
  readonly compiler: RuleCompiler;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for what other processes activated; default 1 s. */
  readonly pollMs?: number;
}): ActiveRules {
  const { store, compiler, clock, logger } = deps;
  const pollMs = deps.pollMs ?? POLL_MS;
  const active = new Map<TenantId, ActiveRuleSet>();
  /** Versions that this release cannot compile, so that they are reported once and not every second. */
  const broken = new Map<TenantId, number>();
  const stopping = new AbortController();
  let tail: Promise<void> = Promise.resolve();

  const load = async (tenantId: TenantId): Promise<void> => {
    const ruleSet = await store.getActive(tenantId);
    if (!ruleSet || active.get(tenantId)?.version === ruleSet.version) return;
    const compilation = compiler.compile(ruleSet.files);
    if (!compilation.ok) {
      // Published by another release. What was active stays, for no rules at all would be worse than yesterday's.
      broken.set(tenantId, ruleSet.version);
      logger.error("rules.load", {
        tenantId,
        version: ruleSet.version,
        outcome: "not_compiled",
        problems: compilation.problems,
      });
      return;
    }
    broken.delete(tenantId);
    active.set(tenantId, { version: ruleSet.version, hash: ruleSet.contentHash, compiled: compilation.compiled });
    logger.info("rules.load", { tenantId, version: ruleSet.version, rules: compilation.compiled.rules.length });
  };

  /** One after another, so that an older answer never replaces a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = tail.then(work);
    tail = done.catch(() => {});
    return done;
  };

  const loadChanged = async (): Promise<void> => {
    for (const { tenantId, version } of await store.listActive()) {
      if (active.get(tenantId)?.version !== version && broken.get(tenantId) !== version) await load(tenantId);
    }
  };

  const follow = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(pollMs, stopping.signal);
      await inTurn(loadChanged).catch((error: unknown) => {
        logger.warn("rules.poll", { outcome: "failed", code: asAppError(error).code });
      });
    }
  };

  return {
    current: (tenantId) => active.get(tenantId),
    refresh: (tenantId) => inTurn(() => load(tenantId)),
    async start() {
      await inTurn(loadChanged);
      // Ends by the stop signal only.
      void follow().catch(() => {});
    },
    stop: () => stopping.abort(),
  };
}
