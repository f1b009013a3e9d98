import type { Edr } from "@cordon/agent-core";
import { type Clock, type Logger, silentLogger, systemClock } from "@cordon/core/kernel";
import { createConsoleEvents } from "../api/console-events.ts";
import { createRequestRegistry } from "../registry/registry.ts";
import { parseEdrSettings } from "../registry/settings.ts";
import { REGISTRY_VERSION } from "../registry/shapes.ts";
import type { KscClient } from "../session/client.ts";
import { readCapabilities } from "./capabilities.ts";
import { createSignalSource } from "./console-signals.ts";
import type { EdrContext } from "./context.ts";
import { deleteTaskOf } from "./delete-task.ts";
import { findEndpointsBy, readInventory } from "./endpoints.ts";
import { readHostStates } from "./host-states.ts";
import { createPreventionReader } from "./prevention-policy.ts";
import { listQuarantine, readQuarantineFile } from "./quarantine.ts";
import { createEventSource } from "./result-events.ts";
import { readServerInfo } from "./server-info.ts";
import { findIncidentOf, submitOrder } from "./submit.ts";
import { syncHostsNow } from "./sync-hosts.ts";
import { readTaskStates } from "./task-states.ts";
import { createTaskReader } from "./tasks-of-host.ts";

export interface KscEdrOptions {
  readonly client: KscClient;
  /** The site's EDR settings as they stand in its configuration; see `parseEdrSettings`. Absent: all defaults. */
  readonly settings?: unknown;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

/** The site's EDR over KSC's Open API. Owns the client: `close` ends it. Throws `config.invalid` for wrong settings. */
export function createKscEdr(options: KscEdrOptions): Edr {
  const { client, clock = systemClock, logger = silentLogger } = options;
  const settings = parseEdrSettings(options.settings);
  const context: EdrContext = { client, settings, registry: createRequestRegistry(settings), clock, logger };
  logger.info("edr.registry", { version: REGISTRY_VERSION, corrected: Object.keys(settings.shapes) });
  return {
    submit: (order, signal, mayGo) => submitOrder(context, order, signal, mayGo),
    findIncident: (order, notBefore, signal) => findIncidentOf(context, order, notBefore, signal),
    consoleAvailable: (signal) => createConsoleEvents(client).isAnyServiceConsoleAvailable({ signal }),
    tasksOf: createTaskReader(context),
    taskStates: (refs, signal) => readTaskStates(context, refs, signal),
    deleteTask: (ref, signal) => deleteTaskOf(context, ref, signal),
    hostStates: (ids, signal) => readHostStates(context, ids, signal),
    signals: createSignalSource(context),
    syncHosts: (ids, signal) => syncHostsNow(context, ids, signal),
    preventionPolicy: createPreventionReader(context),
    eventsAfter: createEventSource(context),
    inventory: (signal, search) => readInventory(context, signal, search),
    findEndpoints: (by, value, signal) => findEndpointsBy(context, by, value, signal),
    serverInfo: (signal) => readServerInfo(context, signal),
    capabilities: (signal) => readCapabilities(context, signal),
    quarantineItems: (endpointId, signal) => listQuarantine(context, endpointId, signal),
    quarantineFile: (endpointId, itemId, take, signal) =>
      readQuarantineFile(context, { endpointId, itemId }, take, signal),
    close: () => client.close(),
  };
}
