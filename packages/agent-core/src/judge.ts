import { type ActionState, EVIDENCE_RUNGS, type Evidence, type EvidenceRung } from "@cordon/core/action";
import type { EpochMs, ErrorCode } from "@cordon/core/kernel";
import type { LedgerPolicy } from "@cordon/core/ledger";
import { isWatched, type LedgerEntry } from "./entry.ts";
import type { EdrEvent, HostState, PreventionPolicy, TaskState } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { EntryPatch } from "./site-ledger.ts";
import * as words from "./status-words.ts";
import type { ServiceConsole } from "./uplink.ts";

/**
 * The evidence ladder [T1] as pure decisions: what a fact about KSC means for an entry. `state` is absent when only the
 * evidence grew or a warning is due.
 */
export interface Step {
  readonly state?: ActionState;
  readonly patch: EntryPatch;
}

/** A task of this entry was recognised. */
export function onTask(entry: LedgerEntry, task: NonNullable<LedgerEntry["task"]>): Step {
  const evidence = raise(entry.evidence, "task", { taskId: task.taskId, taskName: task.name });
  return { state: "task_seen", patch: { task, evidence } };
}

/** Host task state mask (KSCAPI a00181): 2 running, 4 OK, 8 warning, 16 failed; 1, 32 and 64 have not started. */
export function onTaskState(entry: LedgerEntry, seen: Extract<TaskState, { kind: "present" }>): Step | undefined {
  const { hostState, description } = seen;
  if ((hostState & (2 | 4 | 8 | 16)) === 0) return undefined;
  const evidence = raise(entry.evidence, "host_state", { hostState });
  const said = description === "" ? {} : { message: `KSC says: ${description}` };
  if ((hostState & 16) !== 0) return { state: "failed", patch: { evidence, message: saidOr(description, FAILED) } };
  if ((hostState & 8) !== 0) return { state: "succeeded", patch: { evidence, message: saidOr(description, WARNED) } };
  if ((hostState & 4) !== 0) return { state: "succeeded", patch: { evidence, ...said } };
  return { state: "running", patch: { evidence } };
}

const FAILED = "The device reports that the task failed; KSC gives no reason. Look at the device's events.";
const WARNED = "The task finished with a warning; KSC gives no reason. Look at the device's events.";

function saidOr(description: string, otherwise: string): string {
  return description === "" ? otherwise : `KSC says: ${description}`;
}

/** `task_new_state` of an event (KSCAPI a00029): 1 running, 3 failed, 4 completed, 5 failed by timeout. */
export function onEvent(entry: LedgerEntry, event: EdrEvent): Step | undefined {
  const state = STATE_OF_EVENT[event.newState ?? -1];
  if (state === undefined) return undefined;
  if (state === "running") {
    const evidence = raise(entry.evidence, "task", { taskName: event.taskDisplayName });
    return entry.state === "running" ? undefined : { state, patch: { evidence } };
  }
  const evidence = raise(entry.evidence, "event", { eventDbId: event.eventDbId, taskName: event.taskDisplayName });
  const ended = { evidence, endedAt: event.at };
  // The end is known already: the event only proves it further.
  if (entry.state === "succeeded" || entry.state === "failed") {
    return entry.state === state && entry.evidence.rung !== "event" ? { patch: ended } : undefined;
  }
  // Why it failed is said by the task's host state, which is asked next; an event only repeats the task's name.
  if (state === "failed" && entry.task !== undefined) return { patch: ended };
  return { state, patch: { ...ended, ...(state === "failed" ? { message: FAILED } : {}) } };
}

const STATE_OF_EVENT: Readonly<Record<number, "running" | "succeeded" | "failed">> = {
  1: "running",
  3: "failed",
  4: "succeeded",
  5: "failed",
};

/** The known task is not there any more. `count`: the tasks of the endpoint now. */
export function onGone(entry: LedgerEntry, count: number, now: EpochMs, policy: LedgerPolicy): Step {
  const freed = { slotFreed: true };
  if (entry.state === "succeeded" || entry.state === "failed") return { patch: freed };
  if (entry.evidence.rung === "event") return { state: "failed", patch: { ...freed, message: FAILED } };
  const { limit, lifespanMs } = policy.endpoint;
  const age = now - (entry.task?.createdAt ?? now);
  if (age >= lifespanMs) {
    return { state: "rotated", patch: { ...freed, ...words.rotatedByAge(Math.round(lifespanMs / 86_400_000)) } };
  }
  // KES rotates only when a new task finds the limit reached, so the endpoint is still at it.
  if (count >= limit) return { state: "rotated", patch: { ...freed, ...words.rotatedAtLimit(count, limit) } };
  return { state: "deleted_by_operator", patch: { ...freed, ...words.deletedByOperator } };
}

/** KSC's word on the host of an action whose task has not started; undefined when KSC does not know the host. */
export function onHost(
  entry: LedgerEntry,
  host: HostState | undefined,
  { now, waitedMs }: { readonly now: EpochMs; readonly waitedMs: number },
  watch: WatchSettings,
): Step | undefined {
  if (host === undefined) {
    return waitedMs >= watch.consoleDeadlineMs
      ? { state: "unknown", patch: words.hostGone }
      : warn(entry, words.hostGone);
  }
  if (isOffline(host, now, watch)) return warn(entry, words.offline(lastSeenText(host.lastSeenAt)));
  const wasWarned = entry.code === "evidence.offline" || entry.code === "evidence.host_gone";
  return wasWarned ? { patch: words.onlineAgain } : undefined;
}

export function isOffline(host: HostState, now: EpochMs, watch: WatchSettings): boolean {
  if (!host.agentRunning || host.lastSeenAt === undefined) return true;
  return now - host.lastSeenAt > watch.offlineAfterMs;
}

function lastSeenText(at: EpochMs | undefined): string {
  return at === undefined ? "never" : `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A prevention on a site whose policy switch nobody vouches for: a warning, never a block (kaspersky.md 2.8). */
export function onPreventionPolicy(entry: LedgerEntry, policy: PreventionPolicy): Step | undefined {
  return "reason" in policy ? warn(entry, words.preventionUnconfirmed(policy.reason)) : undefined;
}

/** The task of a prevention that ended well says that the rule is there, not that it takes effect. */
export function qualify(step: Step, policy: PreventionPolicy | undefined): Step {
  if (step.state !== "succeeded" || policy === undefined || !("reason" in policy)) return step;
  return { ...step, patch: { ...step.patch, ...words.preventionUnconfirmed(policy.reason) } };
}

/** Time passed and nothing was seen (`waited`: see `Waits`): the missing rung's own warning, or its own end. */
export function onSilence(
  entry: LedgerEntry,
  seen: {
    readonly console: ServiceConsole;
    /** The endpoint's tasks were just looked at: only then can one be said to be missing. */
    readonly looked: boolean;
  },
  waited: number,
  watch: WatchSettings,
): Step | undefined {
  // An event told of the failure, and nobody tells why.
  const failed = entry.evidence.rung === "event" && isWatched(entry);
  if (failed && waited >= watch.eventWaitMs) return { state: "failed", patch: { message: FAILED } };
  switch (entry.state) {
    case "submitted":
      return onNoTask(entry, seen, waited, watch);
    case "task_seen":
      return waited >= watch.startWarnMs ? warn(entry, words.notStarted(waited)) : undefined;
    case "running":
      // Only an event told of it, and its task is not there to be asked.
      if (entry.task === undefined && seen.looked && waited >= watch.taskDeadlineMs)
        return { state: "unknown", patch: words.goneUnseen(waited) };
      return waited >= watch.runWarnMs ? warn(entry, words.notFinished(waited)) : undefined;
    case "no_console":
    case "unknown":
      return waited >= watch.reviveMs ? { patch: { slotFreed: true } } : undefined;
    default:
      return undefined;
  }
}

function onNoTask(
  entry: LedgerEntry,
  { console, looked }: { readonly console: ServiceConsole; readonly looked: boolean },
  waited: number,
  watch: WatchSettings,
): Step | undefined {
  if (console === "down") {
    if (looked && waited >= watch.consoleDeadlineMs) return { state: "no_console", patch: words.noConsole(waited) };
    return warn(entry, words.waitingForConsole(watch.consoleDeadlineMs));
  }
  const evidence = console === "up" ? raise(entry.evidence, "console", {}) : entry.evidence;
  if (looked && waited >= watch.taskDeadlineMs) {
    return { state: "unknown", patch: { evidence, ...words.noTask(waited) } };
  }
  if (console === "up" && entry.code === "evidence.no_console") return { patch: { evidence, ...words.consoleBack } };
  return evidence.rung === entry.evidence.rung ? undefined : { patch: { evidence } };
}

/** Of two that hold at once the later in this list is told; each is told once. */
const WARNINGS: readonly (ErrorCode | undefined)[] = [
  undefined,
  "evidence.waiting",
  "evidence.policy_unconfirmed",
  "evidence.not_started",
  "evidence.not_finished",
  "evidence.offline",
  "evidence.host_gone",
  "evidence.no_console",
];

function warn(entry: LedgerEntry, said: words.Words): Step | undefined {
  return WARNINGS.indexOf(said.code) > WARNINGS.indexOf(entry.code) ? { patch: said } : undefined;
}

/** Evidence only grows: a lower rung that is reported late keeps the higher one. */
function raise(evidence: Evidence, rung: EvidenceRung, facts: Partial<Evidence>): Evidence {
  const higher = EVIDENCE_RUNGS.indexOf(rung) > EVIDENCE_RUNGS.indexOf(evidence.rung);
  return { ...evidence, ...facts, rung: higher ? rung : evidence.rung };
}
