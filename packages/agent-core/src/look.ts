import type { ActionState } from "@cordon/core/action";
import type { Clock, EndpointId, EpochMs } from "@cordon/core/kernel";
import { type LedgerPolicy, measureDrift, recognise } from "@cordon/core/ledger";
import { entryKey, type ForeignTask, type LedgerEntry, type Occupancy } from "./entry.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { Edr, EdrTask, TaskState } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";

/** What one look at an endpoint's tasks told. */
export interface LookResult {
  /** Entries whose task was recognised by this look, as they were before. */
  readonly found: readonly { readonly entry: LedgerEntry; readonly task: EdrTask }[];
  /** Entries whose task was known before the look and is not there any more. */
  readonly missing: readonly LedgerEntry[];
  /** All tasks of the endpoint. */
  readonly count: number;
}

/**
 * Looks at one endpoint's tasks and brings the book up to date: which task belongs to which action, which are someone else's,
 * which are gone [L2, C2, R1-R3]. Two looks at one endpoint at the same time are one. Throws what `Edr` throws.
 */
export function createLook(deps: {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly clock: Clock;
  readonly watch: WatchSettings;
  readonly policy: LedgerPolicy;
  readonly signal: AbortSignal;
  /** A look was taken and the book is up to date with it; whoever asked for it hears of it after that. */
  readonly onLook: (endpointId: EndpointId, result: LookResult) => void;
}): (endpointId: EndpointId) => Promise<LookResult> {
  const { edr, ledger, clock, watch, policy, signal } = deps;
  const running = new Map<EndpointId, Promise<LookResult>>();

  async function look(endpointId: EndpointId): Promise<LookResult> {
    // An answer may be older than what was learned while it was on its way, so only what was known before can be missed.
    const measuredAt = clock.now();
    const before = ledger.entriesOf(endpointId).filter((entry) => entry.task !== undefined && !entry.slotFreed);
    const lastLook = ledger.occupancyOf(endpointId);
    const tasks = await edr.tasksOf(endpointId, signal);
    const answeredAt = clock.now();
    const found = recogniseOurs(endpointId, tasks);
    const present = new Set(tasks.map(({ taskId }) => taskId));
    const missing = before.filter((entry) => entry.task !== undefined && !present.has(entry.task.taskId));
    const others = othersOf(endpointId, tasks, found);
    if (lastLook !== undefined) noteDrift(endpointId, [...before, ...lastLook.foreign], found, present);
    const seenBefore = firstSeenOf(ledger.occupancyOf(endpointId));
    const foreign = (await withStates(others, tasks.length)).map((task) => ({
      ...task,
      seenAt: seenBefore.get(task.taskId) ?? answeredAt,
    }));
    ledger.occupy({ endpointId, measuredAt, foreign });
    return { found, missing, count: tasks.length };
  }

  /** [E1] Tasks that we ourselves deleted while the answer was on its way are no surprise. */
  function noteDrift(
    endpointId: EndpointId,
    known: readonly (LedgerEntry | ForeignTask)[],
    found: LookResult["found"],
    present: ReadonlySet<string>,
  ): void {
    const believed = known.flatMap((one) => {
      if ("taskId" in one) return [one.taskId];
      const freed = ledger.find(entryKey(one))?.slotFreed === true;
      return freed || one.task === undefined ? [] : [one.task.taskId];
    });
    // What was recognised by someone else while the answer was on its way is expected as well.
    const ours = ledger.entriesOf(endpointId).flatMap(({ task }) => task?.taskId ?? []);
    const expected = new Set([...ours, ...found.map(({ task }) => task.taskId)]);
    ledger.noteDrift(endpointId, measureDrift(new Set(believed), expected, present));
  }

  function recogniseOurs(endpointId: EndpointId, tasks: readonly EdrTask[]): LookResult["found"] {
    const entries = ledger.entriesOf(endpointId);
    const taken = new Set(entries.map((entry) => entry.task?.taskId));
    const seenBefore = firstSeenOf(ledger.occupancyOf(endpointId));
    const seen = tasks.flatMap((task) => {
      if (task.response === undefined || taken.has(task.taskId)) return [];
      const { kind: nameKind, incidentId: nameIncidentId } = task.response;
      const seenAt = seenBefore.get(task.taskId);
      const known = seenAt === undefined ? {} : { seenAt };
      return [{ taskId: task.taskId, createdAt: task.createdAt, nameKind, nameIncidentId, ...known }];
    });
    const candidates = entries.filter(awaitsTask).map((entry) => ({
      key: entryKey(entry),
      kind: entry.order.spec.kind,
      submittedAt: entry.firstSentAt ?? entry.changedAt,
      ...(entry.evidence.incidentId === undefined ? {} : { incidentId: entry.evidence.incidentId }),
    }));
    const { namesCarryIncident } = ledger.meta;
    const matches = recognise(candidates, seen, clock.now(), { ...watch, namesCarryIncident });
    const byId = new Map(tasks.map((task) => [task.taskId, task]));
    return entries.flatMap((entry) => {
      const match = matches.get(entryKey(entry));
      const task = match === undefined ? undefined : byId.get(match.taskId);
      if (match === undefined || task === undefined) return [];
      if (match.nameIncidentId !== undefined && match.nameIncidentId === entry.evidence.incidentId) learnNames();
      return [{ entry, task }];
    });
  }

  function learnNames(): void {
    if (!ledger.meta.namesCarryIncident) ledger.setMeta({ namesCarryIncident: true });
  }

  function othersOf(endpointId: EndpointId, tasks: readonly EdrTask[], found: LookResult["found"]): readonly EdrTask[] {
    const ours = new Set(ledger.entriesOf(endpointId).map((entry) => entry.task?.taskId));
    for (const { task } of found) ours.add(task.taskId);
    return tasks.filter((task) => !ours.has(task.taskId));
  }

  /**
   * Whether others' tasks have finished matters only where the worst case decides: near the limit. Else it is assumed, and also
   * where KSC refuses to tell: that the tasks are there is known all the same.
   */
  async function withStates(others: readonly EdrTask[], count: number): Promise<readonly ForeignTask[]> {
    const near = count >= policy.endpoint.limit - policy.containReserve;
    const states = near && others.length > 0 ? await statesOf(others) : undefined;
    return others.map((task) => {
      const state = states?.get(task.taskId);
      const finished = state?.kind === "present" && (state.hostState & FINISHED_MASK) !== 0;
      return { taskId: task.taskId, kind: task.response?.kind, createdAt: task.createdAt, finished };
    });
  }

  async function statesOf(others: readonly EdrTask[]): Promise<ReadonlyMap<string, TaskState> | undefined> {
    try {
      return await edr.taskStates(others, signal);
    } catch (thrown) {
      if (signal.aborted || troubleOf(thrown).reach === "site") throw thrown;
      return undefined;
    }
  }

  return (endpointId) => {
    const known = running.get(endpointId);
    if (known !== undefined) return known;
    const promise = look(endpointId)
      .then((result) => {
        deps.onLook(endpointId, result);
        return result;
      })
      .finally(() => running.delete(endpointId));
    running.set(endpointId, promise);
    return promise;
  };
}

/** When looks first showed the tasks that nobody has recognised. */
function firstSeenOf(occupancy: Occupancy | undefined): ReadonlyMap<string, EpochMs> {
  const seen = new Map<string, EpochMs>();
  for (const { taskId, seenAt } of occupancy?.foreign ?? []) if (seenAt !== undefined) seen.set(taskId, seenAt);
  return seen;
}

/** 4 OK, 8 warning, 16 failed (KSCAPI a00181). */
const FINISHED_MASK = 4 | 8 | 16;

/** Not `submitting`: whether a request in doubt arrived is for the look at its incident to say, not for a likeness. */
const AWAITS_TASK: ReadonlySet<ActionState> = new Set<ActionState>([
  "submitted",
  "running",
  "no_console",
  "unknown",
  "succeeded",
  "failed",
]);

function awaitsTask(entry: LedgerEntry): boolean {
  if (entry.task !== undefined || entry.slotFreed) return false;
  // Sent by this ledger, or found at KSC to have been sent by another.
  if (entry.sends === 0 && entry.evidence.incidentId === undefined) return false;
  return AWAITS_TASK.has(entry.state);
}
