import { stage } from "@cordon/agent-core/update";
import type { Clock, Logger, Random } from "@cordon/core/kernel";
import type { ReleaseKey } from "@cordon/core/release";
import type { UpdateOffer, UpdateReport } from "@cordon/protocol";
import type { UpdateSection } from "../config/update-section.ts";
import type { GatewayAddress } from "./fetch-release.ts";
import { fetchWanted } from "./fetch-wanted.ts";
import type { Launch } from "./launch.ts";
import type { ReleaseStore } from "./release-store.ts";
import { waitForQuiet } from "./wait-for-quiet.ts";
import { watchTrial } from "./watch-trial.ts";

export interface UpdatesDeps {
  readonly config: UpdateSection;
  readonly keys: readonly ReleaseKey[];
  readonly store: ReleaseStore;
  readonly gateway: GatewayAddress;
  readonly launch: Launch;
  /** The version and platform of this process. */
  readonly running: string;
  readonly target: string;
  /** Actions under way: an update never interrupts one. */
  readonly busy: () => number;
  /** One login and one call. */
  readonly kscWorks: (signal: AbortSignal) => Promise<boolean>;
  /** Lost when no session is up; what stands is told again with the next one. */
  readonly report: (report: UpdateReport) => void;
  /** The agent is to stop in order and to make room for what the book now says. */
  readonly restart: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Updates {
  sessionUp(): void;
  sessionDown(): void;
  offered(offer: UpdateOffer): void;
  stop(): void;
}

type Standing = Pick<UpdateReport, "version" | "state" | "problem">;

/** One release at a time: fetched, verified, put in place at a quiet moment, tried out, confirmed or taken back. */
export function createUpdates(deps: UpdatesDeps): Updates {
  const { config, store, launch, running, target, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const onTrial = launch.kind === "release" && store.readBook(running).trial?.release.version === running;
  let connectedSinceMs: number | undefined;
  let current: Standing | undefined = onTrial ? { version: running, state: "restarting" } : undefined;
  let isBusyUpdating = false;

  function tell(standing: Standing): void {
    current = standing;
    logger.info("update.state", { ...standing });
    send(standing);
  }

  function send(standing: Standing): void {
    const ring = config.ring === undefined ? {} : { ring: config.ring };
    deps.report({ kind: "updateReport", ...standing, target, ...ring });
  }

  /** What it runs, what was taken back here, and what is under way. */
  function tellAll(): void {
    if (!onTrial || current === undefined) send({ version: running, state: config.mode === "off" ? "off" : "running" });
    const last = store.readBook(running).rejected.at(-1);
    if (last !== undefined && last.version !== running) {
      send({ version: last.version, state: "returned", problem: { code: last.code, message: last.message } });
    }
    if (current !== undefined) send(current);
  }

  async function update(offer: UpdateOffer): Promise<void> {
    const fetched = await fetchWanted(deps, offer, tell, signal);
    if (fetched === undefined) return;
    const { version } = offer;
    const tellWait = (problem?: Standing["problem"]) =>
      tell({ version, state: "waiting", ...(problem === undefined ? {} : { problem }) });
    if ((await waitForQuiet(deps, tellWait, signal)) === "given_up") {
      const hours = `${config.waitHours} hours`;
      return tell({
        version,
        state: "refused",
        problem: { code: "update.never_quiet", message: `there were open actions for ${hours}; it is fetched already` },
      });
    }
    const kscWorked = await deps.kscWorks(signal).catch(() => false);
    const book = store.readBook(running);
    const installed = launch.kind === "release" ? book.installed : running;
    store.writeBook(stage(book, { release: fetched, stagedAt: clock.now(), kscWorked }, installed));
    tell({ version, state: "restarting" });
    deps.restart();
  }

  if (onTrial) {
    const connectedForMs = () => (connectedSinceMs === undefined ? undefined : clock.monotonicMs() - connectedSinceMs);
    watchTrial({ ...deps, connectedForMs, signal })
      .then((verdict) => {
        if (verdict === "returned") return deps.restart();
        current = undefined;
        tell({ version: running, state: "running" });
      })
      .catch(report("update.trial"));
  }

  function report(op: string) {
    return (error: unknown) => {
      if (!signal.aborted) logger.error(op, { error });
    };
  }

  return {
    sessionUp() {
      connectedSinceMs = clock.monotonicMs();
      tellAll();
    },
    sessionDown() {
      connectedSinceMs = undefined;
    },
    offered(offer) {
      const { version } = offer;
      const cannot = whyNot(config.mode, launch);
      if (cannot !== undefined) return send({ version, ...cannot });
      // On trial, or with another release on its way, an offer waits until it is made again.
      if (isBusyUpdating || (onTrial && current?.state === "restarting")) return current && send(current);
      isBusyUpdating = true;
      update(offer)
        .catch(report("update.failed"))
        .finally(() => {
          isBusyUpdating = false;
        });
    },
    stop: () => stopping.abort(new Error("the agent is stopping")),
  };
}

function whyNot(mode: UpdateSection["mode"], launch: Launch): Omit<Standing, "version"> | undefined {
  if (mode === "off") return { state: "off" };
  if (launch.kind !== "sources") return undefined;
  return { state: "off", problem: { code: "update.not_packaged", message: "the agent runs from its sources" } };
}
