import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AgentFacts, SiteWordView } from "@cordon/agent-core";
import { holderOfStateDir } from "@cordon/agent-store";
import type { LeaseView } from "@cordon/core/endpoint";
import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";
import type { DiskSpace } from "./disk-space.ts";
import type { ClockJump } from "./watch-clock.ts";

/** What a running agent tells the machine it runs on; `status` reads it. */
export interface LiveState {
  readonly pid: number;
  readonly version: string;
  readonly siteId: string;
  readonly startedAt: EpochMs;
  readonly writtenAt: EpochMs;
  /** It ended in order and wrote this last. */
  readonly stopped?: true;
  readonly coordinator: CoordinatorState;
  readonly facts: AgentFacts;
  readonly site: SiteWordView;
  readonly leases: readonly LeaseView[];
  /** The last time that the machine's clock was set while the agent ran. */
  readonly clockJump?: ClockJump | undefined;
  /** Of the state folder; absent when the system does not tell. */
  readonly disk?: DiskSpace | undefined;
}

export interface CoordinatorState {
  readonly url: string;
  readonly connected: boolean;
  readonly since: EpochMs;
  /** Why it is not connected. */
  readonly code?: string;
  readonly reason?: string;
  /** Ours minus theirs, at the last welcome. */
  readonly clockSkewMs?: number;
}

const FILE = "live.json";
export const LIVE_INTERVAL_MS = 1_000;
/** Older than this, the agent that wrote it cannot write any more, or is stuck. */
const LIVE_MAX_AGE_MS = 15_000;

/** Lengths are rounded up to this, so that on a full disk the next state fits over the one that is there. */
const BLOCK_BYTES = 8_192;
/** Isolations shown; a site with more has other troubles than this file. */
const LEASES_MAX = 200;

/**
 * Writes the state every second, each time as a whole file; on a disk that has no room for another one, over the one that is
 * there. A disk that takes nothing at all costs a log line, not the agent.
 */
export function startLiveState(deps: {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly read: () => Omit<LiveState, "writtenAt" | "stopped">;
}): { stop(): void } {
  const file = path.join(deps.stateDir, FILE);
  let cancel: (() => void) | undefined;
  let complained = false;
  const tick = () => {
    cancel = deps.clock.after(LIVE_INTERVAL_MS, tick);
    write();
  };
  const write = (last: Pick<LiveState, "stopped"> = {}) => {
    const read = deps.read();
    const leases = read.leases.slice(0, LEASES_MAX);
    const state: LiveState = { ...read, leases, writtenAt: deps.clock.now(), ...last };
    try {
      const text = JSON.stringify(state);
      writeWhole(file, text.padEnd(Math.ceil(text.length / BLOCK_BYTES) * BLOCK_BYTES));
      complained = false;
    } catch (error) {
      if (!complained) deps.logger.warn("live_state.write", { error });
      complained = true;
    }
  };
  tick();
  return {
    stop() {
      cancel?.();
      write({ stopped: true });
    },
  };
}

function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    rmSync(`${file}.new`, { force: true });
    // Whoever reads meanwhile may see a torn state, and looks again.
    writeFileSync(file, text, { flag: "r+" });
  }
}

export interface AgentSigns {
  /** A process has the state folder's lock. */
  readonly running: boolean;
  readonly pid?: number;
  /** Its last words; of an agent that is gone, or writes no more, they are old. */
  readonly live?: LiveState;
  /** It runs and its last words are its own and new. */
  readonly fresh: boolean;
}

/** Whether an agent runs on this state folder, and what it said last. */
export function signsOf(stateDir: string, now: EpochMs): AgentSigns {
  const holder = holderOfStateDir(stateDir);
  const live = readLiveState(stateDir);
  const isOwn = live !== undefined && live.stopped !== true && (holder?.pid === undefined || holder.pid === live.pid);
  return {
    running: holder !== undefined,
    ...(holder?.pid === undefined ? {} : { pid: holder.pid }),
    ...(live === undefined ? {} : { live }),
    fresh: holder !== undefined && isOwn && now - live.writtenAt <= LIVE_MAX_AGE_MS,
  };
}

function readLiveState(stateDir: string): LiveState | undefined {
  try {
    return JSON.parse(readFileSync(path.join(stateDir, FILE), "utf8")) as LiveState;
  } catch {
    return undefined;
  }
}
