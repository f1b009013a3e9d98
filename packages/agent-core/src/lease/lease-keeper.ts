import type { LeaseView, LeaseRelease as ToldRelease } from "@cordon/core/endpoint";
import { type ActionId, addMs, type Clock, type EndpointId, type EpochMs, type Logger } from "@cordon/core/kernel";
import { decideLease, type LeaseDecision, type LeaseStep } from "@cordon/core/lease";
import { capOf, type LedgerPolicy } from "@cordon/core/ledger";
import {
  type LeaseRelease as EntryLeaseRelease,
  entryKey,
  isUnsent,
  type LeaseRecord,
  type LedgerEntry,
  slotOf,
} from "../entry.ts";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr } from "../ports.ts";
import type { SiteHealth } from "../site-health.ts";
import type { SiteLedger } from "../site-ledger.ts";
import type { Unproven } from "../unproven.ts";
import type { Session } from "../uplink.ts";
import { askKsc, heardBy, refOf } from "./ask-ksc.ts";
import { factsOf, holderOf, type KeptLease, keepLease, recordOf, renewalOrder } from "./kept-lease.ts";
import { createKscTime } from "./ksc-time.ts";
import type { LeaseSettings } from "./lease-settings.ts";
import { createRelease, type ReleaseAnswer } from "./release-lease.ts";
import type { ReleaseMethod } from "./release-method.ts";
import { createLeaseReporter } from "./report-leases.ts";

/**
 * Keeps isolations up [S6]. What is to be done follows from the ledger's entries alone (`decideLease`), so there is nothing to
 * restore after a restart and nothing that the coordinator must say: with the WAN down all goes on. A renewal is an order
 * of the agent's own, which goes the way of every order: slot, look, intent, send, watch.
 */
export interface LeaseKeeper {
  start(): void;
  stop(): Promise<void>;
  /** An entry of the ledger was made or changed. */
  changed(entry: LedgerEntry): void;
  sessionUp(session: Session): void;
  sessionDown(): void;
  /** Stops renewing, and ends the isolation by the site's own method if it has one. */
  release(actionId: ActionId, reason: string, by?: string): Promise<ReleaseAnswer>;
  views(): readonly LeaseView[];
}

export interface LeaseKeeperDeps {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Looks at an endpoint's tasks and brings the ledger up to date with them. */
  readonly look: (endpointId: EndpointId) => Promise<void>;
  readonly signal: AbortSignal;
  readonly settings: LeaseSettings;
  readonly ledgerPolicy: LedgerPolicy;
  readonly releaseMethod: ReleaseMethod;
  /** A renewal has its slot: it may be sent. */
  readonly onAdmitted: (entry: LedgerEntry) => void;
  /** A renewal waits for a slot of this endpoint. */
  readonly onDeferred: (endpointId: EndpointId) => void;
  readonly onCancelled: (entry: LedgerEntry) => void;
  readonly unproven: Pick<Unproven, "has" | "add">;
  /** See `Runner.prove`. */
  readonly onDoubtful: (entry: LedgerEntry) => void;
}

export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  const { edr, ledger, health, clock, logger, settings, signal } = deps;
  const leases = new Map<ActionId, KeptLease>();
  const time = createKscTime(deps);
  const views = () => [...leases.values()].flatMap(({ view }) => view ?? []);
  const reporter = createLeaseReporter({ clock, settings, views });
  const release = createRelease({ ...deps, method: deps.releaseMethod, keptOf: (actionId) => leases.get(actionId) });
  let timer: (() => void) | undefined;
  let timerDueMs = Number.POSITIVE_INFINITY;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let work: Promise<void> | undefined;
  let running = false;

  function schedule(dueMs: number): void {
    if (!running || dueMs >= timerDueMs) return;
    timer?.();
    timerDueMs = dueMs;
    timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      timerDueMs = Number.POSITIVE_INFINITY;
      tick();
    });
  }

  function tick(): void {
    work ??= look()
      .catch((error) => {
        if (!signal.aborted) logger.error("lease.keep", { error });
      })
      .finally(() => {
        work = undefined;
      });
    for (const kept of [...leases.values()]) if (kept.dueMs <= clock.monotonicMs()) decide(kept);
    reporter.kick();
    const dues = [...leases.values()].map(({ dueMs }) => dueMs);
    if (dues.length > 0) schedule(Math.min(...dues, clock.monotonicMs() + settings.tickMsMax));
  }

  /** What KSC says: its time, and for live leases their tasks and hosts. */
  async function look(): Promise<void> {
    const live = [...leases.values()].filter(
      ({ entry }) => entry.state === "succeeded" && recordOf(entry).ended === undefined,
    );
    const wasTrusted = time.trusted;
    await time.look();
    if (!wasTrusted && time.trusted) hurryAll();
    const due = clock.monotonicMs() - checkedMs >= settings.checkMs;
    if (live.length === 0 || !due || health.pausedMs() > 0) return;
    checkedMs = clock.monotonicMs();
    try {
      // One whose success an event told may not have had its task recognised; without it nobody would miss the task.
      const taskless = live.filter((kept) => holderOf(kept)?.task === undefined && holderOf(kept)?.slotFreed === false);
      for (const kept of taskless.slice(0, settings.looksPerCheck)) await deps.look(kept.entry.order.endpointId);
      const answers = await askKsc(edr, live, settings, checkedMs, signal);
      for (const kept of live) {
        const ref = refOf(holderOf(kept));
        const holder = holderOf(kept);
        if (ref !== undefined && holder !== undefined && answers.tasks.get(ref.taskId)?.kind === "gone") {
          ledger.amend(entryKey(holder), { slotFreed: true }, "silent");
        }
        hear(kept, heardBy(answers.hosts.get(kept.entry.order.endpointId), isolatedAt(kept), kscNow(), settings));
      }
    } catch (thrown) {
      if (signal.aborted) return;
      const trouble = troubleOf(thrown);
      health.failed(trouble);
      logger.warn("lease.look", { code: trouble.code, reason: trouble.message });
    }
  }

  const kscNow = () => addMs(clock.now(), time.skewMs ?? 0);

  /** By KSC's clock. */
  function isolatedAt({ entry }: KeptLease): EpochMs {
    return entry.endedAt ?? addMs(entry.changedAt, time.skewMs ?? 0);
  }

  function hear(kept: KeptLease, heard: LeaseRecord["heard"]): void {
    if (recordOf(kept.entry).heard === heard) return;
    if (heard === "no") logger.warn("lease.not_heard", { ...idsOf(kept.entry) });
    ledger.amend(entryKey(kept.entry), { lease: { ...recordOf(kept.entry), heard } }, "silent");
  }

  function decide(kept: KeptLease): void {
    const lease = recordOf(kept.entry);
    if (lease.ended !== undefined) {
      // The end is final; it is kept until it was told.
      kept.view =
        kept.view?.state === lease.ended ? kept.view : { ...viewOf(kept, decisionOf(kept)), state: lease.ended };
      if (reporter.wasTold(kept.view)) forget(kept);
      else kept.dueMs = clock.monotonicMs() + settings.tickMsMax;
      return;
    }
    supersede(kept);
    const decision = decisionOf(kept);
    kept.view = viewOf(kept, decision);
    kept.dueMs = dueOf(decision.step);
    act(kept, decision.step);
  }

  function decisionOf(kept: KeptLease): LeaseDecision {
    const { endpointId } = kept.entry.order;
    const known = {
      freeSlots: freeSlots(endpointId),
      kscSkewMs: time.skewMs,
      now: clock.now(),
      lifespanMs: deps.ledgerPolicy.endpoint.lifespanMs,
    };
    return decideLease(factsOf(kept, known), known.now, settings.policy);
  }

  function viewOf({ entry, refused }: KeptLease, { view, step }: LeaseDecision): LeaseView {
    const { actionId, endpointId } = entry.order;
    const problem = step.kind === "renew" && refused !== undefined ? refused.message : view.problem;
    const { released } = recordOf(entry);
    return {
      actionId,
      endpointId,
      ...view,
      ...(problem === undefined ? {} : { problem }),
      ...(released === undefined ? {} : { released: toldOf(released) }),
    };
  }

  function dueOf(step: LeaseStep): number {
    const inMs = step.kind === "wait" && step.until !== undefined ? step.until - clock.now() : settings.tickMsMax;
    return clock.monotonicMs() + Math.min(Math.max(inMs, 0), settings.tickMsMax);
  }

  function act(kept: KeptLease, step: LeaseStep): void {
    if (step.kind === "renew") renew(kept, step);
    if (step.kind !== "done") return;
    // With a clock that may have been moved while the agent was away an end is not believed past.
    if (kept.entry.state === "succeeded" && !time.trusted) return;
    const { problem } = kept.view ?? {};
    logger[step.end === "lost" ? "error" : "info"](`lease.${step.end}`, {
      ...idsOf(kept.entry),
      ...(problem === undefined ? {} : { reason: problem }),
    });
    ledger.amend(entryKey(kept.entry), { lease: { ...recordOf(kept.entry), ended: step.end } }, "silent");
  }

  function renew(kept: KeptLease, step: Extract<LeaseStep, { kind: "renew" }>): void {
    if (kept.refused !== undefined && clock.monotonicMs() < kept.refused.untilMs) return;
    const lease = recordOf(kept.entry);
    const number = lease.renewals + 1;
    const order = renewalOrder(kept, number, step);
    const { admission, entry } = ledger.admit(order, entryKey(kept.entry));
    logger.info("lease.renew", { ...idsOf(kept.entry), renewal: order.actionId, number, outcome: admission.kind });
    if (admission.kind === "refused") {
      const untilMs = clock.monotonicMs() + settings.policy.retryMs;
      kept.refused = { message: `Its renewal was not admitted (${admission.code}): ${admission.message}.`, untilMs };
      return;
    }
    kept.refused = undefined;
    ledger.amend(entryKey(kept.entry), { lease: { ...lease, renewals: number } }, "silent");
    if (entry === undefined) return;
    // The numbers go on where this ledger left off; another agent, or this one before its ledger was lost, may have been further.
    deps.unproven.add(order.actionId);
    kept.renewals.set(order.actionId, { number, entry });
    if (isUnsent(entry) && entry.state !== "deferred") deps.onAdmitted(entry);
    else deps.onDeferred(order.endpointId);
  }

  /** [B4] Only the task whose timer holds the endpoint is protected. */
  function supersede(kept: KeptLease): void {
    const holder = holderOf(kept);
    for (const entry of [kept.entry, ...[...kept.renewals.values()].map((renewal) => renewal.entry)]) {
      if (entry === holder || entry.state !== "succeeded" || entry.superseded === true) continue;
      ledger.amend(entryKey(entry), { superseded: true }, "silent");
    }
  }

  function freeSlots(endpointId: EndpointId): number {
    const ours = ledger.entriesOf(endpointId).filter((entry) => slotOf(entry) !== undefined).length;
    const used = ours + ledger.foreignOf(endpointId).length;
    return capOf(deps.ledgerPolicy, deps.ledgerPolicy.endpoint.limit, "contain") - used;
  }

  function forget(kept: KeptLease): void {
    const actionId = entryKey(kept.entry);
    leases.delete(actionId);
    reporter.forget(actionId);
    ledger.amend(actionId, { lease: { ...recordOf(kept.entry), told: true } }, "silent");
  }

  function hurry(kept: KeptLease): void {
    kept.dueMs = Number.NEGATIVE_INFINITY;
    schedule(clock.monotonicMs());
  }

  function hurryAll(): void {
    for (const kept of leases.values()) hurry(kept);
  }

  function changed(entry: LedgerEntry): void {
    const actionId = entryKey(entry);
    if (entry.renews !== undefined) {
      const kept = leases.get(entry.renews);
      const renewal = kept?.renewals.get(actionId);
      if (kept === undefined || renewal === undefined) return;
      kept.renewals.set(actionId, { ...renewal, entry });
      hurry(kept);
      return;
    }
    if (entry.lease === undefined || entry.lease.told === true) return;
    const kept = leases.get(actionId) ?? keepLease(entry, ledger.find);
    leases.set(actionId, kept);
    kept.entry = entry;
    hurry(kept);
  }

  return {
    start() {
      running = true;
      for (const entry of ledger.openEntries()) {
        if (entry.lease !== undefined) leases.set(entryKey(entry), keepLease(entry, ledger.find));
      }
      if (leases.size > 0) schedule(clock.monotonicMs());
    },
    async stop() {
      running = false;
      timer?.();
      reporter.sessionDown();
      await work;
    },
    changed,
    sessionUp: reporter.sessionUp,
    sessionDown: reporter.sessionDown,
    release,
    views,
  };
}

/** The steps are the answer to whoever asked. */
function toldOf({ steps: _steps, ...told }: EntryLeaseRelease): ToldRelease {
  return told;
}

function idsOf(entry: LedgerEntry) {
  return { actionId: entry.order.actionId, endpointId: entry.order.endpointId };
}
