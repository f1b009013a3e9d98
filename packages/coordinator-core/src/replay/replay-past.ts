import {
  ACTS_IN_A_ROW_MAX,
  type Attempt,
  attemptKey,
  type Brake,
  coolDownKey,
  type EndpointRef,
  endpointKey,
  type RedundancyGroup,
  type RuleHold,
  type SlotBudget,
} from "@cordon/core/guards";
import { addMs, type EpochMs, type RuleId } from "@cordon/core/kernel";
import { COUNT_BOOK_LIMITS, type CountGroup, type Rule } from "@cordon/core/rules";
import type { AskedGroup, AskedWindow, PlannedWrites, PlanningReads } from "../ports/ingest-store.ts";
import type { DecisionRecord } from "../ports/records.ts";
import { type AttemptLog, createAttemptLog } from "./attempt-log.ts";
import { createHeldActions } from "./held-actions.ts";
import type { InventoryIndex } from "./inventory-index.ts";
import type { SlotOutlook } from "./slot-outlook.ts";

/** What one replayed set has done so far: what planning asks of the record, kept in memory and grown by its own plans. */
export interface ReplayPast {
  readonly reads: PlanningReads;
  /** Moves the clock to the batch that is planned next. */
  at(now: EpochMs): void;
  /** Takes down what a batch led to, as the record would have stored it before the next one. */
  note(writes: PlannedWrites, now: EpochMs): void;
}

const DAY_MS = 86_400_000;
/** How often what no guard will ask for any more is dropped, in acts. */
const SWEEP_ACTS = 50_000;

export function createReplayPast(
  inventory: InventoryIndex,
  outlook: Pick<SlotOutlook, "used">,
  { brakes, rules }: { readonly brakes: readonly Brake[]; readonly rules: readonly Rule[] },
): ReplayPast {
  const log = createAttemptLog(windowMsMax(brakes, rules));
  const holds = new Map<RuleId, RuleHold>();
  const acts = createActs(rules);
  const counts = createCountGroups();
  const held = createHeldActions();
  let present = 0;
  const redundancy = brakes.flatMap((brake) => (brake.type === "redundancy" ? [brake] : []));
  const members = new Map(redundancy.map((brake) => [brake.brakeId, inventory.membersOf(brake)]));
  /** Until when an isolation of an endpoint that others stand in for holds; each is taken to succeed at once. */
  const downUntil = new Map<string, EpochMs>();
  const standsIn = (key: string) => [...members.values()].some((group) => group.has(key));

  return {
    reads: {
      resolution: (needs) => Promise.resolve(inventory.resolution(needs)),
      brakes: () => Promise.resolve(brakes),
      traitsOf: (endpoints: readonly EndpointRef[]) => Promise.resolve(inventory.traitsOf(endpoints)),
      slotsOf: (endpoints) => Promise.resolve(slotsAt(inventory, outlook, endpoints, present as EpochMs)),
      openActions: (endpoints, now) => Promise.resolve(held.on(endpoints, now)),
      groupsOf: (_named, now) => Promise.resolve(groupsAt(members, downUntil, now)),
      ruleHolds: () => Promise.resolve(holds),
      windows: (asked, now) => Promise.resolve(windowsAt(log, inventory, asked, now)),
      lastActs: (keys) =>
        Promise.resolve(new Map(keys.map((key) => [coolDownKey(key), acts.of(coolDownKey(key), key.actsMax)]))),
      countGroups: (asked) => Promise.resolve(counts.of(asked)),
    },
    at(now) {
      present = now;
    },
    note(writes, now) {
      const { decisions, actions, trips = [], counts: met = [] } = writes;
      for (const decision of decisions) {
        const attempt = attemptOf(decision);
        if (attempt === undefined) continue;
        if (decision.code !== "guard.cool_down") log.note(attempt, now);
        if (decision.verdict !== "suppress") acts.note(attempt, now);
      }
      for (const { siteId, endpointId, spec, state } of actions) {
        if (spec.kind !== "isolateHost" || state !== "queued") continue;
        const key = endpointKey({ siteId, endpointId });
        const until = addMs(now, Math.max(spec.durationSeconds, spec.holdSeconds ?? 0) * 1_000);
        if (standsIn(key)) downUntil.set(key, until);
      }
      for (const trip of trips) if (!holds.has(trip.ruleId)) holds.set(trip.ruleId, trip);
      counts.note(met, now);
      held.note(writes);
    },
  };
}

/** [S3] As the record counts: every decision on an endpoint that was found. */
function attemptOf(decision: DecisionRecord): Attempt | undefined {
  const { siteId, endpointId, ruleId, actionKind: kind, verdict, detail } = decision;
  if (siteId === undefined || endpointId === undefined) return undefined;
  const observed = verdict === "observe" || (verdict === "suppress" && detail.mode === "observe");
  return { ruleId, siteId, endpointId, kind, observed };
}

function windowMsMax(brakes: readonly Brake[], rules: readonly Rule[]): number {
  const ofBrakes = brakes.map((brake) => (brake.type === "blastRadius" || brake.type === "storm" ? brake.windowMs : 0));
  const ofRules = rules.flatMap(({ limits: { maxActions, maxSiteShare } }) => [
    maxActions?.windowMs ?? 0,
    maxSiteShare?.windowMs ?? 0,
  ]);
  return [...ofBrakes, ...ofRules].reduce((most, each) => Math.max(most, each), 0);
}

function windowsAt(log: AttemptLog, inventory: InventoryIndex, asked: readonly AskedWindow[], now: EpochMs) {
  return new Map(
    asked.map(({ key, share }) => {
      const window = log.window(key, now);
      const filled = share ? { ...window, inventory: inventory.countOf(key.siteId) } : window;
      return [attemptKey(key), filled] as const;
    }),
  );
}

function groupsAt(
  members: ReadonlyMap<string, ReadonlySet<string>>,
  downUntil: ReadonlyMap<string, EpochMs>,
  now: EpochMs,
): ReadonlyMap<string, RedundancyGroup> {
  const isDown = (key: string) => (downUntil.get(key) ?? 0) > now;
  return new Map([...members].map(([id, group]) => [id, { members: group, down: new Set([...group].filter(isDown)) }]));
}

/** When rules with a cool-down acted, as long as any of them asks for it. */
function createActs(rules: readonly Rule[]) {
  const reachMs = new Map(
    rules.flatMap(({ id, limits: { coolDownMs, coolDownGrowth } }) =>
      coolDownMs === undefined ? [] : [[id, coolDownGrowth?.forgetAfterMs ?? coolDownMs] as const],
    ),
  );
  const acts = new Map<string, { at: readonly EpochMs[]; readonly reachMs: number }>();
  let sinceSweep = 0;
  return {
    of: (key: string, actsMax: number): readonly EpochMs[] => acts.get(key)?.at.slice(0, actsMax) ?? [],
    note({ ruleId, siteId, endpointId, kind }: Attempt, now: EpochMs) {
      const reach = reachMs.get(ruleId);
      if (reach === undefined) return;
      const key = coolDownKey({ ruleId, siteId, endpointId, actionKind: kind });
      const before = acts.get(key)?.at ?? [];
      acts.set(key, { at: [now, ...before].slice(0, ACTS_IN_A_ROW_MAX), reachMs: reach });
      if (++sinceSweep < SWEEP_ACTS) return;
      sinceSweep = 0;
      for (const [each, { at, reachMs: kept }] of acts) if (now - (at[0] ?? 0) > kept) acts.delete(each);
    },
  };
}

/** Groups of counters, bounded and forgotten as in the record [R19]. */
function createCountGroups() {
  const books = new Map<string, Map<string, { readonly group: CountGroup; readonly forgetAt: EpochMs }>>();
  let sweptAt = 0;
  return {
    of: (asked: readonly AskedGroup[]): readonly CountGroup[] =>
      asked.flatMap(({ counter, group }) => {
        const known = books.get(counter.id)?.get(group)?.group;
        return known === undefined ? [] : [{ ...known, counter }];
      }),
    note(met: readonly CountGroup[], now: EpochMs) {
      for (const group of met) {
        const { id, windowMs } = group.counter;
        const book = books.get(id) ?? new Map();
        books.set(id, book);
        // Set anew, so that the order of the map is the order of use.
        book.delete(group.group);
        book.set(group.group, { group, forgetAt: addMs(now, windowMs + COUNT_BOOK_LIMITS.idleMsMax) });
        const [oldest] = book.keys();
        if (book.size > COUNT_BOOK_LIMITS.groupsMax && oldest !== undefined) book.delete(oldest);
      }
      if (now - sweptAt < DAY_MS) return;
      sweptAt = now;
      for (const book of books.values()) {
        for (const [key, { forgetAt }] of book) if (forgetAt <= now) book.delete(key);
      }
    },
  };
}

/** By today's tasks of others, and those that the replayed set made itself. */
function slotsAt(
  inventory: InventoryIndex,
  outlook: Pick<SlotOutlook, "used">,
  endpoints: readonly EndpointRef[],
  now: EpochMs,
): ReadonlyMap<string, SlotBudget> {
  return new Map(
    endpoints.flatMap((endpoint) => {
      const key = endpointKey(endpoint);
      const slots = inventory.endpoint(key)?.slots;
      if (slots === undefined) return [];
      const used = slots.foreignUsed + outlook.used(key, now);
      return [[key, { limit: slots.limit, used, deferred: 0, planned: 0, known: true }] as const];
    }),
  );
}
