import type { Clock, EndpointId } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";
import { isOffline, onHost, type Step } from "./judge.ts";
import type { Edr, HostState } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { Waits } from "./waits.ts";
import type { WatchBudget } from "./watch-budget.ts";

/** KSC is asked for the hosts of so many actions with one search of three calls. */
const HOSTS_PER_SEARCH = 100;
const SEARCH_CALLS = 3;

/**
 * Whether KSC hears the hosts whose tasks have not started, for all of them in one question: an endpoint that is off is told early and
 * not after half an hour of silence.
 */
export interface HostWatch {
  /** `waiting`: all actions that KSC has and that have not started. */
  climb(waiting: readonly LedgerEntry[], signal: AbortSignal): Promise<void>;
  isOffline(endpointId: EndpointId): boolean;
}

export function createHostWatch(deps: {
  readonly edr: Edr;
  readonly clock: Clock;
  readonly watch: WatchSettings;
  readonly budget: WatchBudget;
  /** What the site's inventory last had of a host. */
  readonly known: (endpointId: EndpointId) => Pick<HostState, "statusMask" | "lastSeenAt"> | undefined;
  readonly waits: Pick<Waits, "of">;
  readonly step: (entry: LedgerEntry, next: Step | undefined) => void;
}): HostWatch {
  const { edr, clock, watch, budget, waits } = deps;
  const answers = new Map<EndpointId, { readonly atMs: number; readonly state: HostState | undefined }>();

  const ageMs = (endpointId: EndpointId) =>
    clock.monotonicMs() - (answers.get(endpointId)?.atMs ?? Number.NEGATIVE_INFINITY);

  function mustAsk(entry: LedgerEntry): boolean {
    const { endpointId } = entry.order;
    const known = ageMs(endpointId);
    if (known !== Number.POSITIVE_INFINITY) return known >= 2 * watch.hostMaxAgeMs;
    return waits.of(entry) >= watch.hostFirstMs || looksOff(endpointId);
  }

  /** The inventory is minutes old: enough to ask now, not enough to tell. */
  function looksOff(endpointId: EndpointId): boolean {
    const host = deps.known(endpointId);
    return host !== undefined && isOffline({ ...host, agentRunning: (host.statusMask & 8) !== 0 }, clock.now(), watch);
  }

  async function ask(waiting: readonly LedgerEntry[], signal: AbortSignal): Promise<void> {
    const stale = waiting.filter(({ order }) => ageMs(order.endpointId) >= watch.hostMaxAgeMs);
    if (stale.length === 0) return;
    // Whoever is half as old joins, so that all are asked together the next time.
    const old = waiting.filter(({ order }) => ageMs(order.endpointId) >= watch.hostMaxAgeMs / 2);
    const ids = [...new Set(old.map(({ order }) => order.endpointId))].slice(0, watch.hostsPerRound);
    const calls = SEARCH_CALLS * Math.ceil(ids.length / HOSTS_PER_SEARCH);
    if (stale.some(mustAsk)) budget.spend(calls);
    else if (!budget.take(calls)) return;
    const states = await edr.hostStates(ids, signal);
    for (const id of ids) answers.set(id, { atMs: clock.monotonicMs(), state: states.get(id) });
  }

  function forgetOthers(waiting: readonly LedgerEntry[]): void {
    const wanted = new Set(waiting.map(({ order }) => order.endpointId));
    for (const id of answers.keys()) if (!wanted.has(id) && ageMs(id) >= watch.hostMaxAgeMs) answers.delete(id);
  }

  return {
    async climb(waiting, signal) {
      forgetOthers(waiting);
      await ask(waiting, signal);
      for (const entry of waiting) {
        const answer = answers.get(entry.order.endpointId);
        if (answer === undefined) continue;
        deps.step(entry, onHost(entry, answer.state, { now: clock.now(), waitedMs: waits.of(entry) }, watch));
      }
    },
    isOffline(endpointId) {
      const answer = answers.get(endpointId);
      return answer !== undefined && (answer.state === undefined || isOffline(answer.state, clock.now(), watch));
    },
  };
}

/** Which hosts are asked to synchronise now: once for each action, when its task has had time to be made, and only if they are heard. */
export function createSyncWatch(deps: {
  readonly edr: Edr;
  readonly watch: WatchSettings;
  readonly hosts: HostWatch;
  readonly waits: Pick<Waits, "of">;
  /** False while the site's kill switch is pulled: nothing that changes something is asked of KSC. */
  readonly mayAsk: () => boolean;
}) {
  const { edr, watch, hosts, waits, mayAsk } = deps;
  const asked = new Set<string>();
  return {
    async climb(waiting: readonly LedgerEntry[], signal: AbortSignal): Promise<void> {
      const { syncAfterMs } = watch;
      if (syncAfterMs === undefined || !mayAsk()) return;
      const due = waiting.filter((entry) => {
        const made = entry.state === "task_seen" || waits.of(entry) >= syncAfterMs;
        return made && !asked.has(entryKey(entry)) && !hosts.isOffline(entry.order.endpointId);
      });
      if (due.length === 0) return;
      const ids = [...new Set(due.map(({ order }) => order.endpointId))].slice(0, watch.hostsPerRound);
      for (const entry of due) if (ids.includes(entry.order.endpointId)) asked.add(entryKey(entry));
      await edr.syncHosts(ids, signal);
    },
    forget: (actionId: string) => {
      asked.delete(actionId);
    },
  };
}
