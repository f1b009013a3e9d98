import { isSettled } from "@cordon/core/action";
import type { ActionId, Clock, EndpointId, Logger } from "@cordon/core/kernel";
import { entryKey, isContain, isWatched, type LedgerEntry, waitingOf } from "./entry.ts";
import { createEventTrust } from "./event-trust.ts";
import { createHostWatch, createSyncWatch } from "./host-watch.ts";
import { onGone, onSilence, onTask, qualify, type Step } from "./judge.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import { createLookQueue } from "./look-queue.ts";
import { createOwnQuestions } from "./own-questions.ts";
import type { Edr, HostState } from "./ports.ts";
import { createPreventionWatch } from "./prevention-watch.ts";
import { createEventReading } from "./read-events.ts";
import type { AgentSettings } from "./settings.ts";
import { createSignalGate } from "./signal-gate.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { SiteWord } from "./site-policy/index.ts";
import { createSlowdown } from "./slowdown.ts";
import { createTaskQuestions } from "./task-questions.ts";
import { createWaits } from "./waits.ts";
import { createWatchBudget, EVENT_CALLS } from "./watch-budget.ts";
import { createWatchList } from "./watch-list.ts";

/**
 * Finds out what became of what was submitted: one shared round of few calls per site, which scales with active actions, not
 * with endpoints. Events first, since one page of them can settle many actions; then, for all hosts at once, whether KSC hears them;
 * then questions about single actions, as far as the budget goes or a deadline asks for them.
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

const SIGNAL_CALLS = 1;

export function createWatcher(deps: {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly look: (endpointId: EndpointId) => Promise<LookResult>;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly signal: AbortSignal;
  readonly site: Pick<SiteWord, "stops">;
  /** Submissions that wait or are under way. */
  readonly load: () => number;
  /** What the site's inventory last had of a host. */
  readonly knownHost: (endpointId: EndpointId) => Pick<HostState, "statusMask" | "lastSeenAt"> | undefined;
  /** Waiting orders that got a slot. */
  readonly onPromoted: (entries: readonly LedgerEntry[]) => void;
}): Watcher {
  const { edr, ledger, health, clock, settings, signal } = deps;
  const { watch } = settings;
  /** One session stays free for sending. */
  const lanes = Math.max(1, settings.submissionsMax - 1);
  const actions = createWatchList<ActionId>(watch);
  const endpoints = createWatchList<EndpointId>({ pollMinMs: watch.deferredLookMs, pollMaxMs: watch.deferredLookMs });
  const slowdown = createSlowdown(watch);
  const budget = createWatchBudget(clock, watch, slowdown);
  const trust = createEventTrust();
  const waits = createWaits(clock);
  const wanted = createLookQueue();
  const signals = createSignalGate({ edr, clock, watch });
  const own = createOwnQuestions({ clock, watch, budget, trust, waits });
  const prevention = createPreventionWatch({ edr, step });
  const reading = createEventReading({ edr, ledger, watch, step });
  const hosts = createHostWatch({ edr, clock, watch, budget, waits, known: deps.knownHost, step });
  const sync = createSyncWatch({ edr, watch, hosts, waits, mayAsk: () => !deps.site.stops() });
  let timer: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  let lastRoundMs = Number.NEGATIVE_INFINITY;
  let eventsAtMs = Number.NEGATIVE_INFINITY;
  let round: Promise<void> | undefined;
  let running = false;

  function schedule(): void {
    if (!running || round !== undefined) return;
    const nowMs = clock.monotonicMs();
    // With events to rely on, a round that can neither read them nor ask anything would be of no use.
    const usefulMs = trust.trusted
      ? Math.min(mustReadAtMs(), nowMs + budget.waitMs(EVENT_CALLS))
      : Number.NEGATIVE_INFINITY;
    const leftMs = wanted.size > 0 ? nowMs : Number.POSITIVE_INFINITY;
    const nextMs = Math.min(Math.max(actions.nextDueMs(), usefulMs), endpoints.nextDueMs(), leftMs);
    if (nextMs === Number.POSITIVE_INFINITY) return;
    // Sending goes before watching: while there is work to send, KSC is asked less often.
    const restMs = (deps.load() > 0 ? watch.pollMinMs * 2 : watch.pollMinMs) * slowdown.factor;
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

  const mustReadAtMs = () => eventsAtMs + watch.pollMaxMs * slowdown.factor;

  function failed(thrown: unknown): void {
    if (signal.aborted) return;
    const trouble = troubleOf(thrown);
    health.failed(trouble);
    deps.logger.warn("site.watch", { code: trouble.code, reason: trouble.message });
  }

  async function runRound(): Promise<void> {
    if (health.pausedMs() > 0) return;
    const nowMs = clock.monotonicMs();
    const due = actions.takeDue(nowMs, watch.statesPerRound).flatMap((actionId) => ledger.find(actionId) ?? []);
    const questions = createTaskQuestions({ ...deps, watch, wanted, waits, lanes, rung, apply, step });
    if (due.length > 0) {
      await rung("policy", () => prevention.climb(due, signal));
      await rung("events", readEvents);
      await rung("console", () => askConsole(due));
      await rung("hosts", () => hosts.climb(notStarted(), signal));
      await rung("sync", () => sync.climb(notStarted(), signal));
    }
    const open = fresh(due).filter(({ task, order }) => task !== undefined || !wanted.has(order.endpointId));
    const asked = own.choose(open, { consoleDown: health.console === "down" });
    for (const entry of asked) if (entry.task === undefined) want(entry.order.endpointId, isContain(entry));
    for (const endpointId of endpoints.takeDue(nowMs, endpoints.size)) want(endpointId, hasContainWaiting(endpointId));
    await questions.look();
    // One whose task this very look found has its own turn for a question about how it goes.
    const withTask = fresh(asked.filter(({ task }) => task !== undefined));
    await rung("states", () => questions.readStates(withTask, signal));
    const judged = new Set(due.map(entryKey));
    for (const endpointId of questions.looked) {
      for (const entry of ledger.entriesOf(endpointId)) if (actions.has(entryKey(entry))) judged.add(entryKey(entry));
    }
    for (const actionId of judged) afterRound(actionId, questions.looked);
  }

  function want(endpointId: EndpointId, urgent: boolean): void {
    wanted.want(endpointId, urgent, clock.monotonicMs());
  }

  const hasContainWaiting = (endpointId: EndpointId) =>
    ledger.entriesOf(endpointId).some((entry) => isContain(entry) && waitingOf(entry) !== undefined);

  const fresh = (entries: readonly LedgerEntry[]) => entries.flatMap((entry) => ledger.find(entryKey(entry)) ?? []);

  const notStarted = () =>
    [...actions.keys()].flatMap((actionId) => {
      const entry = ledger.find(actionId);
      return entry?.state === "submitted" || entry?.state === "task_seen" ? [entry] : [];
    });

  /** One rung that KSC refuses does not keep the others from being climbed; a trouble of the whole site ends the round. */
  async function rung(what: string, climb: () => Promise<void>): Promise<void> {
    try {
      await climb();
      health.succeeded();
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (signal.aborted || trouble.reach === "site") throw thrown;
      if (what === "events") trust.broken();
      deps.logger.warn("site.watch", { rung: what, code: trouble.code, reason: trouble.message });
    }
  }

  async function readEvents(): Promise<void> {
    const startedMs = clock.monotonicMs();
    if (startedMs < mustReadAtMs() && budget.waitMs(EVENT_CALLS) > 0) return;
    eventsAtMs = startedMs;
    if (!(await signals.worthReading(actions.size, signal))) {
      budget.spend(SIGNAL_CALLS);
      return;
    }
    const readMs = clock.monotonicMs();
    const { pages, owned, events } = await reading.read(signal);
    budget.spend(EVENT_CALLS * pages);
    slowdown.observe(clock.monotonicMs() - readMs, EVENT_CALLS * pages);
    signals.found(events);
    if (owned > 0) trust.told();
  }

  async function askConsole(due: readonly LedgerEntry[]): Promise<void> {
    const asks = due.some((entry) => entry.task === undefined && isWatched(entry));
    const ttlMs = health.console === "up" ? watch.consoleTtlMs : watch.consoleDownTtlMs;
    if (!asks || health.consoleAgeMs() < ttlMs) return;
    const startedMs = clock.monotonicMs();
    health.sawConsole(await edr.consoleAvailable(signal));
    slowdown.observe(clock.monotonicMs() - startedMs, 1);
  }

  function apply(endpointId: EndpointId, result: LookResult): void {
    for (const { entry, task } of result.found) {
      const { taskId, scope, createdAt, displayName: name } = task;
      step(ledger.find(entryKey(entry)) ?? entry, onTask(entry, { taskId, scope, createdAt, name }));
      // One that was given up as unknown before anyone watched it goes on from here.
      const found = ledger.find(entryKey(entry));
      if (found !== undefined && isWatched(found)) actions.add(entryKey(found), clock.monotonicMs());
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
  function step(entry: LedgerEntry, judged: Step | undefined): void {
    if (judged === undefined) return;
    const actionId = entryKey(entry);
    const next = qualify(judged, prevention.of(actionId));
    const moved = next.state === undefined ? undefined : ledger.move(actionId, next.state, next.patch);
    if (moved === undefined) {
      const proved = next.patch.evidence?.rung === "event" && isSettled(entry.state);
      const told = next.patch.code !== undefined || proved;
      // A task that is recognised after the end was known is kept for its slot, not told as a step back.
      ledger.amend(actionId, next.patch, next.state === undefined && told ? "tell" : "silent");
    }
    if (moved?.state === "rotated" || moved?.state === "deleted_by_operator") reading.rememberGone(moved);
    if (moved !== undefined || next.patch.evidence?.rung === "event") actions.hurry(actionId, clock.monotonicMs());
  }

  /** Says what is missing, and decides whether the entry is watched on. */
  function afterRound(actionId: ActionId, lookedAt: ReadonlySet<EndpointId>): void {
    const entry = ledger.find(actionId);
    if (entry === undefined) {
      forget(actionId);
      return;
    }
    const looked = lookedAt.has(entry.order.endpointId);
    step(entry, onSilence(entry, { console: health.console, looked }, waits.of(entry), watch));
    const latest = ledger.find(actionId) ?? entry;
    if (isWatched(latest)) return;
    const waitsForEvent = isSettledByState(latest) && latest.evidence.rung !== "event";
    if (waitsForEvent && waits.of(latest) < watch.eventWaitMs) return;
    if (waitsForEvent) trust.missed();
    forget(actionId);
  }

  function forget(actionId: ActionId): void {
    actions.remove(actionId);
    for (const part of [own, prevention, reading, sync, waits]) part.forget(actionId);
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
