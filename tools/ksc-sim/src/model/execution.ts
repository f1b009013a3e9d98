import type { HostBehaviour } from "../types.ts";
import { applyEffect } from "./effects.ts";
import type { Host } from "./host.ts";
import { supportsThreatResponse } from "./host.ts";
import { isCompleted } from "./rotation.ts";
import { emitTaskState } from "./task-events.ts";
import type { HostRun } from "./tasks.ts";
import type { World } from "./world.ts";
import { after, scaledMs } from "./world.ts";

/** Puts a run in line for the device's next synchronisation with its server (K14). */
export function queueRun(world: World, run: HostRun): void {
  run.state = "pending";
  run.host.waiting.add(run);
  scheduleSync(world, run.host, nextSyncMs(world, run.host));
}

/** AddHostsForSync: the device is asked to come now instead of at its turn. */
export function forceSync(world: World, host: Host): void {
  scheduleSync(world, host, world.agenda.now() + scaledMs(world, world.knobs.forcedSyncDelay));
}

/** A device that comes back tells what it finished meanwhile and takes what waits for it. */
export function hostBehaviourChanged(world: World, host: Host, behaviour: HostBehaviour): void {
  const wasOffline = host.behaviour === "offline";
  host.behaviour = behaviour;
  if (!wasOffline || behaviour === "offline") return;
  if (host.waiting.size > 0 || host.untold.size > 0) forceSync(world, host);
}

export function suspendRun(run: HostRun): void {
  if (isCompleted(run)) return;
  run.epoch += 1;
  run.host.waiting.delete(run);
  run.state = "paused";
}

export function resumeRun(world: World, run: HostRun): void {
  if (run.state === "paused") queueRun(world, run);
}

/** A stopped run counts as failed. One that had not started leaves the line. */
export function cancelRun(world: World, run: HostRun): void {
  if (isCompleted(run)) return;
  finish(world, run, { state: "failed", description: "The task was stopped by a user" });
}

/** RunTask: runs again whatever is not running. */
export function restartRun(world: World, run: HostRun): void {
  if (run.state === "running") return;
  run.epoch += 1;
  run.percent = 0;
  run.finishedMs = undefined;
  queueRun(world, run);
}

function nextSyncMs(world: World, host: Host): number {
  const now = world.agenda.now();
  const interval = Math.max(1, scaledMs(world, world.knobs.syncInterval));
  const offset = Math.floor(host.syncPhase * interval);
  return (Math.floor((now - offset) / interval) + 1) * interval + offset;
}

/** One timer per device: an earlier one replaces a later one, a later one is not needed. */
function scheduleSync(world: World, host: Host, dueMs: number): void {
  if (host.syncDueMs !== undefined && host.syncDueMs <= dueMs) return;
  host.syncDueMs = dueMs;
  world.agenda.add(dueMs, () => {
    if (host.syncDueMs !== dueMs) return;
    host.syncDueMs = undefined;
    synchronise(world, host);
  });
}

function synchronise(world: World, host: Host): void {
  // An offline device keeps its tasks waiting (K18); its return asks for a synchronisation.
  if (host.behaviour === "offline" || host.kesVersion === undefined) return;
  for (const run of host.untold) report(world, run);
  host.untold.clear();
  for (const run of host.waiting) start(world, run);
  host.waiting.clear();
}

/** NagHstCtl's "start": the agent is connected, so nothing waits for a synchronisation. */
export function startNow(world: World, run: HostRun): void {
  if (run.state === "running") return;
  run.host.waiting.delete(run);
  run.percent = 0;
  run.finishedMs = undefined;
  start(world, run);
}

function start(world: World, run: HostRun): void {
  run.epoch += 1;
  run.state = "running";
  run.startedMs = world.agenda.now();
  run.tries += 1;
  emitTaskState(world, run, 1);
  const outcome = outcomeOf(run);
  if (outcome === "never") return;
  const { knobs } = world;
  const life = run.task.spec?.isScan === true || run.task.kind === "ods" ? knobs.scanDuration : knobs.taskDuration;
  const duration = outcome === "slow" ? life * knobs.slowFactor : life;
  const epoch = run.epoch;
  after(world, duration / 2, () => {
    if (run.epoch === epoch) run.percent = 50;
  });
  after(world, duration, () => {
    if (run.epoch === epoch) complete(world, run, outcome);
  });
}

function outcomeOf(run: HostRun): HostBehaviour {
  return run.host.outcomes[run.task.kind] ?? run.host.behaviour;
}

function complete(world: World, run: HostRun, outcome: HostBehaviour): void {
  if (run.task.spec !== undefined && !supportsThreatResponse(run.host.kesVersion)) {
    finish(world, run, {
      state: "failed",
      description: "The task type is not supported by this version of the application",
    });
    return;
  }
  if (outcome === "fail") {
    finish(world, run, {
      state: "failed",
      description: "The task ended with an error: access to the object is denied",
    });
    return;
  }
  const effect = applyEffect(world, run);
  if (effect.kind === "failed") finish(world, run, { state: "failed", description: effect.why });
  else if (outcome === "warn") finish(world, run, { state: "warning", description: "Completed with warnings" });
  else finish(world, run, { state: "ok", description: "" });
}

function finish(world: World, run: HostRun, result: { state: "ok" | "warning" | "failed"; description: string }): void {
  run.epoch += 1;
  run.host.waiting.delete(run);
  run.state = result.state;
  run.description = result.description;
  run.finishedMs = world.agenda.now();
  run.percent = 100;
  // The server hears of it only when it hears the device.
  if (run.host.behaviour === "offline") run.host.untold.add(run);
  else report(world, run);
}

function report(world: World, run: HostRun): void {
  emitTaskState(world, run, run.state === "failed" ? 3 : 4);
}

/** What the server knows of a run: an offline device that finished has not said so yet. */
export function knownState(run: HostRun): HostRun["state"] {
  return run.host.untold.has(run) ? "running" : run.state;
}
