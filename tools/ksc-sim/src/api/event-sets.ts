import type { SortOrder } from "../http/arguments.ts";
import { badArgument } from "../model/errors.ts";
import type { KscEvent } from "../model/events.ts";
import { EVENT_ATTRIBUTES, readEvent } from "../model/events.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import { isWithinGroup } from "../model/groups.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import type { World } from "../model/world.ts";
import type { Call } from "./method.ts";
import { project, sortRecords } from "./records.ts";

export interface EventQuery {
  readonly events: readonly KscEvent[];
  /** KSCAPI a00128; undefined takes every event. */
  readonly filter: KscParams | undefined;
  readonly fields: readonly string[];
  readonly orders: readonly SortOrder[];
  readonly lifetimeSeconds: number;
}

/** Keeps the events that pass the filter as a result set for class EventProcessing; returns its id. */
export function addEventSet(call: Call, query: EventQuery): string {
  const accepts = query.filter === undefined ? () => true : eventFilter(call.world, query.filter, call.now);
  const own = call.session.virtualServer;
  const events = query.events.filter((event) => (own === "" || event.virtualServer === own) && accepts(event));
  return call.session.results.add(
    {
      kind: "events",
      items: sortRecords(events, query.orders, readEvent),
      project: (event: KscEvent) => project(event, query.fields, EVENT_ATTRIBUTES, readEvent),
      lifetimeSeconds: query.lifetimeSeconds,
    },
    call.now,
  );
}

type Accept = (event: KscEvent) => boolean;

const TASK_STATE_TYPE = "KLPRCI_TaskState";
const DAY_MS = 86_400_000;

/** Members a filter may have that this server reads; the two flags default to false, as documented. */
function eventFilter(world: World, filter: KscParams, nowMs: number): Accept {
  const accepts: Accept[] = [];
  const general = filter.EVP_INCL_GNRL_EVENTS === true;
  const taskStates = filter.EVP_INCL_TASK_STATES === true;
  const typed =
    "event_type" in filter ||
    "KLEVP_EVENT_TYPE" in filter ||
    "KLEVP_EVENT_GNRL_TYPE" in filter ||
    "KLEVP_EVENT_GNRL_TYPES_ARRAY" in filter;
  // A filter that names types asks for them; the flags then say nothing more.
  if (!typed) accepts.push((event) => (event.type === TASK_STATE_TYPE ? taskStates : general));
  for (const [name, value] of Object.entries(filter)) {
    const accept = acceptBy(world, name, value, nowMs);
    if (accept !== undefined) accepts.push(accept);
  }
  return (event) => accepts.every((accept) => accept(event));
}

function acceptBy(world: World, name: string, value: KscValue, nowMs: number): Accept | undefined {
  switch (name) {
    case "GNRL_EA_SEVERITY":
      return equal((event) => event.severity, value);
    case "KLEVP_EVENT_PRODUCT":
      return equal((event) => event.product, value);
    case "KLEVP_EVENT_INTERNAL_VERSION":
      return equal((event) => event.productVersion, value);
    case "KLEVP_EVENT_DISPLAY_VERSION":
      return equal((event) => event.productDisplayVersion, value);
    case "KLEVP_EVENT_HOST":
      return equal((event) => event.hostId, value);
    case "KLEVP_EVENT_HOST_DISPNAME":
      return equal((event) => event.hostName, value);
    case "KLEVP_EVENT_HOST_GROUP":
      return (event) => isWithinGroup(world, event.groupId, Number(value));
    case "KLEVP_EVENT_TASK_NAME":
      return equal((event) => event.taskName, value);
    case "KLEVP_EVENT_GROUP_TASK_ID":
      return (event) => event.taskId === String(value);
    case "event_type":
    case "KLEVP_EVENT_TYPE":
    case "KLEVP_EVENT_GNRL_TYPE":
      return equal((event) => event.type, value);
    case "KLEVP_EVENT_GNRL_TYPES_ARRAY":
      if (!Array.isArray(value)) throw badArgument(`pFilter.${name}`, "must be an array");
      return (event) => value.includes(event.type);
    case "KLEVP_EVENT_TSK_STATE_TYPE":
      return equal((event) => event.taskNewState, value);
    case "KLEVP_EVENT_RISE_TIME_LAST_DAYS":
      return (event) => event.riseMs >= nowMs - Number(value) * DAY_MS;
    case "KLEVP_RFC2254_FILTER": {
      if (typeof value !== "string") throw badArgument(`pFilter.${name}`, "must be a string");
      const inner = compileFilter(value);
      return (event) => inner.matches((attribute) => readEvent(event, attribute), nowMs);
    }
    default:
      return undefined;
  }
}

function equal(read: (event: KscEvent) => KscValue | undefined, wanted: KscValue): Accept {
  return (event) => read(event) === wanted;
}
