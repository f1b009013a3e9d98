import { type AgentFacts, createSiteAgent, type Edr, momentOf, type SiteAgent } from "@cordon/agent-core";
import { lockStateDir, openLedgerStore } from "@cordon/agent-store";
import {
  agentId,
  type Clock,
  type Logger,
  type Random,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { type AgentLink, connectAgent, decodeOrder, type LinkStop, type ToAgent } from "@cordon/protocol";
import { type AgentConfig, settingsOf } from "./config/index.ts";
import { watchDiskSpace } from "./disk-space.ts";
import { type AgentIdentities, startIdentities } from "./identity/start-identities.ts";
import { type EnrolledIdentity, readIdentity } from "./identity-files.ts";
import { ownHost } from "./isolation/own-host.ts";
import { releaseMethodOf } from "./isolation/release-command.ts";
import { watchReleaseOrders } from "./isolation/watch-release-orders.ts";
import { lateEdr } from "./late-edr.ts";
import { type CoordinatorState, startLiveState } from "./live-state.ts";
import { openSiteFolders } from "./open-site-folders.ts";
import { openOrderTrust } from "./order-keys.ts";
import type { SiteProxy } from "./proxy/site-proxy.ts";
import { wayOut } from "./proxy/way-out.ts";
import { type PolicySource, policySourceOf } from "./site-policy/policy-source.ts";
import { type SiteFiles, watchSiteFiles } from "./site-policy/watch-site-files.ts";
import { lateUpdates } from "./update/late-updates.ts";
import type { Launch } from "./update/launch.ts";
import type { Updates } from "./update/updates.ts";
import { AGENT_VERSION } from "./version.ts";
import { watchClock } from "./watch-clock.ts";

export interface RunningAgent {
  facts(): AgentFacts;
  coordinator(): CoordinatorState;
  /** Looks at the site's policy and kill switch now. */
  reload(): void;
  /** Ends gracefully within the configured grace. */
  stop(): Promise<void>;
  /** Resolves when the agent cannot go on by itself: link ended for good, ledger not writable, a release to make room for. */
  readonly failed: Promise<AgentFailure>;
}

export type AgentFailure =
  | { readonly kind: "link"; readonly stop: LinkStop }
  | { readonly kind: "ledger"; readonly cause: unknown }
  /** Another release is to run in this one's place. */
  | { readonly kind: "restart" };

export interface StartOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** For tests: another EDR than the configured KSC. */
  readonly edr?: Edr;
  /** How this process came to run; left out: from its sources. */
  readonly launch?: Launch;
}

/** What is loaded late does not wait longer for a coordinator that does not answer. */
const FIRST_TURN_MS = 1_000;

/**
 * Composes and starts the agent. The coordinator is dialled first; what only KSC and updates need is loaded when it has answered,
 * or has not. Throws `agent.*`, `config.*` or `ledger.*` when it cannot start; then nothing runs.
 */
export async function startAgent(config: AgentConfig, options: StartOptions): Promise<RunningAgent> {
  const { logger, clock = systemClock, random = systemRandom } = options;
  const identity = readIdentity(config.stateDir);
  const proxy = await wayOut(config.proxy);
  const policy = await policySourceOf(config.policy.file);
  const dialled = Promise.withResolvers<void>();
  const later = dialled.promise.then(() => import("./load-later.ts"));
  const edr = later.then(({ buildEdr }) => options.edr ?? buildEdr(config, { clock, random, logger }));
  const lock = lockStateDir(config.stateDir);
  let started: Started;
  try {
    started = compose(config, identity, lock.release, {
      ...{ logger, clock, random, proxy, policy, later },
      edr: options.edr ?? lateEdr(edr),
      launch: options.launch ?? { kind: "sources" },
      onDialled: dialled.resolve,
    });
  } catch (error) {
    lock.release();
    throw error;
  }
  try {
    await Promise.all([edr, started.updates]);
    return started.agent;
  } catch (error) {
    await started.agent.stop();
    throw error;
  }
}

interface Started {
  readonly agent: RunningAgent;
  readonly updates: Promise<unknown>;
}

function compose(
  config: AgentConfig,
  identity: EnrolledIdentity,
  unlock: () => void,
  deps: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly random: Random;
    readonly edr: Edr;
    readonly launch: Launch;
    readonly proxy: SiteProxy;
    readonly policy: PolicySource | undefined;
    readonly later: Promise<typeof import("./load-later.ts")>;
    /** The coordinator has answered, or has had the time for it. */
    readonly onDialled: () => void;
  },
): Started {
  const { logger, clock, random, edr, proxy } = deps;
  const url = config.coordinator.url ?? identity.gatewayUrl;
  const startedAt = clock.now();
  const failure = Promise.withResolvers<AgentFailure>();
  const trust = openOrderTrust(config.stateDir);
  const store = openLedgerStore(config.stateDir, {
    onSetAside: (told) => logger.error("ledger.set_aside", { ...told, mend: "keep the file until all is settled" }),
    onDamage: (cause) => failure.resolve({ kind: "ledger", cause }),
    onStuck: (problem) => agent.site.setUnwritable(problem?.message),
  });
  const folders = openSiteFolders(config, logger);
  const { tenantId: ofTenant, siteId, agentId: self } = identity;
  const addressee = { tenantId: tenantId(ofTenant), siteId, agentId: agentId(self) };
  const releaseMethod = releaseMethodOf(config.isolation.release, config.programEnv);
  const agent = createSiteAgent({
    edr,
    store,
    inventory: folders.inventory,
    vault: folders.vault,
    clock,
    random,
    logger,
    settings: settingsOf(config),
    standBy: config.standBy,
    orders: { addressee, trust, decode: decodeOrder },
    host: ownHost(),
    ...(releaseMethod === undefined ? {} : { releaseMethod }),
    onBroken: (cause) => failure.resolve({ kind: "ledger", cause }),
    onLapsed: () => link.reconnect("the acting lease ran out: it is asked for anew"),
  });
  const siteFiles = startSiteFiles(config, agent, store, deps);
  agent.start();
  let coordinator: CoordinatorState = { url, connected: false, since: startedAt, reason: "not connected yet" };
  const releaseOrders = watchReleaseOrders({ ...deps, stateDir: config.stateDir, release: agent.release });
  let stopped: Promise<void> | undefined;
  const abort = new AbortController();
  const identities = startIdentities(
    { stateDir: config.stateDir, identity, proxy },
    {
      ...deps,
      send: (message) => void link.send(message),
      reconnect: (why) => link.reconnect(why),
      onRefused: (code, text) => failure.resolve({ kind: "link", stop: { kind: "fatal", code, text } }),
    },
  );
  const updatesLoaded = deps.later.then(({ startUpdates }) =>
    startUpdates(
      { config, tls: identities.wallet.tls, url, launch: deps.launch, proxy },
      {
        ...deps,
        busy: agent.underway,
        report: (report) => void link.send(report),
        restart: () => failure.resolve({ kind: "restart" }),
      },
    ),
  );
  const updates = lateUpdates(updatesLoaded);
  const link = connect(
    agent,
    updates,
    identities,
    url,
    { ...deps, standBy: config.standBy, proxy, signal: abort.signal },
    (state) => {
      coordinator = state;
      deps.onDialled();
    },
  );
  const cancelTurn = clock.after(FIRST_TURN_MS, deps.onDialled);
  void link.stopped.then((stop) => {
    if (stop.kind === "fatal") failure.resolve({ kind: "link", stop });
  });
  const clockWatch = watchClock({ clock, logger });
  const disk = watchDiskSpace({ stateDir: config.stateDir, clock, logger });
  const live = startLiveState({
    stateDir: config.stateDir,
    clock,
    logger,
    read: () => ({
      pid: process.pid,
      version: AGENT_VERSION,
      siteId: identity.siteId,
      startedAt,
      coordinator,
      facts: agent.facts(),
      site: agent.site.view(),
      leases: agent.leases(),
      disk: disk.space(),
      clockJump: clockWatch.lastJump(),
    }),
  });
  const running: RunningAgent = {
    facts: agent.facts,
    reload: siteFiles.look,
    coordinator: () => coordinator,
    failed: failure.promise,
    stop: () => (stopped ??= stop()),
  };
  return { agent: running, updates: updatesLoaded };

  async function stop(): Promise<void> {
    cancelTurn();
    deps.onDialled();
    live.stop();
    disk.stop();
    clockWatch.stop();
    updates.stop();
    identities.stop();
    siteFiles.stop();
    releaseOrders.stop();
    const graceMs = Math.round(config.stopGraceSeconds * 1_000);
    // What waits for a disk that takes nothing was told to nobody, so it may be lost as in a crash.
    const cancelGiveUp = clock.after(graceMs, store.giveUp);
    await agent.stop(graceMs).catch((error) => {
      logger.error("agent.stop", { error });
    });
    cancelGiveUp();
    abort.abort();
    await link.stopped;
    await edr.close().catch((error) => logger.warn("ksc.close", { error }));
    await store.close();
    folders.close();
    unlock();
  }
}

/** Before anything is sent. A store that was opened for nothing is closed again. */
function startSiteFiles(
  config: AgentConfig,
  agent: SiteAgent,
  store: { close(): Promise<void> },
  deps: { readonly clock: Clock; readonly logger: Logger; readonly policy: PolicySource | undefined },
): SiteFiles {
  try {
    const { killSwitchFile } = config.policy;
    return watchSiteFiles({ ...deps, stateDir: config.stateDir, killSwitchFile, site: agent.site });
  } catch (error) {
    void store.close();
    throw error;
  }
}

/** By these the coordinator says that this agent is not the site's active one any more, or has to be told anew what it is. */
const FENCES: ReadonlySet<string> = new Set(["session.role_changed", "session.stale_epoch", "session.superseded"]);

/** Messages and the agent's use cases fit by shape; what is left here is when a session begins and ends. */
function connect(
  agent: SiteAgent,
  updates: Updates,
  identities: AgentIdentities,
  url: string,
  deps: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly random: Random;
    readonly standBy: boolean;
    readonly proxy: SiteProxy;
    readonly signal: AbortSignal;
  },
  onState: (state: CoordinatorState) => void,
): AgentLink {
  const { clock, logger, standBy } = deps;
  /** When the last hello left: what its welcome grants counts from there. */
  let askedAt = momentOf(clock);
  const link = connectAgent({
    url,
    tls: identities.wallet.tls,
    mayTryAgain: (code) => code === "session.unknown_identity" && identities.wallet.refused(),
    agent: deps.proxy.agentFor(url),
    hello: () => {
      const { ledgerId, epoch, statusSeq, inventoryVersion, ledger, serviceConsole } = agent.facts();
      askedAt = momentOf(clock);
      return {
        agentVersion: AGENT_VERSION,
        siteId: identities.wallet.identity().siteId,
        ledgerId,
        standBy,
        epoch,
        statusSeq,
        inventoryVersion,
        ledger,
        serviceConsole,
        agentTime: clock.now(),
      };
    },
    onWelcome: (welcome) => {
      const clockSkewMs = clock.now() - welcome.coordinatorTime;
      const { epoch, role, actingLeaseMs, statusCursor } = welcome;
      logger.info("session.up", { url, epoch, role, actingLeaseMs, statusCursor, clockSkewMs });
      onState({ url, connected: true, since: clock.now(), clockSkewMs });
      identities.sessionUp(welcome.coordinatorTime);
      agent.sessionUp({ uplink: link, askedAt, ...welcome });
      updates.sessionUp();
    },
    onMessage: (message: ToAgent) => {
      if (message.kind === "renewalAnswer") return identities.certificate.renewed(message);
      if (message.kind === "trustBundle") return identities.certificate.trusted(message);
      if (message.kind === "signedOrder") return agent.order(message);
      return message.kind === "updateOffer" ? updates.offered(message) : agent.handle(message);
    },
    onAnswered: agent.answered,
    onDown: ({ wasOpen, code, text, retryInMs }) => {
      if (FENCES.has(code)) agent.fenced();
      if (wasOpen) {
        agent.sessionDown();
        updates.sessionDown();
      }
      identities.down({ code, wasOpen });
      logger.warn("session.down", { url, code, reason: text, retryInMs });
      onState({ url, connected: false, since: clock.now(), code, reason: text });
    },
    ...deps,
  });
  return link;
}
