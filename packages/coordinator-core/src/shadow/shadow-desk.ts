import type { ActionKind } from "@cordon/core/action";
import { addMs, type Clock, type EpochMs, type RuleId, type TenantId } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import { type DecisionFilter, type DecisionRecord, PAGE_ROWS_MAX } from "../ports/records.ts";
import type { ActiveRules } from "../rules/active-rules.ts";
import { type RuleScore, SCORE_LIMITS, scoreRule, type Wanted } from "./score-rule.ts";

export interface ScoreRequest {
  /** Absent: every rule of the active set that only observes. */
  readonly ruleId?: RuleId;
  /** 30 days before `to` when absent. */
  readonly from?: EpochMs;
  /** Now when absent. */
  readonly to?: EpochMs;
  /** How far apart an observation and an order by hand may be and still mean the same. */
  readonly windowMs: number;
}

export interface ScoreAnswer {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** By rule id. */
  readonly rules: readonly RuleScore[];
  /** There was more than is looked at: only the newest counted. */
  readonly cut: boolean;
}

/** Rules that only observe, scored against what people did by hand, from stored decisions. */
export interface ShadowDesk {
  /** Undefined: no rule of that id is active or observed anything in the range. */
  score(tenantId: TenantId, request: ScoreRequest): Promise<ScoreAnswer | undefined>;
}

const RANGE_MS = 30 * 86_400_000;

export function createShadowDesk(deps: {
  readonly store: Pick<ActionStore, "listDecisions">;
  readonly rules: Pick<ActiveRules, "current">;
  readonly clock: Pick<Clock, "now">;
}): ShadowDesk {
  return {
    async score(tenantId, { ruleId, windowMs, ...range }) {
      const to = range.to ?? deps.clock.now();
      const from = range.from ?? addMs(to, -RANGE_MS);
      const read = (filter: Partial<DecisionFilter>) => readAll(deps.store, tenantId, filter);
      const [observed, byHand] = await Promise.all([
        read({ verdict: "observe", from, to, ...(ruleId === undefined ? {} : { ruleId }) }),
        read({ code: "order.by_hand", from, to }),
      ]);
      const kinds = kindsOf(
        deps.rules.current(tenantId)?.compiled.rules.map(({ rule }) => rule) ?? [],
        observed.rows,
        ruleId,
      );
      if (ruleId !== undefined && kinds.size === 0) return undefined;
      const hand = byHand.rows.filter(({ verdict }) => verdict === "act").flatMap(toWanted);
      const rules = [...kinds].map(([id, ordered]) => {
        const own = observed.rows.filter((decision) => decision.ruleId === id).flatMap(toWanted);
        return scoreRule(id, [...ordered].sort(), { observed: own, byHand: hand, windowMs });
      });
      return {
        from,
        to,
        rules: rules.sort((left, right) => (left.ruleId < right.ruleId ? -1 : 1)),
        cut: observed.cut || byHand.cut,
      };
    },
  };
}

/** Which kinds each rule may order: by the active set, and by what it observed when it looked otherwise. */
function kindsOf(
  rules: readonly {
    readonly id: RuleId;
    readonly mode: string;
    readonly actions: readonly { readonly kind: ActionKind }[];
  }[],
  observed: readonly DecisionRecord[],
  only: RuleId | undefined,
): ReadonlyMap<RuleId, ReadonlySet<ActionKind>> {
  const kinds = new Map<RuleId, Set<ActionKind>>();
  const add = (id: RuleId, kind: ActionKind) => kinds.set(id, (kinds.get(id) ?? new Set()).add(kind));
  for (const { id, mode, actions } of rules) {
    if (only === undefined ? mode === "observe" : id === only) for (const { kind } of actions) add(id, kind);
  }
  for (const { ruleId, actionKind } of observed) add(ruleId, actionKind);
  return kinds;
}

async function readAll(
  store: Pick<ActionStore, "listDecisions">,
  tenantId: TenantId,
  filter: Partial<DecisionFilter>,
): Promise<{ readonly rows: readonly DecisionRecord[]; readonly cut: boolean }> {
  const rows: DecisionRecord[] = [];
  for (let after: DecisionFilter["after"]; ; ) {
    const page = await store.listDecisions(tenantId, {
      ...filter,
      ...(after === undefined ? {} : { after }),
      limit: PAGE_ROWS_MAX,
    });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS_MAX) return { rows, cut: false };
    if (rows.length >= SCORE_LIMITS.decisionsMax) return { rows, cut: true };
    after = { decidedAt: last.decidedAt, decisionId: last.decisionId };
  }
}

function toWanted({ siteId, endpointId, endpointName, actionKind, decidedAt }: DecisionRecord): readonly Wanted[] {
  if (siteId === undefined || endpointId === undefined) return [];
  return [{ siteId, endpointId, endpointName: endpointName ?? endpointId, kind: actionKind, at: decidedAt }];
}
