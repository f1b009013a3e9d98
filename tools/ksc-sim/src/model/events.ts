import type { KscValue } from "./values.ts";
import { datetime, long } from "./values.ts";

/** One row of the server's event store. */
export interface KscEvent {
  readonly id: number;
  readonly type: string;
  readonly typeDisplayName: string;
  /** 1 info, 2 warning, 3 error, 4 critical. */
  readonly severity: number;
  readonly description: string;
  /** When it happened on the device. */
  readonly riseMs: number;
  /** When the server stored it. */
  readonly registeredMs: number;
  readonly hostId: string;
  readonly hostName: string;
  readonly virtualServer: string;
  readonly groupId: number;
  readonly groupName: string;
  readonly product: string;
  readonly productVersion: string;
  readonly productDisplayVersion: string;
  readonly taskName: string;
  readonly taskId: string;
  readonly taskNewState: number | undefined;
  readonly percent: number;
  readonly param1: string;
}

export interface EventStore {
  /** Returns the event's id, which only ever rises. */
  add(event: Omit<KscEvent, "id">): number;
  /** Oldest first. */
  all(): readonly KscEvent[];
  ofHost(hostId: string): readonly KscEvent[];
  ofTask(taskId: string): readonly KscEvent[];
  readonly size: number;
}

const FIRST_ID = 90_000;

/** K19: capped; the oldest events are trimmed when the cap is exceeded. */
export function createEventStore(max: () => number): EventStore {
  let list: KscEvent[] = [];
  let start = 0;
  let nextId = FIRST_ID;
  const byHost = new Map<string, KscEvent[]>();
  const byTask = new Map<string, KscEvent[]>();

  function trim(): void {
    while (list.length - start > max()) {
      const oldest = list[start];
      start += 1;
      if (oldest === undefined) break;
      forget(byHost, oldest.hostId);
      forget(byTask, oldest.taskId);
    }
    if (start > 1024 && start > list.length / 2) {
      list = list.slice(start);
      start = 0;
    }
  }

  return {
    add: (event) => {
      const stored: KscEvent = { id: nextId++, ...event };
      list.push(stored);
      remember(byHost, stored.hostId, stored);
      remember(byTask, stored.taskId, stored);
      trim();
      return stored.id;
    },
    all: () => list.slice(start),
    ofHost: (hostId) => byHost.get(hostId) ?? [],
    ofTask: (taskId) => byTask.get(taskId) ?? [],
    get size() {
      return list.length - start;
    },
  };
}

function remember(index: Map<string, KscEvent[]>, key: string, event: KscEvent): void {
  const own = index.get(key);
  if (own === undefined) index.set(key, [event]);
  else own.push(event);
}

/** The oldest event of the whole store is also the oldest of its key. */
function forget(index: Map<string, KscEvent[]>, key: string): void {
  const own = index.get(key);
  own?.shift();
  if (own?.length === 0) index.delete(key);
}

export const EVENT_ATTRIBUTES = [
  "event_db_id",
  "event_id",
  "event_type",
  "event_type_display_name",
  "GNRL_EA_SEVERITY",
  "GNRL_EA_DESCRIPTION",
  "GNRL_EA_PARAM_1",
  "rise_time",
  "registration_time",
  "hostname",
  "hostdn",
  "host_id",
  "domain_name",
  "group_id",
  "group_name",
  "product_name",
  "product_version",
  "product_displ_version",
  "task_display_name",
  "task_id",
  "task_new_state",
  "GNRL_COMPLETED_PERCENT",
];

export function readEvent(event: KscEvent, name: string): KscValue | undefined {
  switch (name) {
    case "event_db_id":
      return long(event.id);
    case "event_id":
      return event.id;
    case "event_type":
      return event.type;
    case "event_type_display_name":
      return event.typeDisplayName;
    case "GNRL_EA_SEVERITY":
      return event.severity;
    case "GNRL_EA_DESCRIPTION":
      return event.description.slice(0, 1000);
    case "GNRL_EA_PARAM_1":
      return event.param1 === "" ? undefined : event.param1;
    case "rise_time":
      return datetime(event.riseMs);
    case "registration_time":
      return datetime(event.registeredMs);
    case "hostname":
    case "host_id":
      return event.hostId;
    case "hostdn":
      return event.hostName;
    case "domain_name":
      return "";
    case "group_id":
      return event.groupId;
    case "group_name":
      return event.groupName;
    case "product_name":
      return event.product;
    case "product_version":
      return event.productVersion;
    case "product_displ_version":
      return event.productDisplayVersion;
    case "task_display_name":
      return event.taskName.slice(0, 100);
    case "task_id":
      return event.taskId;
    case "task_new_state":
      return event.taskNewState;
    case "GNRL_COMPLETED_PERCENT":
      return event.taskNewState === undefined ? undefined : event.percent;
    default:
      return undefined;
  }
}
