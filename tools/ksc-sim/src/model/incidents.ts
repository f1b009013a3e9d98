import type { IncidentOutcome, IncidentTruth } from "../types.ts";
import { notFound } from "./errors.ts";
import type { KscParams, KscValue } from "./values.ts";
import { datetime, params } from "./values.ts";
import { onIncidentStored } from "./web-console.ts";
import type { World } from "./world.ts";

export interface Incident {
  readonly id: number;
  readonly hostId: string;
  severity: number;
  /** As the caller gave it. */
  addedMs: number;
  body: string;
  handled: boolean;
  readonly type: string;
  readonly userId: number | bigint | undefined;
  readonly extra: KscParams | undefined;
  /** When the server stored it, by its own clock. */
  readonly storedMs: number;
  readonly caller: string;
  outcome: IncidentOutcome;
}

export type NewIncident = Omit<Incident, "id" | "storedMs" | "outcome">;

const WAITING: IncidentOutcome = { kind: "waiting" };

/** Stores the incident and tells the console; the id only ever rises (K11). */
export function addIncident(world: World, given: NewIncident): Incident {
  const incident: Incident = { ...given, id: world.nextIncidentId++, storedMs: world.agenda.now(), outcome: WAITING };
  world.incidents.set(incident.id, incident);
  const ofHost = world.incidentsByHost.get(incident.hostId);
  if (ofHost === undefined) world.incidentsByHost.set(incident.hostId, [incident]);
  else ofHost.push(incident);
  if (world.incidents.size > world.knobs.maxIncidents) dropOldest(world);
  onIncidentStored(world, incident);
  return incident;
}

function dropOldest(world: World): void {
  for (const incident of world.incidents.values()) {
    forget(world, incident);
    return;
  }
}

export function findIncident(world: World, id: number): Incident {
  const incident = world.incidents.get(id);
  if (incident === undefined) throw notFound("Incident", id);
  return incident;
}

export function deleteIncident(world: World, id: number): void {
  forget(world, findIncident(world, id));
}

function forget(world: World, incident: Incident): void {
  world.incidents.delete(incident.id);
  const ofHost = world.incidentsByHost.get(incident.hostId);
  if (ofHost === undefined) return;
  if (ofHost[0] === incident) ofHost.shift();
  else {
    const index = ofHost.indexOf(incident);
    if (index >= 0) ofHost.splice(index, 1);
  }
  if (ofHost.length === 0) world.incidentsByHost.delete(incident.hostId);
}

export const INCIDENT_ATTRIBUTES = [
  "KLINCDT_ID",
  "KLINCDT_SEVERITY",
  "KLINCDT_ADDED",
  "KLINCDT_BODY",
  "KLINCDT_IS_HANDLED",
  "KLINCDT_TYPE",
  "KLINCDT_TYPE_DISPLAY_NAME",
  "KLHSTUSER_ID",
  "KLHST_WKS_HOSTNAME",
  "KLHST_WKS_DN",
  "KLHST_WKS_WINHOSTNAME",
  "KLHST_WKS_GROUPID",
  "GNRL_EXTRA_PARAMS",
];

export function readIncident(world: World, incident: Incident, name: string): KscValue | undefined {
  switch (name) {
    case "KLINCDT_ID":
      return incident.id;
    case "KLINCDT_SEVERITY":
      return incident.severity;
    case "KLINCDT_ADDED":
      return datetime(incident.addedMs);
    case "KLINCDT_BODY":
      return incident.body;
    case "KLINCDT_IS_HANDLED":
      return incident.handled;
    case "KLINCDT_TYPE":
    case "KLINCDT_TYPE_DISPLAY_NAME":
      return incident.type;
    case "KLHSTUSER_ID":
      return incident.userId === undefined ? undefined : { type: "long", value: incident.userId };
    case "GNRL_EXTRA_PARAMS":
      return incident.extra === undefined ? undefined : params(incident.extra);
    case "KLHST_WKS_HOSTNAME":
      return incident.hostId;
    case "KLHST_WKS_DN":
      return world.hosts.get(incident.hostId)?.name;
    case "KLHST_WKS_WINHOSTNAME":
      return world.hosts.get(incident.hostId)?.attributes.get("KLHST_WKS_WINHOSTNAME");
    case "KLHST_WKS_GROUPID":
      return world.hosts.get(incident.hostId)?.groupId;
    default:
      return undefined;
  }
}

export function incidentTruth(incident: Incident): IncidentTruth {
  return {
    id: incident.id,
    hostId: incident.hostId,
    storedAt: incident.storedMs,
    body: incident.body,
    handled: incident.handled,
    user: incident.caller,
    outcome: incident.outcome,
  };
}
