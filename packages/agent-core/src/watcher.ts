import { isSettled } from "@cordon/core/action";
import type { ActionId, Clock, EndpointId, Logger } from "@cordon/core/kernel";
import { entryKey, isWatched, type LedgerEntry, waitingOf } from "./entry.ts";
import { onEvent, onGone, onSilence, onTask, onTaskState, type Step } from "./judge.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import type { Edr, EdrEvent, TaskRef } from "./ports.ts";
import type { AgentSettings } from "./settings.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import { createWatchList } from "./watch-list.ts";

/**
 * Finds out what became of what was submitted: one shared round of few calls per site, which scales with active actions, not
 * with endpoints. Events first, since one page of them can settle many actions; then looks at endpoints whose task is not
 * known, then the states of known tasks.
 */
export interface Watcher {
  watch(entry: LedgerEntry): void;
  /** The endpoint has orders that wait for a slot. */
  watchEndpoint(endpointId: EndpointId): void;
  /** A look by someone else told this. */
  looked(endpointId: EndpointId, result: LookResult): void;
  start(): void;
  stop(): Promise<void>;
}

export function createWatcher(deps: {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly look: (endpointId: EndpointId) => Promise<LookResult>;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly signal: AbortSignal;
  /** Submissions that wait or are under way. */
  readonly load: () => number;
  /** Waiting orders that got a slot. */
  readonly onPromoted: (entries: readonly LedgerEntry[]) => void;
}): Watcher {
  const { edr, ledger, look, health, clock, settings, signal } = deps;
  const { watch } = settings;
  const actions = createWatchList<ActionId>(watch);
  const endpoints = createWatchList<EndpointId>({ pollMinMs: watch.deferredLookMs, pollMaxMs: watch.deferredLookMs });
  /** Gone before they finished; an event of their end may still come. */
  const gone = new Map<ActionId, LedgerEntry>();
  let timer: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  let lastRoundMs = Number.NEGATIVE_INFINITY;
  let round: Promise<void> | undefined;
  let running = false;

  function schedule(): void {
    if (!running || round !== undefined) return;
    const nextMs = Math.min(actions.nextDueMs(), endpoints.nextDueMs());
    if (nextMs === Number.POSITIVE_INFINITY) return;
    const nowMs = clock.monotonicMs();
    // Sending goes before watching: while there is work to send, KSC is asked less often.
    const restMs = deps.load() > 0 ? watch.pollMinMs * 2 : watch.pollMinMs;
    const dueMs = Math.max(nextMs, lastRoundMs + restMs, nowMs + health.pausedMs());
    timer?.cancel();
    const cancel = clock.after(Math.max(0, dueMs - nowMs), () => {
      timer = undefined;
      round = runRound()
        .catch(failed)
        .finally(() => {
          round = undefined;
          lastRoundMs = clock.monotonicMs();
          schedule();
        });
    });
    timer = { dueMs, cancel };
  }

  /** A new entry is due after the shortest interval, so a round that comes no later than that needs no new plan. */
  function scheduleFresh(): void {
    if (timer === undefined || timer.dueMs > clock.monotonicMs() + watch.pollMinMs) schedule();
  }

  function failed(thrown: unknown): void {
    if (signal.aborted) return;
    const trouble = troubleOf(thrown);
    health.failed(trouble);
    deps.logger.warn("site.watch", { code: trouble.code, reason: trouble.message });
  }

  async function runRound(): Promise<void> {
    const nowMs = clock.monotonicMs();
    if (health.pausedMs() > 0) return;
    const due = actions.takeDue(nowMs, watch.statesPerRound).flatMap((actionId) => ledger.find(actionId) ?? []);
    const looked = new Set<EndpointId>();
    const lookAt = async (endpointId: EndpointId) => {
      if (looked.has(endpointId) || looked.size >= watch.looksPerRound) return;
      await rung("tasks", async () => {
        apply(endpointId, await look(endpointId));
        looked.add(endpointId);
      });
    };
    if (due.length > 0) await rung("events", readEvents);
    await rung("console", () => askConsole(due));
    for (const endpointId of endpoints.takeDue(nowMs, watch.looksPerRound)) await lookAt(endpointId);
    for (const { order } of due) {
      const entry = ledger.find(order.actionId);
      if (entry !== undefined && isWatched(entry) && entry.task === undefined) await lookAt(order.endpointId);
    }
    await rung("states", () => readStates(due, lookAt));
    for (const entry of due) afterRound(entryKey(entry), looked.has(entry.order.endpointId));
  }

  /** One rung that KSC refuses does not keep the others from being climbed; a trouble of the whole site ends the round. */
  async function rung(what: string, climb: () => Promise<void>): Promise<void> {
    try {
      await climb();
      health.succeeded();
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (signal.aborted || trouble.reach === "site") throw thrown;
      deps.logger.warn("site.watch", { rung: what, code: trouble.code, reason: trouble.message });
    }
  }

  async function readEvents(): Promise<void> {
    for (let page = 0; page < watch.eventPagesPerRound; page++) {
      const events = await edr.eventsAfter(ledger.meta.eventCursor, watch.eventsPerPage, signal);
      const last = events.at(-1);
      if (last === undefined) return;
      for (const event of events) for (const entry of ownersOf(event)) step(entry, onEvent(entry, event));
      ledger.setMeta({ eventCursor: last.eventDbId });
      if (events.length < watch.eventsPerPage) return;
    }
  }

  /** By the task's name, which is ours alone once the task or its incident id was recognised in it. */
  function ownersOf(event: EdrEvent): readonly LedgerEntry[] {
    const number = /(?:^|\D)(\d+)$/.exec(event.taskDisplayName)?.[1];
    const late = [...gone.values()].filter((entry) => entry.order.endpointId === event.endpointId);
    return [...ledger.entriesOf(event.endpointId), ...late].filter((entry) => {
      const name = entry.task?.name ?? entry.evidence.taskName;
      if (name !== undefined) return name === event.taskDisplayName;
      const { kind } = entry.order.spec;
      const sameKind = event.taskDisplayName.toLowerCase().includes(kind.toLowerCase());
      return sameKind && number !== undefined && Number(number) === entry.evidence.incidentId;
    });
  }

  async function askConsole(due: readonly LedgerEntry[]): Promise<void> {
    const asks = due.some((entry) => entry.task === undefined && isWatched(entry));
    if (asks && health.consoleAgeMs() >= watch.consoleTtlMs) health.sawConsole(await edr.consoleAvailable(signal));
  }

  async function readStates(
    due: readonly LedgerEntry[],
    lookAt: (endpointId: EndpointId) => Promise<void>,
  ): Promise<void> {
    const refs = due.flatMap(({ order }): TaskRef[] => {
      const entry = ledger.find(order.actionId);
      if (entry?.task === undefined || !isWatched(entry)) return [];
      return [{ taskId: entry.task.taskId, endpointId: order.endpointId, scope: entry.task.scope }];
    });
    if (refs.length === 0) return;
    const states = await edr.taskStates(refs, signal);
    for (const { order } of due) {
      const entry = ledger.find(order.actionId);
      const state = entry?.task === undefined ? undefined : states.get(entry.task.taskId);
      if (entry === undefined || state === undefined || !isWatched(entry)) continue;
      // Whether it was rotated or deleted shows in the endpoint's other tasks.
      if (state.kind === "gone") await lookAt(order.endpointId);
      else step(entry, onTaskState(entry, state));
    }
  }

  function apply(endpointId: EndpointId, result: LookResult): void {
    for (const { entry, task } of result.found) {
      const { taskId, scope, createdAt, displayName: name } = task;
      step(ledger.find(entryKey(entry)) ?? entry, onTask(entry, { taskId, scope, createdAt, name }));
    }
    for (const before of result.missing) {
      const entry = ledger.find(entryKey(before));
      // Two that share one look both tell of it; the second finds it told.
      if (entry !== undefined && !entry.slotFreed)
        step(entry, onGone(entry, result.count, clock.now(), settings.ledger));
    }
    const promoted = ledger.promote(endpointId);
    if (promoted.length > 0) deps.onPromoted(promoted);
    if (ledger.entriesOf(endpointId).some((entry) => waitingOf(entry) !== undefined)) watchEndpoint(endpointId);
    else endpoints.remove(endpointId);
  }

  /** Late and repeated evidence changes nothing; what is news resets the pace of watching. */
  function step(entry: LedgerEntry, next: Step | undefined): void {
    if (next === undefined) return;
    const actionId = entryKey(entry);
    const moved = next.state === undefined ? undefined : ledger.move(actionId, next.state, next.patch);
    if (moved === undefined) {
      const proved = next.patch.evidence?.rung === "event" && isSettled(entry.state);
      const told = next.patch.code !== undefined || proved;
      // A task that is recognised after the end was known is kept for its slot, not told as a step back.
      ledger.amend(actionId, next.patch, next.state === undefined && told ? "tell" : "silent");
    }
    if (moved?.state === "rotated" || moved?.state === "deleted_by_operator") gone.set(actionId, moved);
    if (moved !== undefined || next.patch.evidence?.rung === "event") actions.hurry(actionId, clock.monotonicMs());
  }

  /** Says what is missing, and decides whether the entry is watched on. */
  function afterRound(actionId: ActionId, looked: boolean): void {
    const entry = ledger.find(actionId);
    if (entry === undefined) {
      actions.remove(actionId);
      return;
    }
    // What was not looked at cannot be missed: it is first in the next round.
    if (entry.task === undefined && isWatched(entry) && !looked) {
      actions.hurry(actionId, Number.NEGATIVE_INFINITY);
      return;
    }
    step(entry, onSilence(entry, health.console, clock.now(), watch));
    const latest = ledger.find(actionId) ?? entry;
    const waitsForEvent = latest.evidence.rung !== "event" && clock.now() - latest.changedAt < watch.eventWaitMs;
    if (isWatched(latest) || (isSettledByState(latest) && waitsForEvent)) return;
    gone.delete(actionId);
    actions.remove(actionId);
  }

  function watchEndpoint(endpointId: EndpointId): void {
    endpoints.add(endpointId, clock.monotonicMs());
    schedule();
  }

  return {
    watch(entry) {
      actions.add(entryKey(entry), clock.monotonicMs());
      scheduleFresh();
    },
    watchEndpoint,
    looked: apply,
    start() {
      running = true;
      schedule();
    },
    async stop() {
      running = false;
      timer?.cancel();
      await round;
    },
  };
}

/** The end is known, but not from an event; one may still come and prove it, or correct it. */
function isSettledByState(entry: LedgerEntry): boolean {
  return ["succeeded", "failed", "rotated", "deleted_by_operator"].includes(entry.state);
}
