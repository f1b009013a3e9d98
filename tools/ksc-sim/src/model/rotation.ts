import type { Host } from "./host.ts";
import type { HostRun, Task } from "./tasks.ts";
import { expireOldTasks, removeTask } from "./tasks.ts";
import type { World } from "./world.ts";

/**
 * K16: at the limit KES rotates response tasks in KSC, whatever their state. Called before a response task is created;
 * afterwards there is room for it in its scope.
 */
export function makeRoomFor(world: World, task: Task, hosts: readonly Host[]): void {
  expireOldTasks(world, world.agenda.now());
  for (const scope of scopesOf(world, task, hosts)) {
    let excess = scope.size() - world.knobs.limit + 1;
    while (excess > 0) {
      const victim = chooseVictim(world, scope.tasks());
      if (victim === undefined) break;
      recordRotation(world, victim, task.id);
      removeTask(world, victim, "rotated");
      excess -= 1;
    }
  }
}

interface Scope {
  size(): number;
  /** Oldest first. */
  tasks(): Iterable<Task>;
}

function scopesOf(world: World, task: Task, hosts: readonly Host[]): Scope[] {
  switch (world.knobs.scope) {
    case "server":
      return [{ size: () => world.responseTasks.size, tasks: () => world.responseTasks.values() }];
    case "host":
      return hosts.map((host) => ({
        size: () => world.responseTasksByHost.get(host.id)?.size ?? 0,
        tasks: () => world.responseTasksByHost.get(host.id) ?? [],
      }));
    case "group": {
      // Autocreated task groups: IOC holds `limit` tasks per server, IRP any number.
      if (task.spec?.group !== "IOC") return [];
      const members = (): Task[] => [...world.responseTasks.values()].filter((other) => other.spec?.group === "IOC");
      return [{ size: () => members().length, tasks: members }];
    }
  }
}

function chooseVictim(world: World, oldestFirst: Iterable<Task>): Task | undefined {
  if (world.knobs.victim === "any") {
    const tasks = [...oldestFirst];
    return tasks[world.random.below(tasks.length)];
  }
  let oldest: Task | undefined;
  for (const task of oldestFirst) {
    oldest ??= task;
    if (world.knobs.victim === "oldest") return oldest;
    if ([...task.runs.values()].every(isCompleted)) return task;
  }
  return oldest;
}

export function isCompleted(run: HostRun): boolean {
  return run.state === "ok" || run.state === "warning" || run.state === "failed";
}

function recordRotation(world: World, victim: Task, madeRoomFor: string): void {
  const run = [...victim.runs.values()].at(0);
  world.rotations.push({
    at: world.agenda.now(),
    taskId: victim.id,
    hostId: run?.host.id ?? "",
    kind: victim.kind,
    stateWhenRotated: run?.state ?? "pending",
    madeRoomFor,
  });
}
