import { badArgument, KscError, notFound } from "../model/errors.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import type { Incident } from "../model/incidents.ts";
import { addIncident, deleteIncident, findIncident, INCIDENT_ATTRIBUTES, readIncident } from "../model/incidents.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { datetimeMs, isWrapped, paramsOf } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { project, sortRecords } from "./records.ts";
import { canSee } from "./scope.ts";

export const incidentMethods: MethodTable = {
  "HostGroup.AddIncident": method({
    right: "incidents",
    args: { pData: "params" },
    handle: (call, { pData }) => {
      const { world } = call;
      const severity = readSeverity(pData.KLINCDT_SEVERITY, true);
      const addedMs = readAdded(pData.KLINCDT_ADDED, true);
      const body = readBody(call, pData.KLINCDT_BODY, true);
      const hostId = pData.KLHST_WKS_HOSTNAME;
      if (typeof hostId !== "string" || hostId === "")
        throw badArgument("pData.KLHST_WKS_HOSTNAME", "is required and must be a string");
      const host = world.hosts.get(hostId);
      // K12: what a real server does with an unknown device is not known.
      if ((host === undefined || !canSee(call, host)) && world.knobs.unknownHost === "reject")
        throw notFound("Host", hostId);
      const incident = addIncident(world, {
        hostId,
        severity: severity ?? 1,
        addedMs: addedMs ?? call.now,
        body: body ?? "",
        handled: readHandled(pData.KLINCDT_IS_HANDLED) ?? false,
        type: typeof pData.KLINCDT_TYPE === "string" ? pData.KLINCDT_TYPE : "",
        userId: readUserId(pData.KLHSTUSER_ID),
        extra: paramsOf(pData.GNRL_EXTRA_PARAMS),
        caller: call.session.account.name,
      });
      return { PxgRetVal: incident.id };
    },
  }),
  "HostGroup.UpdateIncident": method({
    right: "incidents",
    args: { nId: "int", pData: "params" },
    handle: (call, { nId, pData }) => {
      const incident = ownIncident(call, nId);
      // K26: the host name cannot be changed and must be there all the same.
      if (typeof pData.KLHST_WKS_HOSTNAME !== "string")
        throw badArgument("pData.KLHST_WKS_HOSTNAME", "is required and must be a string");
      if (pData.KLHST_WKS_HOSTNAME !== incident.hostId || "KLINCDT_ID" in pData || "GNRL_EXTRA_PARAMS" in pData) {
        throw new KscError("notPermitted", "The incident's id, host and extra parameters cannot be changed");
      }
      const severity = readSeverity(pData.KLINCDT_SEVERITY, false);
      const addedMs = readAdded(pData.KLINCDT_ADDED, false);
      const body = readBody(call, pData.KLINCDT_BODY, false);
      const handled = readHandled(pData.KLINCDT_IS_HANDLED);
      if (severity !== undefined) incident.severity = severity;
      if (addedMs !== undefined) incident.addedMs = addedMs;
      if (body !== undefined) incident.body = body;
      if (handled !== undefined) incident.handled = handled;
      return VOID;
    },
  }),
  "HostGroup.DeleteIncident": method({
    right: "incidents",
    args: { nId: "int" },
    handle: (call, { nId }) => {
      deleteIncident(call.world, ownIncident(call, nId).id);
      return VOID;
    },
  }),
  "HostGroup.FindIncidents": method({
    right: "read",
    args: { strFilter: "string?", pFieldsToReturn: "strings", pFieldsToOrder: "orders?", lMaxLifeTime: "int" },
    handle: (call, { strFilter, pFieldsToReturn, pFieldsToOrder, lMaxLifeTime }) => {
      const { world, session, now } = call;
      const read = (incident: Incident, name: string): KscValue | undefined => readIncident(world, incident, name);
      const items = sortRecords(selectIncidents(call, strFilter), pFieldsToOrder, read);
      const accessor = session.results.add(
        {
          kind: "accessor",
          items,
          project: (incident: Incident): KscParams => project(incident, pFieldsToReturn, INCIDENT_ATTRIBUTES, read),
          lifetimeSeconds: lMaxLifeTime,
        },
        now,
      );
      return { strAccessor: accessor, PxgRetVal: items.length };
    },
  }),
};

/** A filter that demands one host or one id is answered from the index: looking before sending is a hot call. */
function selectIncidents(call: Call, filterText: string): Incident[] {
  const { world, now } = call;
  const filter = compileFilter(filterText);
  const hostId = filter.required("KLHST_WKS_HOSTNAME");
  const id = filter.required("KLINCDT_ID");
  let candidates: Iterable<Incident> = world.incidents.values();
  if (typeof hostId === "string" && world.hosts.has(hostId)) candidates = world.incidentsByHost.get(hostId) ?? [];
  if (typeof id === "number") {
    const one = world.incidents.get(id);
    candidates = one === undefined ? [] : [one];
  }
  const found: Incident[] = [];
  for (const incident of candidates) {
    if (!seesIncident(call, incident)) continue;
    if (filter.matches((name) => readIncident(world, incident, name), now)) found.push(incident);
  }
  return found;
}

function seesIncident(call: Call, incident: Incident): boolean {
  if (call.session.virtualServer === "") return true;
  const host = call.world.hosts.get(incident.hostId);
  return host !== undefined && canSee(call, host);
}

function ownIncident(call: Call, id: number): Incident {
  const incident = findIncident(call.world, id);
  if (!seesIncident(call, incident)) throw notFound("Incident", id);
  return incident;
}

function readSeverity(value: KscValue | undefined, required: boolean): number | undefined {
  if (value === undefined && !required) return undefined;
  if (value !== 1 && value !== 2 && value !== 3)
    throw badArgument("pData.KLINCDT_SEVERITY", "is required and must be 1, 2 or 3");
  return value;
}

function readAdded(value: KscValue | undefined, required: boolean): number | undefined {
  if (value === undefined && !required) return undefined;
  const ms = datetimeMs(value);
  if (ms === undefined) throw badArgument("pData.KLINCDT_ADDED", "is required and must be a wrapped datetime");
  return ms;
}

function readBody(call: Call, value: KscValue | undefined, required: boolean): string | undefined {
  if (value === undefined && !required) return undefined;
  if (typeof value !== "string") throw badArgument("pData.KLINCDT_BODY", "is required and must be a string");
  if (value.length > call.world.knobs.maxBodyChars) throw badArgument("pData.KLINCDT_BODY", "is too long");
  return value;
}

function readHandled(value: KscValue | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "boolean") throw badArgument("pData.KLINCDT_IS_HANDLED", "must be a boolean");
  return value;
}

function readUserId(value: KscValue | undefined): number | bigint | undefined {
  const plain = isWrapped(value) && value.type === "long" ? value.value : value;
  return typeof plain === "number" || typeof plain === "bigint" ? plain : undefined;
}
