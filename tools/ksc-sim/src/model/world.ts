import type { Knobs } from "../config/knobs.ts";
import type {
  EffectTruth,
  IsolationTruth,
  PreventionRuleTruth,
  RotationTruth,
  ServerConfig,
  TaskTruth,
} from "../types.ts";
import type { Agenda } from "./agenda.ts";
import { createAgenda } from "./agenda.ts";
import type { BoundedList } from "./bounded.ts";
import { createBoundedList } from "./bounded.ts";
import type { SimClock } from "./clock.ts";
import type { ConsoleEventHub } from "./console-events.ts";
import { createConsoleEventHub } from "./console-events.ts";
import type { EventStore } from "./events.ts";
import { createEventStore } from "./events.ts";
import type { Group, GroupRoots } from "./groups.ts";
import { buildGroups } from "./groups.ts";
import type { Host } from "./host.ts";
import type { Incident } from "./incidents.ts";
import { endDueIsolations, type Isolation } from "./isolation.ts";
import type { Policies } from "./policies.ts";
import { createPolicies } from "./policies.ts";
import type { SeededRandom } from "./random.ts";
import { createRandom } from "./random.ts";
import type { Task } from "./tasks.ts";
import { expireOldTasks } from "./tasks.ts";
import { buildHosts } from "./topology.ts";

export interface VirtualServer {
  readonly id: number;
  readonly name: string;
  readonly guid: string;
}

/** Everything one Administration Server and its estate know. No sockets, no timers: time passes in `tick`. */
export interface World {
  readonly name: string;
  readonly version: string;
  readonly clock: SimClock;
  /** Delays of the estate are divided by this. */
  readonly timeScale: number;
  knobs: Knobs;
  readonly random: SeededRandom;
  readonly agenda: Agenda;
  readonly hosts: Map<string, Host>;
  readonly groups: Map<number, Group>;
  readonly groupRoots: Map<string, GroupRoots>;
  nextGroupId: number;
  readonly virtualServers: Map<string, VirtualServer>;
  readonly incidents: Map<number, Incident>;
  readonly incidentsByHost: Map<string, Incident[]>;
  nextIncidentId: number;
  /** By id, in the order of creation. */
  readonly tasks: Map<string, Task>;
  readonly tasksByGuid: Map<string, Task>;
  /** Response tasks (name begins `[Response]`) in the order of creation: what the limit and the lifespan look at. */
  readonly responseTasks: Map<string, Task>;
  readonly responseTasksByHost: Map<string, Set<Task>>;
  nextTaskId: number;
  nextListItemId: number;
  readonly removedTasks: BoundedList<TaskTruth>;
  readonly rotations: BoundedList<RotationTruth>;
  readonly effects: BoundedList<EffectTruth>;
  readonly isolations: BoundedList<IsolationTruth>;
  /** Devices isolated now. */
  readonly isolated: Map<string, Isolation>;
  /** No isolation ends before this; saves looking at each one on every request. */
  nextIsolationEndMs: number;
  readonly preventionRules: Map<string, PreventionRuleTruth[]>;
  readonly events: EventStore;
  readonly consoleEvents: ConsoleEventHub;
  readonly policies: Policies;
  /** Incidents that arrived while no console was there (K13). */
  readonly missedIncidents: BoundedList<number>;
}

export interface WorldOptions {
  readonly server: ServerConfig;
  readonly seed: number;
  readonly timeScale: number;
  readonly clock: SimClock;
  readonly knobs: Knobs;
}

export function createWorld({ server, seed, timeScale, clock, knobs }: WorldOptions): World {
  const now = clock.now();
  const random = createRandom(`${seed}/${server.name}/world`);
  const history = (): number => world.knobs.maxHistory;
  const virtualServers = (server.virtualServers ?? []).map((virtual, index) => ({
    id: index + 1,
    name: virtual.name,
    guid: random.guid(),
  }));
  const world: World = {
    name: server.name,
    version: server.version ?? "15.2.0.1088",
    clock,
    timeScale,
    knobs,
    random,
    agenda: createAgenda(now),
    hosts: new Map(buildHosts(server, seed, now).map((host) => [host.id, host])),
    groups: new Map(),
    groupRoots: new Map(),
    nextGroupId: 0,
    virtualServers: new Map(virtualServers.map((virtual) => [virtual.name, virtual])),
    incidents: new Map(),
    incidentsByHost: new Map(),
    nextIncidentId: 1 + random.below(5000),
    tasks: new Map(),
    tasksByGuid: new Map(),
    responseTasks: new Map(),
    responseTasksByHost: new Map(),
    nextTaskId: 40 + random.below(60),
    nextListItemId: 1,
    removedTasks: createBoundedList(history),
    rotations: createBoundedList(history),
    effects: createBoundedList(history),
    isolations: createBoundedList(history),
    isolated: new Map(),
    nextIsolationEndMs: Number.POSITIVE_INFINITY,
    preventionRules: new Map(),
    events: createEventStore(() => world.knobs.maxEvents),
    consoleEvents: createConsoleEventHub(),
    policies: createPolicies(now, knobs),
    missedIncidents: createBoundedList(() => world.knobs.maxIncidents),
  };
  buildGroups(world);
  return world;
}

/** Lets everything happen that is due. Called before every request, so that an idle estate needs no timer. */
export function tick(world: World): number {
  const now = world.clock.now();
  world.agenda.runUntil(now);
  endDueIsolations(world, now);
  expireOldTasks(world, now);
  return now;
}

/** Puts something on the agenda after a delay of the estate, given in seconds of life. */
export function after(world: World, delaySeconds: number, run: () => void): void {
  world.agenda.add(world.agenda.now() + scaledMs(world, delaySeconds), run);
}

export function scaledMs(world: World, seconds: number): number {
  return Math.round((seconds * 1000) / world.timeScale);
}
