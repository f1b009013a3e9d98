import type { Incident } from "./incidents.ts";
import type { ResponseRequest } from "./response-request.ts";
import { readResponseRequest, responseTaskName } from "./response-request.ts";
import { createTask } from "./tasks.ts";
import type { World } from "./world.ts";
import { after } from "./world.ts";

/**
 * The Web Console's background service with the KES plug-in: it hears of stored incidents and turns response requests into
 * tasks. Nobody tells the caller of AddIncident whether it is there (K13) or what it made of the request (K15).
 */
export function onIncidentStored(world: World, incident: Incident): void {
  if (world.consoleEvents.heard) {
    world.consoleEvents.publish({
      type: "KLSRV_EV_INCIDENT_ADDED",
      params: { KLINCDT_ID: incident.id, KLINCDT_SEVERITY: incident.severity, KLINCDT_TYPE: incident.type },
      bornMs: world.agenda.now(),
    });
  }
  if (world.knobs.serviceConsole === "down") {
    incident.outcome = { kind: "no_console" };
    world.missedIncidents.push(incident.id);
    return;
  }
  scheduleProcessing(world, incident);
}

function scheduleProcessing(world: World, incident: Incident): void {
  after(world, world.knobs.taskCreateDelay, () => processIncident(world, incident));
}

function processIncident(world: World, incident: Incident): void {
  // A console that went down meanwhile has lost what it had heard but not yet done.
  if (world.knobs.serviceConsole === "down") {
    incident.outcome = { kind: "no_console" };
    world.missedIncidents.push(incident.id);
    return;
  }
  if (!world.incidents.has(incident.id)) return;
  const request = readResponseRequest(incident.body, world.knobs.extraBodyMembers);
  incident.outcome = request.ok ? makeTask(world, incident, request) : { kind: "ignored", reason: request.reason };
  if (incident.outcome.kind === "task" && world.knobs.markHandled) incident.handled = true;
}

function makeTask(
  world: World,
  incident: Incident,
  request: Extract<ResponseRequest, { ok: true }>,
): Incident["outcome"] {
  const host = world.hosts.get(request.targetHost);
  if (host === undefined)
    return { kind: "ignored", reason: `targetHost ${request.targetHost} is not a device of this server` };
  const { knobs } = world;
  const task = createTask(world, {
    name: responseTaskName({
      area: request.area,
      kind: request.spec.kind,
      atMs: world.agenda.now(),
      utcOffsetMinutes: knobs.consoleUtcOffsetMinutes,
      id: knobs.taskNameId === "incident" ? String(incident.id) : String(world.random.below(1_000_000)),
    }),
    kind: request.spec.kind,
    spec: request.spec,
    area: request.area,
    params: request.params,
    origin: "response",
    incidentId: incident.id,
    hosts: [host],
    local: knobs.taskPlacement === "local",
    state: "pending",
  });
  return { kind: "task", taskId: task.id };
}

/** K13: whether a returning console reads what it missed is not known; the knob `backlogOnReconnect` decides. */
export function setServiceConsole(world: World, state: "up" | "down"): void {
  const before = world.knobs.serviceConsole;
  world.knobs = { ...world.knobs, serviceConsole: state };
  if (before === state || state === "down") return;
  const missed = world.missedIncidents.take();
  if (!world.knobs.backlogOnReconnect) return;
  for (const id of missed) {
    const incident = world.incidents.get(id);
    if (incident !== undefined) scheduleProcessing(world, incident);
  }
}
