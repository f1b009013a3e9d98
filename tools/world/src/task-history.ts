import { type ActionClass, type ActionKind, classOf } from "@cordon/core/action";
import {
  isolationTruth,
  knownState,
  type RotationTruth,
  type TaskTruth,
  taskTruth,
  type World,
} from "@cordon/ksc-sim/model";
import { registry } from "./estate.ts";

/** One task of the estate from its birth to its end, as it really was. Times are the storm's, in ms. */
export interface TaskHistory {
  readonly truth: TaskTruth;
  readonly host: string;
  readonly kind: ActionKind | undefined;
  readonly actionClass: ActionClass | undefined;
  /** The incident of ours that it was made for. */
  readonly incidentId: number | undefined;
  readonly bornMs: number;
  readonly goneMs: number;
  readonly goneWhy: "rotated" | "expired" | "operator" | "api" | "host_removed" | undefined;
  /** It ran to its end, well or badly, before it was gone. */
  readonly finished: boolean;
  /** KSC knows that it ran to its end, and tells whoever asks. */
  readonly told: boolean;
  /** It ended well: what it was made for has happened. */
  readonly done: boolean;
  /** From when to when its isolation or prevention held; absent when it never took effect. */
  readonly effect: { readonly fromMs: number; readonly untilMs: number } | undefined;
}

/** A task that a new one made KES rotate out. */
export interface Rotation {
  readonly atMs: number;
  readonly victim: TaskHistory;
  readonly maker: TaskHistory;
}

export interface EstateHistory {
  readonly tasks: readonly TaskHistory[];
  readonly rotations: readonly Rotation[];
}

/** `ours`: the incidents of the side that is looked at; all other tasks are someone else's. */
export function historyOf(world: World, kscStartsAt: number, ours: ReadonlySet<number>): EstateHistory {
  const truths = [...world.removedTasks.items(), ...[...world.tasks.values()].map(taskTruth)];
  const effects = effectsOf(world, kscStartsAt);
  const byId = new Map<string, TaskHistory>();
  for (const truth of truths) {
    const [run] = truth.hosts;
    const kind = registry.kindOf(truth.kind);
    byId.set(truth.id, {
      truth,
      host: run?.hostId ?? "",
      kind,
      actionClass: kind === undefined ? undefined : classOf(kind),
      incidentId: truth.incidentId !== undefined && ours.has(truth.incidentId) ? truth.incidentId : undefined,
      bornMs: truth.createdAt - kscStartsAt,
      goneMs: truth.removed === undefined ? Number.POSITIVE_INFINITY : truth.removed.at - kscStartsAt,
      goneWhy: truth.removed?.why,
      finished: run !== undefined && ENDS.has(run.state),
      told: isTold(world, truth),
      done: run?.state === "ok" || run?.state === "warning",
      effect: effects.get(truth.id),
    });
  }
  const rotations = world.rotations.items().flatMap((rotation: RotationTruth): Rotation[] => {
    const victim = byId.get(rotation.taskId);
    const maker = byId.get(rotation.madeRoomFor);
    return victim === undefined || maker === undefined ? [] : [{ atMs: rotation.at - kscStartsAt, victim, maker }];
  });
  return { tasks: [...byId.values()], rotations };
}

const ENDS: ReadonlySet<string> = new Set(["ok", "warning", "failed"]);

/** Of a task of class HostTasks only its events tell, and they may be lost. */
function isTold(world: World, truth: TaskTruth): boolean {
  const task = world.tasks.get(truth.id);
  const [run] = task?.runs.values() ?? [];
  if (task === undefined || run === undefined) return false;
  if (!task.local) return ENDS.has(knownState(run));
  return world.events.ofTask(task.id).some(({ taskNewState }) => taskNewState === 3 || taskNewState === 4);
}

function effectsOf(world: World, kscStartsAt: number): ReadonlyMap<string, NonNullable<TaskHistory["effect"]>> {
  const effects = new Map<string, NonNullable<TaskHistory["effect"]>>();
  for (const { taskId, kind, at } of world.effects.items()) {
    if (kind === "preventExecution") {
      effects.set(taskId, { fromMs: at - kscStartsAt, untilMs: Number.POSITIVE_INFINITY });
    }
  }
  for (const { taskId, since, until, ended } of isolationTruth(world)) {
    // What ended because its task went is what must not happen; until then it should have held.
    const untilMs = ended === undefined || ended.why === "task_deleted" ? until : ended.at;
    effects.set(taskId, { fromMs: since - kscStartsAt, untilMs: untilMs - kscStartsAt });
  }
  return effects;
}

/** Whether its isolation or prevention held then, or should have. */
export function holdsAt(task: TaskHistory, ms: number): boolean {
  return task.effect !== undefined && task.effect.fromMs <= ms && ms < task.effect.untilMs;
}
