import type { EdrEvent } from "@cordon/agent-core";
import { addMs } from "@cordon/core/kernel";
import { z } from "zod";
import { type EventReader, withEvents } from "../paging/record-pages.ts";
import { parseResponseName } from "../registry/task-name.ts";
import { datetime, safeLong, unexpectedReply } from "../values/reply-schemas.ts";
import { type KscParams, sortBy } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";
import { hostIdOf } from "./host-id.ts";

const FIELDS = [
  "event_db_id",
  "hostname",
  "task_display_name",
  "GNRL_EA_DESCRIPTION",
  "task_new_state",
  "rise_time",
  "registration_time",
];
const LIFETIME_SECONDS = 300;
const RECORDS_PER_CALL = 1_000;
/** What one call reads at most, so that a first look at a full store of 400,000 events stays a bounded step. */
const RECORDS_PER_ROUND_MAX = 20_000;
const HOUR_MS = 3_600_000;

const eventRecord = z.looseObject({
  event_db_id: safeLong,
  hostname: z.string().optional(),
  task_display_name: z.string().optional(),
  GNRL_EA_DESCRIPTION: z.string().optional(),
  task_new_state: z.int().optional(),
  rise_time: datetime.optional(),
  registration_time: datetime.optional(),
});

/**
 * See port `Edr.eventsAfter`. KSC documents no filter on `event_db_id`, so the events are sorted by it and the place of the
 * cursor is found by halving. Events of others are passed over; how far that went is remembered, so that they are read once.
 */
export function createEventSource(context: EdrContext) {
  const { settings, clock, registry } = context;
  /** Between these two ids lies nothing of ours: `from` is the cursor that the caller has after the last call. */
  let passed = { from: -1, to: -1 };

  return async function eventsAfter(cursor: number, limit: number, signal: AbortSignal): Promise<readonly EdrEvent[]> {
    const after = passed.from === cursor ? Math.max(cursor, passed.to) : cursor;
    const notBefore = after > 0 ? undefined : addMs(clock.now(), -settings.eventLookBackHours * HOUR_MS);
    const search = {
      fields: FIELDS,
      filter: settings.eventFilter,
      orderBy: [sortBy(settings.eventOrder, "ascending")],
      lifetimeSeconds: LIFETIME_SECONDS,
    };
    return withEvents(pagingIn(context, signal), search, async (events) => {
      const isNew = (raw: KscParams): boolean => {
        const event = parse(raw);
        if (notBefore !== undefined) return (event.registration_time ?? event.rise_time ?? notBefore) >= notBefore;
        return event.event_db_id > after;
      };
      const found: EdrEvent[] = [];
      let reached = after;
      let position = await firstNew(events, isNew);
      const end = Math.min(events.count, position + RECORDS_PER_ROUND_MAX);
      while (position < end && found.length < limit) {
        const records = await events.range(position, Math.min(position + RECORDS_PER_CALL, end) - 1);
        if (records.length === 0) break;
        for (const raw of records) {
          const event = parse(raw);
          const ours = toEvent(event);
          reached = event.event_db_id;
          if (ours !== undefined) found.push(ours);
          if (found.length === limit) break;
        }
        position += records.length;
      }
      passed = { from: found.at(-1)?.eventDbId ?? cursor, to: reached };
      return found;
    });
  };

  function toEvent(event: z.infer<typeof eventRecord>): EdrEvent | undefined {
    const { task_display_name: taskDisplayName = "", GNRL_EA_DESCRIPTION: description = "", hostname } = event;
    const isResponse = [taskDisplayName, description].some((name) => parseResponseName(name, registry) !== undefined);
    const endpointId = hostname === undefined ? undefined : hostIdOf(hostname);
    if (!isResponse || endpointId === undefined) return undefined;
    return {
      eventDbId: event.event_db_id,
      endpointId,
      taskDisplayName,
      description,
      newState: event.task_new_state,
      at: event.rise_time ?? event.registration_time ?? clock.now(),
    };
  }
}

function parse(raw: KscParams): z.infer<typeof eventRecord> {
  const parsed = eventRecord.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unexpectedReply("EventProcessing.GetRecordRange", issue?.path.join(".") || "record", issue?.message ?? "");
}

/** Position of the first record for which `isNew` holds, from the end in growing steps: new events are few and last. */
async function firstNew(events: EventReader, isNew: (raw: KscParams) => boolean): Promise<number> {
  const isNewAt = async (position: number): Promise<boolean> => {
    const [record] = await events.range(position, position);
    // The store is trimmed from its old end while it is read: what is gone is not new.
    return record !== undefined && isNew(record);
  };
  let newFrom = events.count;
  let step = 1;
  let oldUpTo = -1;
  while (newFrom > 0) {
    const probe = Math.max(0, newFrom - step);
    if (!(await isNewAt(probe))) {
      oldUpTo = probe;
      break;
    }
    newFrom = probe;
    step *= 4;
  }
  while (newFrom - oldUpTo > 1) {
    const middle = Math.floor((newFrom + oldUpTo) / 2);
    if (await isNewAt(middle)) newFrom = middle;
    else oldUpTo = middle;
  }
  return newFrom;
}
