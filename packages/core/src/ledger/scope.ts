import { ACTION_KINDS, type ActionClass, type ActionKind, classOf } from "../action/index.ts";

/**
 * KSC's groups of tasks that it creates by itself, each with a limit of its own on the whole server (KSCAPI a00397: "IOC" 100, "IRP"
 * unlimited). That response tasks belong to them is an inference (kaspersky.md 2.6), so both limits are off unless configured.
 */
export const TASK_GROUPS = ["IOC", "IRP"] as const;

export type TaskGroup = (typeof TASK_GROUPS)[number];

export function groupOf(kind: ActionKind): TaskGroup {
  return kind === "iocScan" ? "IOC" : "IRP";
}

/** Classes that have a kind in the group: only their reserves mean anything there. */
export function classesIn(group: TaskGroup): readonly ActionClass[] {
  return [...new Set(ACTION_KINDS.filter((kind) => groupOf(kind) === group).map(classOf))];
}
