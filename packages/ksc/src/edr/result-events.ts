import type { EdrEvent } from "@cordon/agent-core";
import { addMs } from "@cordon/core/kernel";
import * as z from "zod";
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
/** As many as a busy site tells within one interval, or a little of what others tell. */
const FIRST_PAGE_RECORDS = 100;
const RECORDS_PER_CALL = 1_000;
/** So many are read from the newest back; beyond that the cursor's place is searched. */
const NEAR_RECORDS_MAX = 2_000;
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
type EventRecord = z.infer<typeof eventRecord>;

/**
 * See port `Edr.eventsAfter`. KSC documents no filter on `event_db_id`, so the events are sorted by it, the newest first: what is new
 * lies on the first page or two, and one call reads it. Only when the cursor is far behind its place is found by halving. Events of
 * others are passed over; how far that went is remembered, so that they are read once.
 */
export function createEventSource(context: EdrContext) {
  const { settings, clock, registry } = context;
  /** Between these two ids lies nothing of ours: `from` is the cursor that the caller has after the last call. */
  let passed = { from: -1, to: -1 };

  return async function eventsAfter(cursor: number, limit: number, signal: AbortSignal): Promise<readonly EdrEvent[]> {
    const after = passed.from === cursor ? Math.max(cursor, passed.to) : cursor;
    const notBefore = after > 0 ? undefined : addMs(clock.now(), -settings.eventLookBackHours * HOUR_MS);
    const isNew = (event: EventRecord): boolean => {
      if (notBefore !== undefined) return (event.registration_time ?? event.rise_time ?? notBefore) >= notBefore;
      return event.event_db_id > after;
    };
    const search = {
      fields: FIELDS,
      filter: settings.eventFilter,
      orderBy: [sortBy(settings.eventOrder, "descending")],
      lifetimeSeconds: LIFETIME_SECONDS,
    };
    return withEvents(pagingIn(context, signal), search, async (events) => {
      const found: EdrEvent[] = [];
      let reached = after;
      for await (const event of oldestNewFirst(events, isNew)) {
        const ours = toEvent(event);
        reached = event.event_db_id;
        if (ours !== undefined) found.push(ours);
        if (found.length === limit) break;
      }
      passed = { from: found.at(-1)?.eventDbId ?? cursor, to: reached };
      return found;
    });
  };

  function toEvent(event: EventRecord): EdrEvent | undefined {
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

function parse(raw: KscParams): EventRecord {
  const parsed = eventRecord.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unexpectedReply("EventProcessing.GetRecordRange", issue?.path.join(".") || "record", issue?.message ?? "");
}

/** Everything that is new, the oldest first, at most `RECORDS_PER_ROUND_MAX`. The reader's own order is the newest first. */
async function* oldestNewFirst(
  events: EventReader,
  isNew: (event: EventRecord) => boolean,
): AsyncGenerator<EventRecord, void, void> {
  const newest: EventRecord[] = [];
  for (let size = FIRST_PAGE_RECORDS; newest.length < NEAR_RECORDS_MAX; size = RECORDS_PER_CALL) {
    const page = (await events.range(newest.length, newest.length + size - 1)).map(parse);
    checkOrder(page);
    const old = page.findIndex((event) => !isNew(event));
    newest.push(...(old === -1 ? page : page.slice(0, old)));
    if (old === -1 && page.length === size) continue;
    yield* newest.reverse();
    return;
  }
  yield* fromFarBehind(events, isNew);
}

async function* fromFarBehind(
  events: EventReader,
  isNew: (event: EventRecord) => boolean,
): AsyncGenerator<EventRecord, void, void> {
  const count = await events.count();
  /** Positions counted from the oldest. */
  const range = async (start: number, end: number) =>
    (await events.range(count - 1 - end, count - 1 - start)).map(parse).reverse();
  let position = await firstNew(count, range, isNew);
  const end = Math.min(count, position + RECORDS_PER_ROUND_MAX);
  while (position < end) {
    const records = await range(position, Math.min(position + RECORDS_PER_CALL, end) - 1);
    if (records.length === 0) return;
    yield* records;
    position += records.length;
  }
}

/** Were the sort ignored, events would be missed in silence. */
function checkOrder(page: readonly EventRecord[]): void {
  const wrong = page.some((event, at) => at > 0 && event.event_db_id > (page[at - 1]?.event_db_id ?? 0));
  if (wrong) throw unexpectedReply("EventProcessing.GetRecordRange", "event_db_id", "does not fall; see `eventOrder`");
}

/** Position of the first record for which `isNew` holds, from the newest back in growing steps. */
async function firstNew(
  count: number,
  range: (start: number, end: number) => Promise<readonly EventRecord[]>,
  isNew: (event: EventRecord) => boolean,
): Promise<number> {
  const isNewAt = async (position: number): Promise<boolean> => {
    const [record] = await range(position, position);
    // The store is trimmed from its old end while it is read: what is gone is not new.
    return record !== undefined && isNew(record);
  };
  let newFrom = Math.max(0, count - NEAR_RECORDS_MAX);
  let step = NEAR_RECORDS_MAX;
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
