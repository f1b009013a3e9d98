import { type AgentId, asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { releaseFileFor } from "@cordon/core/release";
import type { AgentRef, AgentUpdateReport, Release, UpdateStore } from "../ports/updates.ts";
import type { FleetAgent, Rollout } from "./rollout.ts";
import { stepRollout } from "./step-rollout.ts";

/** What an agent is told of a release. */
export interface ReleaseOffer {
  readonly version: string;
  readonly target: string;
  /** At the gateway. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly signature: string;
  readonly keyId: string;
}

/** One connected agent; `offer` is false when the session just ended. */
export interface UpdateLink {
  offer(offer: ReleaseOffer): boolean;
}

/** Moves the rollout on by what agents say, and offers its release to those of them that are connected here. */
export interface ReleaseHandout {
  connected(agent: AgentRef, running: string, link: UpdateLink): void;
  gone(agent: AgentRef, running: string, link: UpdateLink): void;
  reported(agent: AgentRef, report: AgentUpdateReport): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface HandoutDeps {
  readonly store: UpdateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the fleet is looked at; default 10 s. */
  readonly stepMs?: number;
}

const STEP_MS = 10_000;
/** So many agents fetch a release from one gateway at a time, more or less: it has events to serve too. */
const OFFERS_PER_STEP_MAX = 10;
/** An offer that was lost on the way, or met an agent that stopped, is made again. */
const REPEAT_MS = 600_000;

/** Files lie below it at every gateway: `<prefix><version>/<name>`. */
export const RELEASES_PATH = "/agent/v1/releases/";

export function createReleaseHandout(deps: HandoutDeps): ReleaseHandout {
  const { store, clock, logger } = deps;
  const links = new Map<AgentId, UpdateLink>();
  const offered = new Map<AgentId, { readonly version: string; readonly atMs: number }>();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function step(): Promise<void> {
    if (links.size > 0) await store.noteSeen([...links.keys()], clock.now());
    const rollout = await store.currentRollout();
    if (rollout === undefined || rollout.state === "paused") return;
    const release = await store.getRelease(rollout.version);
    if (release === undefined) return;
    const now = clock.now();
    const agents = await store.listFleet(rollout.version, now);
    const targets = release.manifest.files.map(({ target }) => target);
    const next = stepRollout({ rollout, targets, agents, now });
    if (next.rollout !== rollout && !(await save(rollout, next.rollout))) return;
    let left = OFFERS_PER_STEP_MAX;
    for (const agent of next.offers) if (left > 0 && offer(agent, release)) left--;
  }

  /** False when another coordinator process decided meanwhile: it sends its own offers, and we look again. */
  async function save(before: Rollout, after: Rollout): Promise<boolean> {
    const saved = { ...after, revision: before.revision + 1, changedAt: clock.now(), changedBy: "cordon" };
    if (!(await store.saveRollout(saved))) return false;
    const { rolloutId, version, state, ring, reason } = saved;
    const level = state === "paused" ? "warn" : "info";
    logger[level]("rollout.step", { rolloutId, version, state, ring, reason });
    return true;
  }

  function offer(agent: FleetAgent, { manifest, signature, keyId }: Release): boolean {
    const link = links.get(agent.agentId);
    const file = releaseFileFor(manifest, agent.target ?? "");
    if (link === undefined || file === undefined) return false;
    const { version } = manifest;
    const last = offered.get(agent.agentId);
    const nowMs = clock.monotonicMs();
    if (last?.version === version && nowMs - last.atMs < REPEAT_MS) return false;
    const { target, bytes, sha256, name } = file;
    const path = `${RELEASES_PATH}${version}/${name}`;
    if (!link.offer({ version, target, path, bytes, sha256, signature, keyId })) return false;
    offered.set(agent.agentId, { version, atMs: nowMs });
    logger.info("release.offer", { ...refOf(agent), version, target });
    return true;
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await step().catch((error: unknown) => {
        // The record is away: agents keep what they run.
        logger.warn("rollout.step", { outcome: "failed", code: asAppError(error).code });
      });
      // Rejects only when told to stop.
      await clock.sleep(deps.stepMs ?? STEP_MS, stopping.signal).catch(() => {});
    }
  }

  function note(agent: AgentRef, version: string, connected: boolean): void {
    store.noteConnection(refOf(agent), version, connected, clock.now()).catch((error: unknown) => {
      logger.warn("release.note_agent", { ...refOf(agent), code: asAppError(error).code });
    });
  }

  return {
    connected(agent, version, link) {
      links.set(agent.agentId, link);
      offered.delete(agent.agentId);
      note(agent, version, true);
    },
    gone(agent, version, link) {
      if (links.get(agent.agentId) !== link) return;
      links.delete(agent.agentId);
      offered.delete(agent.agentId);
      note(agent, version, false);
    },
    async reported(agent, report) {
      const { version, state, problem } = report;
      logger.info("release.report", { ...refOf(agent), version, state, code: problem?.code, reason: problem?.message });
      await store.putReport(refOf(agent), report, clock.now());
    },
    start: () => {
      running = loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

const refOf = ({ tenantId, siteId, agentId }: AgentRef): AgentRef => ({ tenantId, siteId, agentId });
