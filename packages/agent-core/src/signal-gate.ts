import type { Clock } from "@cordon/core/kernel";
import type { Edr } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";

/**
 * Says whether reading events is worth while now. KSC's own signals (console events) cost one call where a reading costs three, but
 * whether a server tells of task states at all must be seen: they count once they announced events that were then found, and stop
 * counting when events were found that they had kept silent about. Without them, and with many actions, events are always read.
 */
export interface SignalGate {
  worthReading(watchedActions: number, signal: AbortSignal): Promise<boolean>;
  /** What the reading found. */
  found(events: number): void;
}

export function createSignalGate(deps: {
  readonly edr: Edr;
  readonly clock: Clock;
  readonly watch: WatchSettings;
}): SignalGate {
  const { edr, clock, watch } = deps;
  let proved = false;
  let announced = false;
  /** KSC was listened to just before the reading, so silence meant something. */
  let fresh = false;
  let listenAtMs = Number.NEGATIVE_INFINITY;
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function listen(signal: AbortSignal): Promise<void> {
    const nowMs = clock.monotonicMs();
    if (nowMs < listenAtMs) return;
    const heard = await edr.signals(signal);
    fresh = heard.kind === "heard";
    if (heard.kind === "heard") announced ||= heard.tasks;
    else proved = false;
    // What has not proved itself is not worth a call in every round.
    const restMs = heard.kind === "heard" ? heard.notBeforeMs : 0;
    listenAtMs = nowMs + Math.max(restMs, proved ? 0 : watch.signalProbeMs);
  }

  return {
    async worthReading(watchedActions, signal) {
      fresh = false;
      if (watchedActions > watch.signalActionsMax) return true;
      await listen(signal);
      return !proved || announced || clock.monotonicMs() - readAtMs >= watch.signalQuietMs;
    },
    found(events) {
      if (fresh && events > 0) proved = announced;
      announced = false;
      readAtMs = clock.monotonicMs();
    },
  };
}
