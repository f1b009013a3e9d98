import type { ActionKind } from "../action/index.ts";
import type { EpochMs } from "../kernel/index.ts";

/** An action of ours whose task has not been seen yet. All candidates and tasks of one call are on one endpoint. */
export interface Candidate {
  readonly key: string;
  readonly kind: ActionKind;
  /** Absent when the answer that carried it was lost. */
  readonly incidentId?: number;
  readonly submittedAt: EpochMs;
}

/** A response task as KSC shows it; `name*` are what its display name tells (kaspersky.md 2.5). */
export interface SeenTask {
  readonly taskId: string;
  readonly createdAt: EpochMs;
  readonly nameKind: ActionKind | undefined;
  readonly nameIncidentId: number | undefined;
  /** When an answer of KSC first showed it, by our clock; absent: this one does. */
  readonly seenAt?: EpochMs;
}

export interface RecognisePolicy {
  /** Task names of this site were seen to end with the incident id: then nothing else identifies a task. */
  readonly namesCarryIncident: boolean;
  /** How far KSC's clock may be behind ours. */
  readonly clockToleranceMs: number;
  /** A name that ends with another number may still be ours, should numbers mean nothing here; believed only after this long. */
  readonly otherNumberAfterMs: number;
}

/**
 * Which task is whose: by the incident id in the name; else by kind and time, the oldest candidate first, each task given
 * away at most once and never before its candidate was submitted (rules R1-R3 of SPEC.md).
 */
export function recognise(
  candidates: readonly Candidate[],
  tasks: readonly SeenTask[],
  now: EpochMs,
  policy: RecognisePolicy,
): ReadonlyMap<string, SeenTask> {
  const matched = new Map<string, SeenTask>();
  const free = new Map(tasks.map((task) => [task.taskId, task]));
  const give = (candidate: Candidate, task: SeenTask) => {
    matched.set(candidate.key, task);
    free.delete(task.taskId);
  };
  for (const candidate of candidates) {
    if (candidate.incidentId === undefined) continue;
    for (const task of free.values()) {
      const sameKind = task.nameKind === undefined || task.nameKind === candidate.kind;
      if (task.nameIncidentId !== candidate.incidentId || !sameKind) continue;
      give(candidate, task);
      break;
    }
  }
  if (policy.namesCarryIncident) return matched;
  const byAge = [...candidates].sort((a, b) => a.submittedAt - b.submittedAt);
  const tasksByAge = [...free.values()].sort((a, b) => a.createdAt - b.createdAt);
  for (const candidate of byAge) {
    if (matched.has(candidate.key)) continue;
    const found = tasksByAge.find((task) => free.has(task.taskId) && fits(candidate, task, now, policy));
    if (found !== undefined) give(candidate, found);
  }
  return matched;
}

function fits(candidate: Candidate, task: SeenTask, now: EpochMs, policy: RecognisePolicy): boolean {
  if (task.nameKind !== candidate.kind) return false;
  // What was there before the send is not of it, whatever the clocks say.
  if (task.seenAt !== undefined && task.seenAt <= candidate.submittedAt) return false;
  if (task.createdAt < candidate.submittedAt - policy.clockToleranceMs) return false;
  return task.nameIncidentId === undefined || now - candidate.submittedAt >= policy.otherNumberAfterMs;
}
