import { asAppError, type Clock, type Logger, type SiteId, type TenantId } from "@cordon/core/kernel";
import type { ActiveLists } from "../lists/active-lists.ts";
import type { RuleCompiler } from "../ports/rule-compiler.ts";
import type { RuleSetStore, VersionsInUse } from "../ports/rule-sets.ts";
import { type ActiveRuleSet, type RulesInUse, rulesInUse } from "./rules-in-use.ts";

/** Every tenant's rules in use, compiled, in memory; swapped as a whole. */
export interface ActiveRules {
  /** The tenant's baseline. Undefined: it has no active rule set. */
  current(tenantId: TenantId): ActiveRuleSet | undefined;
  /** With the tenant's lists as they are at this moment. Undefined: nothing matches. */
  inUse(tenantId: TenantId): RulesInUse | undefined;
  /** Loads what is in use; throws `store.unavailable`. Then follows what other processes activate and roll out. */
  start(): Promise<void>;
  /** Loads what the tenant has in use now. */
  refresh(tenantId: TenantId): Promise<void>;
  stop(): void;
}

/** With the load itself, well below the second within which every process follows. */
const POLL_MS = 500;

export function createActiveRules(deps: {
  readonly store: RuleSetStore;
  readonly compiler: RuleCompiler;
  readonly lists: Pick<ActiveLists, "hold" | "factsAt">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for what other processes changed; default 0.5 s. */
  readonly pollMs?: number;
}): ActiveRules {
  const { store, compiler, lists, clock, logger } = deps;
  const pollMs = deps.pollMs ?? POLL_MS;
  const loaded = new Map<TenantId, Loaded>();
  /** Versions that this release cannot compile, so that they are reported once and not at every look. */
  const broken = new Map<TenantId, Set<number>>();
  const stopping = new AbortController();
  let tail: Promise<void> = Promise.resolve();

  /** Undefined when it cannot be had: published by another release. */
  const compile = async (tenantId: TenantId, version: number): Promise<ActiveRuleSet | undefined> => {
    const known = loaded.get(tenantId)?.inUse.sets.find((set) => set.version === version);
    if (known !== undefined) return known;
    const failures = broken.get(tenantId) ?? new Set();
    if (failures.has(version)) return undefined;
    const ruleSet = await store.getRuleSet(tenantId, version);
    if (ruleSet === undefined) return undefined;
    const compilation = await compiler.compile(tenantId, ruleSet.files);
    if (!compilation.ok) {
      broken.set(tenantId, failures.add(version));
      const { problems } = compilation;
      logger.error("rules.load", { tenantId, version, outcome: "not_compiled", problems });
      return undefined;
    }
    logger.info("rules.load", { tenantId, version, rules: compilation.compiled.rules.length });
    return { version, hash: ruleSet.contentHash, compiled: compilation.compiled };
  };

  const load = async (wanted: VersionsInUse): Promise<void> => {
    const { tenantId, version, sites } = wanted;
    const key = keyOf(wanted);
    const before = loaded.get(tenantId);
    if (before?.key === key) return;
    // What was in use stays where its successor cannot be had: no rules at all would be worse than yesterday's.
    const baseline = version === undefined ? undefined : ((await compile(tenantId, version)) ?? before?.inUse.baseline);
    const bySite = new Map<SiteId, ActiveRuleSet>();
    for (const site of sites) {
      const own = await compile(tenantId, site.version);
      if (own !== undefined && own !== baseline) bySite.set(site.siteId, own);
    }
    const inUse = rulesInUse(baseline, bySite);
    // Before the rules are: they must never meet an event without the lists that they ask.
    await lists.hold(
      tenantId,
      inUse.sets.flatMap(({ compiled }) => compiled.lists),
    );
    loaded.set(tenantId, { key, inUse });
  };

  const drop = (tenantId: TenantId): Promise<void> => {
    loaded.delete(tenantId);
    return lists.hold(tenantId, []);
  };

  /** One after another, so that an older answer never replaces a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = tail.then(work);
    tail = done.catch(() => {});
    return done;
  };

  const loadAll = async (): Promise<void> => {
    const all = await store.listInUse();
    const present = new Set(all.map(({ tenantId }) => tenantId));
    for (const tenantId of loaded.keys()) if (!present.has(tenantId)) await drop(tenantId);
    for (const each of all) await load(each);
  };

  const loadOne = async (tenantId: TenantId): Promise<void> => {
    const [found] = await store.listInUse(tenantId);
    if (found === undefined) await drop(tenantId);
    else await load(found);
  };

  const follow = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(pollMs, stopping.signal);
      await inTurn(loadAll).catch((error: unknown) => {
        logger.warn("rules.poll", { outcome: "failed", code: asAppError(error).code });
      });
    }
  };

  return {
    current: (tenantId) => loaded.get(tenantId)?.inUse.baseline,
    inUse(tenantId) {
      const inUse = loaded.get(tenantId)?.inUse;
      if (inUse === undefined || inUse.sets.every(({ compiled }) => compiled.lists.length === 0)) return inUse;
      return { ...inUse, lists: lists.factsAt(tenantId, clock.now()) };
    },
    refresh: (tenantId) => inTurn(() => loadOne(tenantId)),
    async start() {
      await inTurn(loadAll);
      // Ends by the stop signal only.
      void follow().catch(() => {});
    },
    stop: () => stopping.abort(),
  };
}

interface Loaded {
  /** Of the versions it was loaded for. */
  readonly key: string;
  readonly inUse: RulesInUse;
}

function keyOf({ version, sites }: VersionsInUse): string {
  return [version ?? "none", ...sites.map(({ siteId, version: own }) => `${siteId}=${own}`)].join(" ");
}
