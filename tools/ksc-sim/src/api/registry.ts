import { asyncActionMethods } from "./async-action-state-checker.ts";
import { chunkAccessorMethods } from "./chunk-accessor.ts";
import { conEventMethods } from "./con-events.ts";
import { eventMethods } from "./event-processing.ts";
import { hostMethods } from "./host-group-hosts.ts";
import { incidentMethods } from "./host-group-incidents.ts";
import type { Method } from "./method.ts";
import { sessionMethods } from "./session.ts";
import { taskHostStatusMethods } from "./task-host-status.ts";
import { taskMethods } from "./tasks.ts";

/** Every method this server knows, by `Class.Method`. Names are case-sensitive. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    sessionMethods,
    hostMethods,
    incidentMethods,
    chunkAccessorMethods,
    taskMethods,
    taskHostStatusMethods,
    eventMethods,
    conEventMethods,
    asyncActionMethods,
  ].flatMap((table) => Object.entries(table)),
);
