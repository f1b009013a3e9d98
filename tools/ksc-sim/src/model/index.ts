/**
 * The estate without its HTTPS server, for programs that drive it in their own process and on their own clock. Every call
 * happens at a moment: `tick` first, so that what was due before it has happened.
 */
export { DEFAULT_KNOBS, type Knobs } from "../config/knobs.ts";
export type { HostBehaviour, RotationTruth, TaskTruth } from "../types.ts";
export type { SimClock } from "./clock.ts";
export { createDueHeap } from "./due-heap.ts";
export { findEdrTask } from "./edr-tasks.ts";
export { forceSync, hostBehaviourChanged, knownState } from "./execution.ts";
export { type Host, readHost } from "./host.ts";
export { addIncident, type Incident } from "./incidents.ts";
export { endIsolation, isolationTruth } from "./isolation.ts";
export { createRandom } from "./random.ts";
export { responseTaskName } from "./response-request.ts";
export { createTask, isResponse, removeTask, type Task, taskTruth } from "./tasks.ts";
export { setServiceConsole } from "./web-console.ts";
export { createWorld, tick, type World } from "./world.ts";
