import type { ActionState } from "@cordon/core/action";
import {
  attemptOf,
  decisive,
  type GuardFacts,
  type GuardReasonCode,
  type Objection,
  runGuards,
  STANDING_GUARDS,
} from "@cordon/core/guards";
import { type ActionId, assert, type Clock, type EpochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import { standingFacts } from "../brakes/standing-facts.ts";
import { toJob } from "../dispatch/enqueue.ts";
import type { ActionStore } from "../ports/action-store.ts";
import type { BrakeStore } from "../ports/brakes.ts";
import type { DispatchQueue } from "../ports/dispatch-queue.ts";
import type { EndpointLabelStore } from "../ports/endpoint-labels.ts";
import type { HeldAction, HeldActionStore, ReleaseMove } from "../ports/held-actions.ts";
import type { TimelineSource } from "../ports/records.ts";

/** Who lets them go, and why: one sentence for a person. */
export interface ReleasedBy {
  readonly source: TimelineSource;
  readonly actor?: string;
  readonly reason: string;
}

export type HeldRelease = { readonly actionId: ActionId } & (
  | { readonly kind: "released" }
  /** A guard denies it by now: it ended as `refused`. */
  | { readonly kind: "refused"; readonly code: GuardReasonCode; readonly message: string }
  /** A brake holds it: it stays held, and may be released once the brake is lifted. */
  | { readonly kind: "held_back"; readonly code: GuardReasonCode; readonly message: string }
  | Standing
);

type Standing =
  /** It waits for something else, too, and is released when that has come. */
  | { readonly kind: "waits"; readonly for: "person" | "chain" }
  /** Past its deadline: the sweep ends it. */
  | { readonly kind: "overdue" }
  | { readonly kind: "not_held"; readonly state: ActionState }
  | { readonly kind: "not_found" };

/** Answers in the order of the wishes. At most `RELEASE_ACTIONS_MAX` at once. */
export type ReleaseHeld = (
  tenantId: TenantId,
  wishes: readonly ReleaseMove[],
  by: ReleasedBy,
) => Promise<readonly HeldRelease[]>;

export const RELEASE_ACTIONS_MAX = 1_000;

export interface ReleaseHeldDeps {
  readonly held: HeldActionStore;
  readonly store: Pick<ActionStore, "move">;
  readonly brakes: Pick<BrakeStore, "inForce">;
  readonly labels: Pick<EndpointLabelStore, "traitsOf" | "groupsOf">;
  readonly queue: Pick<DispatchQueue, "add">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The one way by which a held action becomes `queued`. What people ordered since it was held is asked again: what is never to be
 * touched by now is refused, what a brake holds stays held. Asking twice, or by two processes at once, releases once.
 */
export function createReleaseHeld(deps: ReleaseHeldDeps): ReleaseHeld {
  const { held, store, clock, logger } = deps;

  const factsFor = async (tenantId: TenantId, actions: readonly HeldAction[]): Promise<GuardFacts> =>
    standingFacts(
      await deps.brakes.inForce(tenantId),
      {
        traitsOf: (endpoints) => deps.labels.traitsOf(tenantId, endpoints),
        groupsOf: (asked) => deps.labels.groupsOf(tenantId, asked, clock.now()),
      },
      {
        endpoints: () => actions,
        isolated: () => actions.filter(({ spec }) => spec.kind === "isolateHost"),
      },
    );

  const refuse = async (tenantId: TenantId, action: HeldAction, { code, message }: Objection, by: ReleasedBy) => {
    const at = clock.now();
    const detail = { evidence: { rung: "none" }, code, message } as const;
    const actor = by.actor === undefined ? {} : { actor: by.actor };
    const move = { actionId: action.actionId, state: "refused", at, source: by.source, detail, ...actor } as const;
    const [result] = await store.move(tenantId, [move], at);
    return result?.outcome === "moved";
  };

  const enqueue = async (tenantId: TenantId, rows: Awaited<ReturnType<HeldActionStore["release"]>>): Promise<void> => {
    await deps.queue.add(rows.map(toJob)).catch((error: unknown) => {
      // [D2] They are stored; the sweep brings them to the queue.
      logger.warn("action.enqueue", { tenantId, outcome: "left_to_sweep", actions: rows.length, error: String(error) });
    });
  };

  return async (tenantId, wishes, by) => {
    assert(wishes.length <= RELEASE_ACTIONS_MAX, "more actions are released at once than fit one transaction");
    if (wishes.length === 0) return [];
    const ids = wishes.map(({ actionId }) => actionId);
    const found = new Map((await held.loadForRelease(tenantId, ids)).map((action) => [action.actionId, action]));
    const facts = await factsFor(tenantId, [...found.values()]);
    const earlier = [...facts.earlier];
    const answers = new Map<ActionId, HeldRelease>();
    const free: ReleaseMove[] = [];
    const now = clock.now();
    for (const wish of wishes) {
      const { actionId } = wish;
      const action = found.get(actionId);
      const standing = standingOf(action, wish.deadline, now);
      if (action === undefined || standing !== undefined) {
        answers.set(actionId, { actionId, ...(standing ?? { kind: "not_found" }) });
        continue;
      }
      const subject = subjectOf(action, now);
      const objection = decisive(runGuards(STANDING_GUARDS, subject, { ...facts, earlier }));
      if (objection === undefined) {
        // [G12] What is released with it is down, too.
        earlier.push(attemptOf(subject));
        free.push(wish);
        continue;
      }
      const { code, message } = objection;
      const ended = objection.kind === "suppress" && (await refuse(tenantId, action, objection, by));
      answers.set(actionId, { actionId, kind: ended ? "refused" : "held_back", code, message });
    }
    const detail = { evidence: { rung: "none" }, message: by.reason } as const;
    const actor = by.actor === undefined ? {} : { actor: by.actor };
    const released =
      free.length === 0 ? [] : await held.release(tenantId, free, { source: by.source, ...actor, detail }, now);
    for (const { actionId } of released) answers.set(actionId, { actionId, kind: "released" });
    if (released.length > 0) await enqueue(tenantId, released);
    // Somebody else was faster, or something else is waited for since it was looked at.
    const unclear = free.filter(({ actionId }) => !answers.has(actionId)).map(({ actionId }) => actionId);
    if (unclear.length > 0) {
      const present = new Map(
        (await held.loadForRelease(tenantId, unclear)).map((action) => [action.actionId, action]),
      );
      for (const { actionId, deadline } of free.filter(({ actionId: id }) => unclear.includes(id))) {
        const standing = standingOf(present.get(actionId), deadline, now) ?? { kind: "not_found" };
        answers.set(actionId, { actionId, ...standing });
      }
    }
    logger.info("action.release", {
      tenantId,
      ...actor,
      source: by.source,
      asked: ids.length,
      released: released.length,
    });
    return wishes.map(({ actionId }) => answers.get(actionId) ?? { actionId, kind: "not_found" });
  };
}

/** Undefined: nothing but a guard can keep it. */
function standingOf(action: HeldAction | undefined, deadline: EpochMs | undefined, now: EpochMs): Standing | undefined {
  if (action === undefined) return { kind: "not_found" };
  if (action.state !== "held") return { kind: "not_held", state: action.state };
  if (action.awaitsPerson) return { kind: "waits", for: "person" };
  if (action.awaitsChain) return { kind: "waits", for: "chain" };
  return (deadline ?? action.deadline) <= now ? { kind: "overdue" } : undefined;
}

function subjectOf({ tenantId, ruleId, siteId, endpointId, endpointName, spec }: HeldAction, now: EpochMs) {
  return {
    tenantId,
    rule: { id: ruleId, limits: {} },
    endpoint: { siteId, endpointId, name: endpointName },
    kind: spec.kind,
    now,
  };
}
