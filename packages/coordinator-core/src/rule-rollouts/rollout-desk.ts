import { sideBySide, type TenantId } from "@cordon/core/kernel";
import {
  allowedChanges,
  changeRollout,
  type GateVerdict,
  judgeGates,
  type RolloutEvidence,
  type RuleRolloutChange,
} from "@cordon/core/rollout";
import type { LeaseDesk } from "../leases/lease-desk.ts";
import type {
  RolloutEffect,
  RolloutSiteRow,
  RolloutStep,
  RuleRolloutRecord,
  RuleRolloutStore,
  RunningVersion,
} from "../ports/rule-rollouts.ts";
import { measureRollout } from "./measure-rollout.ts";
import { createStart, previewStart, type StartAnswer, type StartDeps, type StartRequest } from "./start-rollout.ts";

export interface RuleRolloutView {
  readonly record: RuleRolloutRecord;
  readonly sites: readonly RolloutSiteRow[];
  readonly steps: readonly RolloutStep[];
  /** Measured just now, of the sites that run the new set. */
  readonly evidence: RolloutEvidence;
  readonly gates: readonly GateVerdict[];
  readonly allowed: readonly RuleRolloutChange[];
}

export type ChangeAnswer =
  | { readonly kind: "changed"; readonly record: RuleRolloutRecord }
  | { readonly kind: "not_found" }
  | {
      readonly kind: "illegal";
      readonly state: RuleRolloutRecord["rollout"]["state"];
      readonly allowed: readonly RuleRolloutChange[];
    }
  /** A newer rollout of one of its tenants is under way: that one is to be rolled back first. */
  | { readonly kind: "overtaken" };

/** What an isolation or a prevention of a bad set needs to be undone. */
export interface Compensation extends RolloutEffect {
  /** `release`: an approval asks its site to end it. `by_hand`: nothing can be sent that undoes it; `note` says what to do. */
  readonly way: "release" | "by_hand";
  readonly note: string;
}

export interface CompensationList {
  readonly items: readonly Compensation[];
  /** There are further ones: approve, then look again. */
  readonly more: boolean;
}

/** What an admin does with rollouts of rule sets. */
export interface RuleRolloutDesk {
  start(request: StartRequest, by: string): Promise<StartAnswer>;
  /** What `start` would do with the same request. */
  preview(request: Pick<StartRequest, "planHash" | "contents" | "policy">): ReturnType<typeof previewStart>;
  change(
    rolloutId: string,
    order: { readonly change: RuleRolloutChange; readonly reason: string },
    by: string,
  ): Promise<ChangeAnswer>;
  get: RuleRolloutStore["get"];
  view(rolloutId: string): Promise<RuleRolloutView | undefined>;
  list: RuleRolloutStore["list"];
  /** Undefined: there is no such rollout. */
  compensation(rolloutId: string): Promise<CompensationList | undefined>;
  /** Asks for the end of every isolation of the list. `ask`: who and why are kept with each. Undefined: no such rollout. */
  compensate(
    rolloutId: string,
    reason: string,
    by: string,
  ): Promise<{ readonly asked: number; readonly list: CompensationList } | undefined>;
  listRunning(filter: {
    readonly tenantId?: TenantId;
    readonly after?: { readonly tenantId: string; readonly siteId: string };
    readonly limit: number;
  }): Promise<readonly RunningVersion[]>;
}

export interface RuleRolloutDeskDeps extends StartDeps {
  readonly leases: Pick<LeaseDesk, "ask">;
}

/** Somebody else, or the watch, may have decided in between. */
const CHANGES_TRIED_MAX = 5;
/** One list, and one approval. */
const COMPENSATION_MAX = 1_000;
/** The store's connections are for others, too. */
const ASKED_AT_ONCE_MAX = 4;

export function createRuleRolloutDesk(deps: RuleRolloutDeskDeps): RuleRolloutDesk {
  const { store, clock, logger, leases } = deps;

  async function listOf(rolloutId: string): Promise<CompensationList | undefined> {
    if ((await store.get(rolloutId)) === undefined) return undefined;
    const effects = await store.listEffects(rolloutId, clock.now(), COMPENSATION_MAX + 1);
    return {
      items: effects.slice(0, COMPENSATION_MAX).map(toCompensation),
      more: effects.length > COMPENSATION_MAX,
    };
  }

  return {
    start: createStart(deps),
    preview: (request) => previewStart(deps, request),
    get: (rolloutId) => store.get(rolloutId),
    list: (filter) => store.list(filter),
    listRunning: (filter) => store.listRunning(filter),
    async view(rolloutId) {
      const record = await store.get(rolloutId);
      if (record === undefined) return undefined;
      const [sites, steps, evidence] = await Promise.all([
        store.sites(rolloutId),
        store.steps(rolloutId),
        measureRollout(store, record),
      ]);
      const gates = judgeGates(record.policy.gates, evidence);
      return { record, sites, steps, evidence, gates, allowed: allowedChanges(record.rollout.state) };
    },
    async change(rolloutId, order, by) {
      for (let tried = 0; tried < CHANGES_TRIED_MAX; tried++) {
        const record = await store.get(rolloutId);
        if (record === undefined) return { kind: "not_found" };
        const { policy, rollout, sitesPerWave } = record;
        const move = changeRollout(policy, rollout, sitesPerWave, order, clock.now());
        if (move === undefined) {
          return { kind: "illegal", state: rollout.state, allowed: allowedChanges(rollout.state) };
        }
        const outcome = await store.move(record, move, by);
        if (outcome === "busy") return { kind: "overtaken" };
        if (outcome === "stale") continue;
        await Promise.all(record.tenants.map(({ tenantId }) => deps.active.refresh(tenantId)));
        const { state, wave } = move.next;
        logger.warn("rule_rollout.change", { rolloutId, move: move.kind, state, wave, by, reason: order.reason });
        return { kind: "changed", record: (await store.get(rolloutId)) ?? record };
      }
      throw new TypeError(`rollout ${rolloutId} was changed ${CHANGES_TRIED_MAX} times while it was being changed`);
    },
    compensation: listOf,
    async compensate(rolloutId, reason, by) {
      const list = await listOf(rolloutId);
      if (list === undefined) return undefined;
      const releasable = list.items.filter(({ way }) => way === "release");
      await sideBySide(releasable, ASKED_AT_ONCE_MAX, ({ tenantId, actionId }) =>
        leases.ask(tenantId, actionId, by, reason),
      );
      const said = `${reason} (isolations asked to end: ${releasable.length})`;
      await store.note(rolloutId, { at: clock.now(), by, kind: "compensated", reason: said });
      logger.warn("rule_rollout.compensate", { rolloutId, asked: releasable.length, by, reason });
      return { asked: releasable.length, list: (await listOf(rolloutId)) ?? list };
    },
  };
}

function toCompensation(effect: RolloutEffect): Compensation {
  if (effect.alsoWanted) {
    const note = "another rule set wants it as well; when it is to end all the same: cordon release <action>";
    return { ...effect, way: "by_hand", note };
  }
  if (effect.kind === "isolateHost") {
    const note =
      effect.askedAt === undefined
        ? "an approval asks the site to end it; until then it holds to its own end"
        : "its end was asked for; the site's release method, or its own timer, ends it";
    return { ...effect, way: "release", note };
  }
  const note =
    "a prevention has no end of its own: remove its rule for the object in Kaspersky Security Center, in the policy's execution prevention";
  return { ...effect, way: "by_hand", note };
}
