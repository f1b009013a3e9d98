import type { Edr, EdrServerInfo } from "@cordon/agent-core";
import { type Clock, type Logger, silentLogger, systemClock } from "@cordon/core/kernel";
import { createConsoleEvents } from "../api/console-events.ts";
import { createHostGroup } from "../api/host-group.ts";
import { createRequestRegistry } from "../registry/registry.ts";
import { parseEdrSettings } from "../registry/settings.ts";
import { REGISTRY_VERSION } from "../registry/shapes.ts";
import type { KscClient } from "../session/client.ts";
import type { EdrContext } from "./context.ts";
import { deleteTaskOf } from "./delete-task.ts";
import { findEndpointsBy, readInventory } from "./endpoints.ts";
import { readHostStates } from "./host-states.ts";
import { createEventSource } from "./result-events.ts";
import { findIncidentOf, submitOrder } from "./submit.ts";
import { readTaskStates } from "./task-states.ts";
import { createTaskReader } from "./tasks-of-host.ts";

export interface KscEdrOptions {
  readonly client: KscClient;
  /** The site's EDR settings as they stand in its configuration; see `parseEdrSettings`. Absent: all defaults. */
  readonly settings?: unknown;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

const SERVER_FACTS = [
  "KLADMSRV_SERVER_HOSTNAME",
  "KLADMSRV_PRODUCT_FULL_VERSION",
  "KLADMSRV_SERVER_VERSION_ID",
  "KLADMSRV_IS_VIRTUAL",
  "KLADMSRV_VSID",
];

/** The site's EDR over KSC's Open API. Owns the client: `close` ends it. Throws `config.invalid` for wrong settings. */
export function createKscEdr(options: KscEdrOptions): Edr {
  const { client, clock = systemClock, logger = silentLogger } = options;
  const settings = parseEdrSettings(options.settings);
  const context: EdrContext = { client, settings, registry: createRequestRegistry(settings), clock, logger };
  logger.info("edr.registry", { version: REGISTRY_VERSION, corrected: Object.keys(settings.shapes) });
  return {
    submit: (order, signal) => submitOrder(context, order, signal),
    findIncident: (order, notBefore, signal) => findIncidentOf(context, order, notBefore, signal),
    consoleAvailable: (signal) => createConsoleEvents(client).isAnyServiceConsoleAvailable({ signal }),
    tasksOf: createTaskReader(context),
    taskStates: (refs, signal) => readTaskStates(context, refs, signal),
    deleteTask: (ref, signal) => deleteTaskOf(context, ref, signal),
    hostStates: (ids, signal) => readHostStates(context, ids, signal),
    eventsAfter: createEventSource(context),
    inventory: (signal) => readInventory(context, signal),
    findEndpoints: (by, value, signal) => findEndpointsBy(context, by, value, signal),
    serverInfo: (signal) => readServerInfo(client, signal),
    close: () => client.close(),
  };
}

async function readServerInfo(client: KscClient, signal: AbortSignal): Promise<EdrServerInfo> {
  const facts = await createHostGroup(client).getStaticInfo(SERVER_FACTS, { signal });
  const text = (name: string): string => {
    const value = facts[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  return {
    name: text("KLADMSRV_SERVER_HOSTNAME"),
    version: text("KLADMSRV_PRODUCT_FULL_VERSION") || text("KLADMSRV_SERVER_VERSION_ID"),
    virtualServer: facts.KLADMSRV_IS_VIRTUAL === true ? text("KLADMSRV_VSID") : undefined,
  };
}
