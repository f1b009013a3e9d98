import type { EndpointId, EpochMs } from "@cordon/core/kernel";
import { addMs } from "@cordon/core/kernel";
import type { LeaseRecord, LedgerEntry } from "../entry.ts";
import type { Edr, HostState, TaskRef, TaskState } from "../ports.ts";
import { holderOf, type KeptLease } from "./kept-lease.ts";
import type { LeaseSettings } from "./lease-settings.ts";

export interface KscAnswers {
  readonly tasks: ReadonlyMap<string, TaskState>;
  readonly hosts: ReadonlyMap<EndpointId, HostState>;
}

/**
 * Whether the endpoints are heard, all in few calls, and whether the holding tasks of those whose turn it is are still there.
 * Throws what `Edr` throws.
 */
export async function askKsc(
  edr: Pick<Edr, "taskStates" | "hostStates">,
  leases: readonly KeptLease[],
  {
    askedPerCallMax: perCallMax,
    ...turns
  }: Pick<LeaseSettings, "askedPerCallMax" | "tasksPerCheck" | "checksOfAllMax">,
  nowMs: number,
  signal: AbortSignal,
): Promise<KscAnswers> {
  const tasks = new Map<string, TaskState>();
  const hosts = new Map<EndpointId, HostState>();
  const asked = inTurn(leases, turns);
  const refs = asked.flatMap((kept) => refOf(holderOf(kept)) ?? []);
  for (let from = 0; from < refs.length; from += perCallMax) {
    const states = await edr.taskStates(refs.slice(from, from + perCallMax), signal);
    for (const [taskId, state] of states) tasks.set(taskId, state);
  }
  for (const kept of asked) kept.askedMs = nowMs;
  const ids = [...new Set(leases.map(({ entry }) => entry.order.endpointId))];
  for (let from = 0; from < ids.length; from += perCallMax) {
    const states = await edr.hostStates(ids.slice(from, from + perCallMax), signal);
    for (const [id, state] of states) hosts.set(id, state);
  }
  return { tasks, hosts };
}

/** A question for each task: those that waited longest, so many that none waits longer than `checksOfAllMax` checks. */
function inTurn(
  leases: readonly KeptLease[],
  { tasksPerCheck, checksOfAllMax }: Pick<LeaseSettings, "tasksPerCheck" | "checksOfAllMax">,
): readonly KeptLease[] {
  const withTask = leases.filter((kept) => refOf(holderOf(kept)) !== undefined);
  const turns = Math.max(tasksPerCheck, Math.ceil(withTask.length / checksOfAllMax));
  return withTask.toSorted((a, b) => a.askedMs - b.askedMs).slice(0, turns);
}

export function refOf(entry: LedgerEntry | undefined): TaskRef | undefined {
  if (entry?.task === undefined || entry.slotFreed) return undefined;
  return { taskId: entry.task.taskId, endpointId: entry.order.endpointId, scope: entry.task.scope };
}

/**
 * Whether KSC hears the endpoint since it was isolated: it was seen after that and lately; not, when it was given the time for it.
 * `kscNow` and `isolatedAt` are by KSC's clock, as `lastSeenAt` is.
 */
export function heardBy(
  host: HostState | undefined,
  isolatedAt: EpochMs,
  kscNow: EpochMs,
  settings: LeaseSettings,
): LeaseRecord["heard"] {
  const seenAt = host?.lastSeenAt;
  if (seenAt !== undefined && seenAt > isolatedAt && seenAt > addMs(kscNow, -settings.hearMs)) return "yes";
  return kscNow - isolatedAt >= settings.hearMs ? "no" : "unknown";
}
