import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, assertNever, type Clock, epochMs, type Logger, type Random } from "@cordon/core/kernel";
import type { HostNames } from "@cordon/core/lease";
import type { OrderKeyList, SignedBytes } from "@cordon/core/signing";
import { type ActingView, createActingLease } from "./acting-lease.ts";
import { createBookAge } from "./book-age.ts";
import { createReadinessReporter } from "./capability/report-readiness.ts";
import { withCapability } from "./capability/with-capability.ts";
import { createCleanUp } from "./clean-up.ts";
import type { DriftFacts } from "./drift-log.ts";
import { entryKey, isBeforeKsc, isUnsent, isWatched, type LedgerEntry, waitingOf } from "./entry.ts";
import type { EvidenceVault } from "./evidence/evidence-vault.ts";
import { createEvidenceServer } from "./evidence/serve-evidence.ts";
import { handleCancel } from "./handle-cancel.ts";
import { handleOffer } from "./handle-offers.ts";
import type { InventoryStore } from "./inventory/inventory-store.ts";
import { createMemoryInventoryStore } from "./inventory/memory-inventory-store.ts";
import { createInventorySync } from "./inventory/sync-inventory.ts";
import {
  createFoundations,
  createLeaseKeeper,
  noReleaseMethod,
  type ReleaseAnswer,
  type ReleaseMethod,
  withFoundations,
} from "./lease/index.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { createLook } from "./look.ts";
import { createOrderGate, type OrderDeps, type RefusedOrders } from "./order-gate.ts";
import { createPacer } from "./pacer.ts";
import type { Edr } from "./ports.ts";
import { createReadyAhead } from "./ready-ahead.ts";
import { createBudgetReporter } from "./report-budget.ts";
import { createStatusReporter } from "./report-status.ts";
import { createResolver } from "./resolve-endpoint.ts";
import { createRunner, mayRun } from "./runner.ts";
import { createSendGate } from "./send-gate.ts";
import type { AgentSettings } from "./settings.ts";
import { createSiteHealth } from "./site-health.ts";
import { createSiteLedger } from "./site-ledger.ts";
import { createSiteWord, type SiteWord } from "./site-policy/index.ts";
import { attemptSubmit } from "./submit-action.ts";
import { createWaitingTeller } from "./tell-waiting.ts";
import { createUnproven } from "./unproven.ts";
import { countUnderway } from "./update/underway.ts";
import type { FromCoordinator, LedgerSummary, Problem, ServiceConsole, Session } from "./uplink.ts";
import { createWatcher } from "./watcher.ts";

export interface SiteAgentDeps {
  readonly edr: Edr;
  readonly store: LedgerStore;
  /** The durable copy of the inventory; in memory alone when absent. */
  readonly inventory?: InventoryStore | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  /** Where files that were fetched from endpoints lie; none are fetched when absent. */
  readonly vault?: EvidenceVault | undefined;
  /** How this machine names itself: it is never isolated. */
  readonly host?: HostNames;
  /** The site's own way to end an isolation; a person does it when absent. */
  readonly releaseMethod?: ReleaseMethod;
  /** Whose orders it takes; none at all when absent. */
  readonly orders?: OrderDeps;
  /** Set to wait until the site's active agent is gone. */
  readonly standBy?: boolean;
  /** The ledger cannot be written: the process must end, and reconcile when it starts again. */
  readonly onBroken: (cause: unknown) => void;
  /** The acting lease ran out: a session that may still be up is to be begun anew. */
  readonly onLapsed?: () => void;
}

/** What the agent says of itself in its hello, and to `status`. */
export interface AgentFacts {
  readonly epoch: number;
  readonly statusSeq: number;
  readonly statusAcked: number;
  readonly inventoryVersion: number;
  readonly ledger: LedgerSummary;
  readonly ledgerId: string;
  /** Whether it may hand anything to KSC, and how long without a word from the coordinator. */
  readonly acting: ActingView;
  readonly drift: DriftFacts;
  /** Orders that were refused because of who signed them, or what they are. */
  readonly refusedOrders: RefusedOrders;
  /** Version of the list of signing keys that it holds; 0 = none. */
  readonly orderKeys: number;
  readonly serviceConsole: ServiceConsole;
  readonly kscProblem?: Problem;
}

/** The whole agent but for its sockets and its disk. With no session it keeps sending, expiring, watching and recording. */
export interface SiteAgent {
  start(): void;
  facts(): AgentFacts;
  /** The site's own policy and kill switch; set by whoever reads their files. */
  readonly site: SiteWord;
  /** Ends an isolation as far as Cordon can, under every brake and without the coordinator [S4]. */
  release(actionId: ActionId, reason: string, by?: string): Promise<ReleaseAnswer>;
  /** Actions that a restart would interrupt. */
  underway(): number;
  /** How isolations hold now. */
  leases(): readonly LeaseView[];
  sessionUp(session: Session): void;
  sessionDown(): void;
  /** See `ActingLease.answered`. */
  answered(askedMs: number): void;
  /** See `ActingLease.fenced`. */
  fenced(): void;
  /** A signed order as it came: verified before anything else, then handled. */
  order(signed: SignedBytes): Promise<void>;
  /** Resolves when the message is dealt with: what is durable is durable, and the answer is on its way. */
  handle(message: FromCoordinator): Promise<void>;
  /** Ends gracefully: nothing new is begun, calls under way may end within `graceMs`, then they are broken off. */
  stop(graceMs: number): Promise<void>;
}

export function createSiteAgent(deps: SiteAgentDeps): SiteAgent {
  const { edr, clock, logger, settings } = deps;
  const abort = new AbortController();
  const { signal } = abort;
  const ledger = createSiteLedger({
    store: deps.store,
    clock,
    policy: settings.ledger,
    pagesMax: settings.pagesMax,
    onBroken: deps.onBroken,
    onNews: () => statuses.kick(),
    onEntry: (entry) => leases.changed(entry),
    onRunnable: takeUp,
  });
  const orderGate = createOrderGate({ ...deps, orders: deps.orders, ledger });
  const health = createSiteHealth({ ...deps, backoff: settings.kscBackoff });
  const look = createLook({
    edr,
    ledger,
    clock,
    watch: settings.watch,
    policy: settings.ledger,
    signal,
    onLook: (endpointId, { count }) => cleanUp.looked(endpointId, count),
  });
  const siteWord = createSiteWord({
    clock,
    logger,
    lookUp: (endpointId) => endpoints.find(endpointId),
    describe: async (endpointId, signal) => (await edr.findEndpoints("hostId", endpointId, signal))[0],
    sentSince: (since) => deps.store.sentSince(since),
  });
  const host = deps.host ?? NAMELESS;
  const endpoints = deps.inventory ?? createMemoryInventoryStore();
  const site = withCapability(withFoundations(siteWord, createFoundations({ edr, host, clock, logger })), {
    find: endpoints.find,
    minimums: settings.capability.minimums,
  });
  const shared = { edr, ledger, health, clock, logger, settings, signal, look, site };
  const absences = new Map();
  const unproven = createUnproven();
  const book = createBookAge(clock);
  const gate = createSendGate(settings.submissionsMax);
  const ahead = createReadyAhead(settings.submissionsMax);
  const acting = createActingLease({
    clock,
    logger,
    initially: ledger.meta.actsAlone && deps.standBy !== true ? "active" : "unwelcomed",
    onLapsed: () => deps.onLapsed?.(),
  });
  const runner = createRunner({
    ...shared,
    // What may not be sent waits where it expires.
    health: {
      get problem() {
        return health.problem;
      },
      pausedMs: () => Math.max(health.pausedMs(), acting.mayAct() ? 0 : NOT_ACTING_MS),
    },
    attemptsMax: () => ahead.attemptsMax,
    sessions: settings.submissionsMax,
    sweepMs: settings.sweepMs,
    unproven,
    attempt: (entry) =>
      attemptSubmit(
        { ...shared, gate, ahead, acting, absences, unproven, onSubmitted: watcher.watch, onLooked: watcher.looked },
        entry,
      ).finally(() => {
        const after = ledger.find(entry.order.actionId);
        if (after?.state === "deferred") wait(after);
      }),
  });
  const watcher = createWatcher({
    ...shared,
    load: () => runner.load,
    knownHost: (endpointId) => endpoints.find(endpointId),
    onPromoted: (entries) => {
      for (const entry of entries) runner.add(entry);
    },
  });
  const pacer = createPacer({ clock, find: ledger.find, onTurn: runner.add });
  const cleanUp = createCleanUp({
    ...shared,
    policy: settings.ledger.cleanUp,
    mayAct: () => acting.mayAct() && !site.stops(),
    onFreed: (endpointId) => {
      for (const entry of ledger.promote(endpointId)) runner.add(entry);
    },
  });
  const statuses = createStatusReporter({ ledger, clock, settings });
  const waiting = createWaitingTeller(shared);
  const inventory = createInventorySync({ ...shared, store: endpoints });
  const budget = createBudgetReporter({ ledger, health, clock, settings });
  const readiness = createReadinessReporter({ ...shared, drift: ledger.drift, settings: settings.capability });
  const evidence = createEvidenceServer({
    edr,
    orderOf: (actionId) => ledger.find(actionId)?.order,
    vault: deps.vault,
    logger,
    settings: settings.evidence,
    signal,
  });
  const resolve = createResolver({ edr, max: settings.resolvesMax, signal });
  const leases = createLeaseKeeper({
    ...shared,
    settings: settings.lease,
    look: async (endpointId) => watcher.looked(endpointId, await look(endpointId)),
    ledgerPolicy: settings.ledger,
    releaseMethod: deps.releaseMethod ?? noReleaseMethod,
    onAdmitted: runner.add,
    onDeferred: watcher.watchEndpoint,
    unproven,
    onCancelled: runner.remove,
    onDoubtful: runner.prove,
  });
  let session: Session | undefined;
  let pruneTimer: (() => void) | undefined;

  /** What cannot go now goes on when its endpoint, or its turn, lets it. */
  function wait(entry: LedgerEntry): boolean {
    if (waitingOf(entry) !== undefined) watcher.watchEndpoint(entry.order.endpointId);
    else if (entry.pacedUntil !== undefined && entry.pacedUntil > clock.now()) pacer.add(entry);
    else return false;
    return true;
  }

  function takeUp(entry: LedgerEntry): void {
    if (!wait(entry) && mayRun(entry)) runner.add(entry);
  }

  /** What a crash left open goes on where the disk says it was; requests in doubt are settled before anything new is sent. */
  function recover(): void {
    const open = [...ledger.openEntries()];
    for (const entry of open.sort((a, b) => Number(b.inDoubt) - Number(a.inDoubt))) {
      // Those that ride with another go on with it.
      if (entry.servedBy !== undefined) continue;
      if (isUnsent(entry)) unproven.add(entryKey(entry));
      if (isWatched(entry)) watcher.watch(entry);
      else takeUp(entry);
    }
    logger.info("ledger.recover", { open: open.length, inDoubt: open.filter((entry) => entry.inDoubt).length });
  }

  /** Whoever acted meanwhile may have sent what this book calls unsent [L8]. What was joined may have been sent apart. */
  function suspect(): void {
    const open = [...ledger.openEntries()];
    // The agent's own renewals nobody else ends.
    for (const entry of open) {
      if (isBeforeKsc(entry) && entry.renews === undefined) {
        ledger.amend(entryKey(entry), { awaitsOffer: true }, "silent");
      }
    }
    const unsent = open.filter(isUnsent);
    for (const entry of unsent) unproven.add(entryKey(entry));
    for (const entry of unsent) if (ledger.ridersOf(entryKey(entry)).length > 0) ledger.takeApart(entryKey(entry));
    logger.info("ledger.suspect", { unsent: unsent.length });
  }

  function sessionDown(): void {
    session = undefined;
    statuses.sessionDown();
    inventory.sessionDown();
    budget.sessionDown();
    readiness.sessionDown();
    evidence.sessionDown();
    leases.sessionDown();
  }

  /** The site's own method may take its time; who asked meanwhile on another session is told there. */
  async function answerRelease(actionId: ActionId, reason: string): Promise<void> {
    const answer = await leases.release(actionId, reason);
    session?.uplink.send({ kind: "releaseResult", actionId, ...answer });
  }

  async function handle(message: FromCoordinator): Promise<void> {
    // What came with a session that has ended since is offered again on the next.
    if (session === undefined) return;
    switch (message.kind) {
      case "offer":
        return handleOffer(
          {
            ...shared,
            mayLack: book.mayLack,
            onOfferedAgain: takeUp,
            onAdmitted: runner.add,
            onDeferred: watcher.watchEndpoint,
          },
          session,
          message,
        );
      case "cancel":
        return handleCancel(
          { ledger, unproven, onCancelled: runner.remove, onDoubtful: runner.prove },
          session,
          message,
        );
      case "statusAck":
        return statuses.acked(message.cursor);
      case "inventoryAck":
        return inventory.acked(message.version);
      case "resolveRequest":
        return resolve(session, message);
      case "release":
        return answerRelease(message.actionId, message.reason);
      case "evidenceRequest":
        return evidence.handle(message);
      case "policyPush":
        session.uplink.send({ kind: "policyApplied", version: message.version, problem: NO_REMOTE_POLICY });
        return;
      default:
        return assertNever(message);
    }
  }

  /** [O6] */
  function takeKeys(current: Session, list: OrderKeyList): void {
    const trust = deps.orders?.trust;
    if (trust === undefined) return;
    if (list.version > trust.version) {
      trust.replace(list);
      logger.warn("security.order_keys", { version: list.version, keys: list.keys.map(({ keyId }) => keyId) });
    }
    current.uplink.send({ kind: "orderKeysHeld", version: trust.version });
  }

  function prune(): void {
    pruneTimer = clock.after(PRUNE_MS, prune);
    ledger.prune(epochMs(Math.max(0, clock.now() - settings.memoryMs)), PRUNE_MAX);
  }

  return {
    start() {
      recover();
      runner.start();
      watcher.start();
      pacer.start();
      waiting.start();
      budget.start();
      readiness.start();
      leases.start();
      prune();
    },
    site,
    release: leases.release,
    underway: () => countUnderway(ledger.openEntries()),
    leases: leases.views,
    facts: () => ({
      epoch: ledger.meta.epoch,
      statusSeq: ledger.meta.statusSeq,
      statusAcked: ledger.meta.statusAcked,
      inventoryVersion: ledger.meta.inventoryVersion,
      ledger: ledger.summary(),
      ledgerId: ledger.meta.ledgerId,
      acting: acting.view(),
      drift: ledger.drift(),
      refusedOrders: orderGate.refused(),
      orderKeys: deps.orders?.trust.version ?? 0,
      serviceConsole: health.console,
      ...(health.problem === undefined ? {} : { kscProblem: health.problem }),
    }),
    sessionUp(next) {
      if (signal.aborted) return;
      session = next;
      const isActive = next.role === "active";
      // The coordinator leaves a number out when another ledger was active since, or a later self of this one.
      const othersMayHaveActed = isActive && next.epoch !== ledger.meta.epoch + 1;
      ledger.setMeta({
        epoch: Math.max(next.epoch, ledger.meta.epoch),
        actsAlone: isActive && next.actingLeaseMs === 0,
      });
      if (othersMayHaveActed) {
        book.suspect();
        ledger.tellAgain(next.statusCursor);
        suspect();
      }
      book.sessionUp(next);
      acting.welcomed({ ...next, othersMayHaveActed });
      if (deps.orders !== undefined) next.uplink.send({ kind: "orderKeysHeld", version: deps.orders.trust.version });
      runner.kick();
      statuses.sessionUp(next);
      budget.sessionUp(next);
      readiness.sessionUp(next);
      evidence.sessionUp(next);
      // For the site speaks its active agent.
      if (!isActive) return;
      inventory.sessionUp(next);
      leases.sessionUp(next);
    },
    sessionDown,
    answered: acting.answered,
    fenced: acting.fenced,
    async order(signed) {
      // What came with a session that has ended since is signed anew for the next.
      if (session === undefined) return;
      const body = orderGate.gate(session, signed);
      if (body === undefined) return;
      if (body.kind === "orderKeys") return takeKeys(session, body);
      if (body.kind !== "refusedOffer") return handle(body);
      const { actionId, code, message } = body;
      session.uplink.send({ kind: "receipt", actionId, verdict: { kind: "refused", code, message } });
    },
    handle,
    async stop(graceMs) {
      pruneTimer?.();
      acting.stop();
      waiting.stop();
      budget.stop();
      const cancel = clock.after(graceMs, () => abort.abort(new Error("the agent is stopping")));
      pacer.stop();
      await Promise.all([
        runner.stop(),
        watcher.stop(),
        cleanUp.stop(),
        inventory.stop(),
        readiness.stop(),
        leases.stop(),
      ]);
      cancel();
      abort.abort(new Error("the agent has stopped"));
      // What is not sent by now is sent by the next process; nothing may touch the ledger after its last write.
      sessionDown();
      await ledger.durable();
    },
  };
}

/** A machine that did not say its name is no endpoint. */
const NAMELESS: HostNames = { hostName: "", addresses: [] };

/** An agent that may not act looks now and then; the welcome that lets it act again wakes it. */
const NOT_ACTING_MS = 60_000;

/** Once an hour a bounded number of old entries is forgotten. */
const PRUNE_MS = 3_600_000;
const PRUNE_MAX = 10_000;

/** [S7] What the site does is written in its own configuration. */
const NO_REMOTE_POLICY: Problem = {
  code: "agent.settings_are_local",
  message: "this agent takes its settings from its own configuration file only",
};
