import type { EndpointMinimums } from "@cordon/core/endpoint";
import { addMs, type Clock, type EpochMs, type EventId, type TenantId } from "@cordon/core/kernel";
import type { ListFacts } from "@cordon/core/rules";
import { matchEvents } from "../intake/match-event.ts";
import { planBatch } from "../intake/plan-batch.ts";
import type { PlannedWrites } from "../ports/ingest-store.ts";
import type { EventRange, ReceivedEvent, ReplayEstate, ReplayStore } from "../ports/replay-store.ts";
import { type ActiveRuleSet, rulesInUse } from "../rules/rules-in-use.ts";
import { createBehaviourCompare } from "./behaviour-diff.ts";
import { createInventoryIndex, type InventoryIndex } from "./inventory-index.ts";
import { createReplayPast } from "./replay-past.ts";
import type { DayActions, ReplayReport } from "./report.ts";
import { createSetTally, DAY_MS, type SetTally } from "./set-tally.ts";
import { siteCapability } from "./site-capability.ts";
import { createSlotOutlook } from "./slot-outlook.ts";

export interface ReplayInput extends EventRange {
  readonly tenantId: TenantId;
  /** Absent: nothing is active, and everything that the draft does is new. */
  readonly active?: ActiveRuleSet;
  readonly draft: ActiveRuleSet;
  readonly estate: ReplayEstate;
  /** What the rules of both sets ask of lists: of one moment for all events, what lists said in the past is not kept that long. */
  readonly lists: ListFacts;
  readonly minimums?: EndpointMinimums;
}

export interface ReplayDeps {
  readonly store: Pick<ReplayStore, "readEvents">;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
  /** Told after each page: how many events of the range are done. */
  readonly onProgress: (done: number) => Promise<void> | void;
}

/** Small enough that nothing else waits long: a page is evaluated and planned for both sets without a pause. */
export const REPLAY_PAGE_EVENTS = 500;
/** How far the past goes back that counts, windows and cool-downs are given before the range; what reaches further begins cold. */
export const WARM_UP_MS_MAX = DAY_MS;

/**
 * Stored events through the active and the draft set, by the production engine and planner, each set with a past of its own. The
 * clock stands at the moment at which each event was received, and events of one moment are planned together, as they were. Streams:
 * what it keeps does not grow with the number of events. Throws the signal's reason.
 */
export async function replayRange(input: ReplayInput, deps: ReplayDeps): Promise<ReplayReport> {
  const { tenantId, from, to, active, draft, estate } = input;
  const inventory = createInventoryIndex(estate);
  const sides = [active, draft].map((ruleSet) => ruleSet && createSide(ruleSet, inventory, input));
  const [before, after] = sides as [Side | undefined, Side];
  const compare = createBehaviourCompare();
  const eventsOfDay = new Map<number, number>();
  const begin = addMs(from, -warmUpMs([active, draft]));
  let events = 0;

  const play = async (moment: readonly ReceivedEvent[], now: EpochMs): Promise<void> => {
    const incoming = moment.map(({ event }) => event);
    const counts = now >= from;
    const wasDone = await before?.plan(incoming, now);
    const isDone = await after.plan(incoming, now);
    if (!counts) return;
    events += incoming.length;
    const day = Math.floor(now / DAY_MS);
    eventsOfDay.set(day, (eventsOfDay.get(day) ?? 0) + incoming.length);
    if (wasDone !== undefined) before?.tally.add(wasDone, now);
    after.tally.add(isDone, now);
    compare.add(wasDone, isDone, now);
  };

  for await (const page of pagesOf(tenantId, { from: begin, to }, deps)) {
    for (const moment of momentsOf(page)) await play(moment, (moment[0] as ReceivedEvent).receivedAt);
    await deps.onProgress(events);
  }

  return {
    events,
    warmedUpFrom: begin,
    ...(before === undefined ? {} : { active: before.tally.report() }),
    draft: after.tally.report(),
    diff: compare.report(before?.tally, after.tally),
    days: [...eventsOfDay].map(([day, count]) => ({
      day: (day * DAY_MS) as EpochMs,
      events: count,
      active: before?.tally.days.get(day) ?? NOTHING,
      draft: after.tally.days.get(day) ?? NOTHING,
    })),
    capability: siteCapability(estate, draft.compiled, input.minimums),
  };
}

const NOTHING: DayActions = { queued: 0, held: 0 };

interface Side {
  readonly tally: SetTally;
  plan(events: readonly ReceivedEvent["event"][], now: EpochMs): Promise<PlannedWrites>;
}

const NO_WRITES: PlannedWrites = { decisions: [], actions: [] };

function createSide(ruleSet: ActiveRuleSet, inventory: InventoryIndex, { estate, lists, minimums }: ReplayInput): Side {
  const inUse = rulesInUse(ruleSet, new Map(), lists);
  const rules = ruleSet.compiled.rules.map(({ rule }) => rule);
  const outlook = createSlotOutlook(inventory.endpoint);
  const past = createReplayPast(inventory, outlook, { brakes: estate.brakes, rules });
  return {
    tally: createSetTally(ruleSet, outlook),
    async plan(events, now) {
      const met = matchEvents(inUse, events).filter(isMet);
      if (met.length === 0) return NO_WRITES;
      past.at(now);
      const writes = await planBatch(met, past.reads, now, minimums);
      past.note(writes, now);
      return writes;
    },
  };
}

function isMet({ met }: ReturnType<typeof matchEvents>[number]): boolean {
  return met !== undefined;
}

async function* pagesOf(
  tenantId: TenantId,
  range: EventRange,
  { store, clock, signal }: ReplayDeps,
): AsyncGenerator<readonly ReceivedEvent[]> {
  let after: { readonly receivedAt: EpochMs; readonly eventId: EventId } | undefined;
  for (;;) {
    signal.throwIfAborted();
    const page = await store.readEvents(tenantId, {
      ...range,
      ...(after === undefined ? {} : { after }),
      limit: REPLAY_PAGE_EVENTS,
    });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < REPLAY_PAGE_EVENTS) return;
    after = { receivedAt: last.receivedAt, eventId: last.event.id };
    // Intake and gateway get their turn, however fast the store answers.
    await clock.sleep(0, signal);
  }
}

/** Events that were received at the same moment; a page's end may part them. */
function* momentsOf(page: readonly ReceivedEvent[]): Generator<readonly ReceivedEvent[]> {
  for (let start = 0; start < page.length; ) {
    const at = page[start]?.receivedAt;
    let end = start + 1;
    while (end < page.length && page[end]?.receivedAt === at) end++;
    yield page.slice(start, end);
    start = end;
  }
}

/** As far back as any rule of the sets looks, within bounds. */
function warmUpMs(sets: readonly (ActiveRuleSet | undefined)[]): number {
  let most = 0;
  for (const set of sets) {
    for (const { rule } of set?.compiled.rules ?? []) {
      const { coolDownMs = 0, maxActions, maxSiteShare } = rule.limits;
      most = Math.max(most, coolDownMs, maxActions?.windowMs ?? 0, maxSiteShare?.windowMs ?? 0);
    }
    for (const { windowMs } of set?.compiled.counting?.counters.values() ?? []) most = Math.max(most, windowMs);
  }
  return Math.min(most, WARM_UP_MS_MAX);
}
