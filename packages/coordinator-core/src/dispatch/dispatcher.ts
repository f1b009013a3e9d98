import { decisive, type GuardFacts, runGuards, STANDING_GUARDS } from "@cordon/core/guards";
import { type ActionId, asAppError, type Clock, type EpochMs, type Logger } from "@cordon/core/kernel";
import { standingFacts } from "../brakes/standing-facts.ts";
import type { ActionStore, DispatchableAction } from "../ports/action-store.ts";
import type { BrakeStore } from "../ports/brakes.ts";
import type { DispatchQueue, JobSettlement, SiteRef, TakenJob } from "../ports/dispatch-queue.ts";
import type { EndpointLabelStore } from "../ports/endpoint-labels.ts";
import type { RedeliveryStore } from "../ports/redelivery-store.ts";
import type { SiteLink } from "../ports/site-link.ts";
import { isAtKsc, isToBeOffered } from "./offer-of.ts";
import { createReceiptBook, type HeldBack, type Receipt, TROUBLE_DELAY_MS } from "./receipt-book.ts";
import { siteKey } from "./site-key.ts";

export interface DispatchLimits {
  /** Offers of one site that wait for their receipt. */
  readonly inFlightMax: number;
  /** How often a connected site looks for work without being told. */
  readonly lookMs: number;
}

export const DEFAULT_DISPATCH_LIMITS: DispatchLimits = { inFlightMax: 256, lookMs: 5_000 };

/** Moves the jobs of this process's connected sites to their agents. One per process. */
export interface Dispatcher {
  /** The site's socket is welcome; a second call for the site replaces the first link. */
  attach(site: SiteRef, link: SiteLink): Promise<void>;
  /** The socket is gone: jobs without a receipt go back. Only the attached link can detach itself. */
  detach(site: SiteRef, link: SiteLink): Promise<void>;
  /** The link of a site that is attached here. */
  linkOf(site: SiteRef): SiteLink | undefined;
  stats(): { readonly sites: number; readonly inFlight: number };
  close(): Promise<void>;
}

export interface DispatcherDeps {
  readonly queue: DispatchQueue;
  readonly store: Pick<ActionStore, "loadForDispatch" | "move">;
  readonly brakes: Pick<BrakeStore, "inForce">;
  readonly labels: Pick<EndpointLabelStore, "traitsOf" | "groupsOf">;
  readonly redeliveries: Pick<RedeliveryStore, "answered">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<DispatchLimits>;
}

interface Loaded {
  readonly found: ReadonlyMap<ActionId, DispatchableAction>;
  readonly facts: GuardFacts;
}

interface Attached {
  readonly site: SiteRef;
  readonly link: SiteLink;
  inFlight: number;
  looking: boolean;
  /** Work came while it was looking. */
  again: boolean;
  gone: boolean;
  /** Ends when the last batch taken has been offered. */
  offering: Promise<void>;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { queue, store, clock, logger } = deps;
  const limits = { ...DEFAULT_DISPATCH_LIMITS, ...deps.limits };
  const sites = new Map<string, Attached>();
  const receipts = createReceiptBook(deps);
  const underWay = new Set<Promise<void>>();
  let stopLooking: () => void = () => {};

  const track = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };

  const look = (attached: Attached): void => {
    if (attached.looking) attached.again = true;
    else if (!attached.gone) track(takeWhileRoom(attached));
  };

  /** One at a time per site. Ends when the queue is empty or the window full; a freed place looks again. */
  const takeWhileRoom = async (attached: Attached): Promise<void> => {
    attached.looking = true;
    try {
      let full: boolean;
      do {
        attached.again = false;
        const room = limits.inFlightMax - attached.inFlight;
        if (room <= 0) break;
        // By halves, so that the queue hands out the one while the other is offered, recorded and settled.
        const size = Math.min(room, Math.ceil(limits.inFlightMax / 2));
        const jobs = await queue.take(attached.site, size);
        attached.inFlight += jobs.length;
        if (jobs.length > 0) offerAll(attached, jobs);
        full = jobs.length === size;
      } while ((full || attached.again) && !attached.gone);
    } catch (error) {
      // The next look, in `lookMs`, tries again.
      logger.warn("action.dispatch", { ...attached.site, outcome: "queue_failed", error: String(error) });
    } finally {
      attached.looking = false;
    }
  };

  /** Batches are loaded side by side and offered in the queue's order, without waiting for each other's receipts. */
  const offerAll = (attached: Attached, jobs: readonly TakenJob[]): void => {
    const loading = load(attached.site, jobs);
    attached.offering = attached.offering.then(async () => {
      const actions = await loading;
      for (const job of jobs) {
        if (actions === undefined) track(settle(attached, job, { kind: "again", delayMs: TROUBLE_DELAY_MS }));
        else track(dispatch(attached, job, actions));
      }
    });
    track(attached.offering);
  };

  /** What the jobs are, and what is in force at this moment [S4]; undefined when the record cannot be asked. */
  const load = async (site: SiteRef, jobs: readonly TakenJob[]): Promise<Loaded | undefined> => {
    try {
      const ids = jobs.map(({ actionId }) => actionId);
      const [found, brakes] = await Promise.all([
        store.loadForDispatch(site.tenantId, site.siteId, ids),
        deps.brakes.inForce(site.tenantId),
      ]);
      const facts = await standingFacts(
        brakes,
        {
          traitsOf: (endpoints) => deps.labels.traitsOf(site.tenantId, endpoints),
          groupsOf: (asked) => deps.labels.groupsOf(site.tenantId, asked, clock.now()),
        },
        {
          endpoints: () => found.map(({ endpointId }) => ({ siteId: site.siteId, endpointId })),
          isolated: () =>
            found.flatMap(({ endpointId, spec }) =>
              spec.kind === "isolateHost" ? [{ siteId: site.siteId, endpointId }] : [],
            ),
        },
      );
      return { found: new Map(found.map((action) => [action.actionId, action])), facts };
    } catch (error) {
      logger.warn("action.dispatch", { ...site, outcome: "record_failed", code: asAppError(error).code });
      return undefined;
    }
  };

  const dispatch = async (attached: Attached, job: TakenJob, { found, facts }: Loaded): Promise<void> => {
    const action = found.get(job.actionId);
    // Cancelled, expired or delivered meanwhile: a job says only what to look at.
    if (action === undefined || !isToBeOffered(action)) {
      if (action?.redelivered) receipts.settled(job, attached.link);
      return settle(attached, job, { kind: "done" });
    }
    let verdict: Receipt;
    const heldBack = heldBackBy(facts, attached.site, action, clock.now());
    // What may have been sent is never just given up: the agent looks for it, and sends nothing past the deadline either.
    if (action.deadline <= clock.now() && !action.redelivered) verdict = "overdue";
    else if (heldBack !== undefined) verdict = heldBack;
    else {
      try {
        verdict = await attached.link.offer(action.actionId);
      } catch {
        // A lost link is detached in a moment, and everything is given back then; one that is only slow gets a pause.
        return settle(attached, job, { kind: "again", delayMs: attached.gone ? 0 : TROUBLE_DELAY_MS });
      }
    }
    const settlement = await receipts.record(job, verdict, attached.link, action);
    await settle(attached, job, settlement);
  };

  const settle = async (attached: Attached, job: TakenJob, settlement: JobSettlement): Promise<void> => {
    try {
      await queue.settle(job, settlement);
    } catch (error) {
      // Its lock runs out and it comes again; the record then says what became of it.
      logger.warn("action.settle", { ...attached.site, actionId: job.actionId, error: String(error) });
    } finally {
      attached.inFlight--;
      look(attached);
    }
  };

  const lookEverywhere = (): void => {
    for (const attached of sites.values()) look(attached);
    stopLooking = clock.after(limits.lookMs, lookEverywhere);
  };
  stopLooking = clock.after(limits.lookMs, lookEverywhere);
  const stopListening = queue.onWork((site) => {
    const attached = sites.get(siteKey(site));
    if (attached) look(attached);
  });

  return {
    async attach({ tenantId, siteId }, link) {
      const site = { tenantId, siteId };
      const before = sites.get(siteKey(site));
      if (before) before.gone = true;
      const attached: Attached = {
        site,
        link,
        inFlight: 0,
        looking: false,
        again: false,
        gone: false,
        offering: Promise.resolve(),
      };
      sites.set(siteKey(site), attached);
      await queue.watch(site);
      look(attached);
    },
    async detach(site, link) {
      const attached = sites.get(siteKey(site));
      if (attached?.link !== link) return;
      attached.gone = true;
      sites.delete(siteKey(site));
      await queue.unwatch(attached.site);
      await queue.giveBack(attached.site);
    },
    linkOf: (site) => sites.get(siteKey(site))?.link,
    stats: () => ({
      sites: sites.size,
      inFlight: [...sites.values()].reduce((sum, { inFlight }) => sum + inFlight, 0),
    }),
    async close() {
      stopLooking();
      stopListening();
      for (const attached of sites.values()) attached.gone = true;
      sites.clear();
      await Promise.all(underWay);
    },
  };
}

/** [S4] A brake that was set after the decision holds as well. What KSC has already is only watched and can be released. */
function heldBackBy(
  facts: GuardFacts,
  { tenantId, siteId }: SiteRef,
  { state, ruleId, endpointId, endpointName, spec }: DispatchableAction,
  now: EpochMs,
): HeldBack | undefined {
  if (facts.brakes.length === 0 || isAtKsc(state)) return undefined;
  const subject = {
    tenantId,
    rule: { id: ruleId, limits: {} },
    endpoint: { siteId, endpointId, name: endpointName },
    kind: spec.kind,
    now,
  };
  const objection = decisive(runGuards(STANDING_GUARDS, subject, facts));
  return objection && { kind: "held_back", code: objection.code, message: objection.message };
}
