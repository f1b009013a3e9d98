import type { IsolationTruth } from "../types.ts";
import type { Host } from "./host.ts";
import type { World } from "./world.ts";
import { scaledMs } from "./world.ts";

export interface Isolation {
  readonly hostId: string;
  readonly taskId: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** 9999 hours, the upper bound that the vendor's sibling products document. */
const SECONDS_MAX = 9_999 * 3600;
const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3600 } as const;

/** K20: the device cuts its connections except the agent's, and lifts that by itself after the timeout. */
export function isolate(world: World, host: Host, taskId: string, timeout: number | undefined): void {
  const now = world.agenda.now();
  endDueIsolations(world, now);
  endIsolation(world, host.id, "renewed");
  const asked =
    timeout === undefined || timeout === 0
      ? world.knobs.isolationDefaultSeconds
      : timeout * UNIT_SECONDS[world.knobs.isolationUnit];
  const untilMs = now + scaledMs(world, Math.min(asked, SECONDS_MAX));
  world.isolated.set(host.id, { hostId: host.id, taskId, sinceMs: now, untilMs });
  world.nextIsolationEndMs = Math.min(world.nextIsolationEndMs, untilMs);
}

export function endDueIsolations(world: World, now: number): void {
  if (now < world.nextIsolationEndMs) return;
  let next = Number.POSITIVE_INFINITY;
  for (const isolation of world.isolated.values()) {
    if (isolation.untilMs <= now) endIsolation(world, isolation.hostId, "timer");
    else next = Math.min(next, isolation.untilMs);
  }
  world.nextIsolationEndMs = next;
}

/** Returns whether the device was isolated. */
export function endIsolation(world: World, hostId: string, why: NonNullable<IsolationTruth["ended"]>["why"]): boolean {
  const isolation = world.isolated.get(hostId);
  if (isolation === undefined) return false;
  world.isolated.delete(hostId);
  const at = why === "timer" ? isolation.untilMs : world.agenda.now();
  world.isolations.push({ ...truthOf(isolation), ended: { at, why } });
  return true;
}

export function isolationTruth(world: World): IsolationTruth[] {
  return [...world.isolations.items(), ...[...world.isolated.values()].map(truthOf)];
}

function truthOf(isolation: Isolation): IsolationTruth {
  return {
    hostId: isolation.hostId,
    taskId: isolation.taskId,
    since: isolation.sinceMs,
    until: isolation.untilMs,
    ended: undefined,
  };
}
