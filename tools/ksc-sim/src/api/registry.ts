import { administrationMethods } from "./administration.ts";
import { asyncActionMethods } from "./async-action-state-checker.ts";
import { chunkAccessorMethods } from "./chunk-accessor.ts";
import { conEventMethods } from "./con-events.ts";
import { eventMethods } from "./event-processing.ts";
import { gatewayMethods } from "./gateway.ts";
import { hierarchyMethods } from "./hierarchy.ts";
import { groupMethods } from "./host-group-groups.ts";
import { hostMethods } from "./host-group-hosts.ts";
import { incidentMethods } from "./host-group-incidents.ts";
import { serverInfoMethods } from "./host-group-server.ts";
import { hostSettingsMethods } from "./host-group-settings.ts";
import { hostTaskMethods } from "./host-tasks.ts";
import type { Method } from "./method.ts";
import { policyMethods } from "./policies.ts";
import { reportMethods } from "./reports.ts";
import { sessionMethods } from "./session.ts";
import { settingsMethods } from "./settings-storage.ts";
import { srvViewMethods } from "./srv-view.ts";
import { taskHostStatusMethods } from "./task-host-status.ts";
import { taskMethods } from "./tasks.ts";

/** Answered by the transport itself, because they come before a session. */
const LOGON_METHODS = ["Session.StartSession"];

/** Every method this server knows, by `Class.Method`. Names are case-sensitive. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    sessionMethods,
    hostMethods,
    groupMethods,
    serverInfoMethods,
    hostSettingsMethods,
    incidentMethods,
    chunkAccessorMethods,
    taskMethods,
    taskHostStatusMethods,
    hostTaskMethods,
    eventMethods,
    conEventMethods,
    asyncActionMethods,
    policyMethods,
    settingsMethods,
    hierarchyMethods,
    reportMethods,
    srvViewMethods,
    gatewayMethods,
    administrationMethods((name) => LOGON_METHODS.includes(name) || METHODS.has(name)),
  ].flatMap((table) => Object.entries(table)),
);
