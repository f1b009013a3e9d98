import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AgentFacts, SiteWordView } from "@cordon/agent-core";
import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";

/** What a running agent tells the machine it runs on; `status` reads it. */
export interface LiveState {
  readonly pid: number;
  readonly version: string;
  readonly siteId: string;
  readonly startedAt: EpochMs;
  readonly writtenAt: EpochMs;
  readonly coordinator: CoordinatorState;
  readonly facts: AgentFacts;
  readonly site: SiteWordView;
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
/** Older than this, the agent that wrote it is not running, or is stuck. */
export const LIVE_MAX_AGE_MS = 15_000;

/** Writes the state every second, each time as a whole file. A disk that takes no file costs a log line, not the agent. */
export function startLiveState(deps: {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly read: () => Omit<LiveState, "writtenAt">;
}): { stop(): void } {
  const file = path.join(deps.stateDir, FILE);
  let cancel: (() => void) | undefined;
  let complained = false;
  const write = () => {
    cancel = deps.clock.after(LIVE_INTERVAL_MS, write);
    const state: LiveState = { ...deps.read(), writtenAt: deps.clock.now() };
    try {
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      complained = false;
    } catch (error) {
      if (!complained) deps.logger.warn("live_state.write", { error });
      complained = true;
    }
  };
  write();
  return { stop: () => cancel?.() };
}

/** Whether the agent that wrote it still runs. */
export function isLive(live: LiveState, now: EpochMs): boolean {
  return now - live.writtenAt <= LIVE_MAX_AGE_MS;
}

export function readLiveState(stateDir: string): LiveState | undefined {
  try {
    return JSON.parse(readFileSync(path.join(stateDir, FILE), "utf8")) as LiveState;
  } catch {
    return undefined;
  }
}
