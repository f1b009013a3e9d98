import type { LeaseView } from "@cordon/core/endpoint";
import type { ActionId, Clock } from "@cordon/core/kernel";
import type { Session } from "../uplink.ts";
import type { LeaseSettings } from "./lease-settings.ts";

/**
 * Tells the coordinator how isolations hold: all when a session begins, then those that changed, in bounded pages. There is no
 * answer to a report: one counts as told when its session stayed up for a while after it.
 */
export interface LeaseReporter {
  sessionUp(session: Session): void;
  sessionDown(): void;
  /** Something may have changed. */
  kick(): void;
  wasTold(view: LeaseView): boolean;
  forget(actionId: ActionId): void;
}

interface Told {
  readonly text: string;
  readonly atMs: number;
}

export function createLeaseReporter(deps: {
  readonly clock: Clock;
  readonly settings: LeaseSettings;
  readonly views: () => readonly LeaseView[];
}): LeaseReporter {
  const { clock, settings } = deps;
  /** What this session was sent. */
  const sent = new Map<ActionId, Told>();
  let session: Session | undefined;
  let timer: (() => void) | undefined;

  function kick(): void {
    if (session === undefined || timer !== undefined) return;
    timer = clock.after(settings.reportMs, () => void flush());
  }

  async function flush(): Promise<void> {
    const current = session;
    while (current !== undefined && session === current) {
      const news = deps.views().filter((view) => sent.get(view.actionId)?.text !== JSON.stringify(view));
      const leases = news.slice(0, settings.leasesPerReportMax);
      if (leases.length === 0) break;
      const outcome = current.uplink.send({ kind: "leaseReport", leases });
      if (outcome === "down") break;
      if (outcome === "congested") await current.uplink.drained();
      else
        for (const view of leases) sent.set(view.actionId, { text: JSON.stringify(view), atMs: clock.monotonicMs() });
    }
    if (session === current) timer = undefined;
  }

  return {
    sessionUp(next) {
      timer?.();
      timer = undefined;
      sent.clear();
      session = next.role === "active" ? next : undefined;
      kick();
    },
    sessionDown() {
      session = undefined;
      timer?.();
      timer = undefined;
      sent.clear();
    },
    kick,
    wasTold(view) {
      const told = sent.get(view.actionId);
      return told?.text === JSON.stringify(view) && clock.monotonicMs() - told.atMs >= settings.toldAfterMs;
    },
    forget: (actionId) => sent.delete(actionId),
  };
}
