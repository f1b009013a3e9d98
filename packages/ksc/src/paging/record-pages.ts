import { assert, type Logger } from "@cordon/core/kernel";
import { createChunkAccessor } from "../api/chunk-accessor.ts";
import { createEventProcessing, createEventProcessingFactory, type EventSearch } from "../api/event-processing.ts";
import type { FoundAccessor } from "../api/host-group.ts";
import type { KscSessionCaller } from "../session/caller.ts";
import type { KscParams } from "../values/wire-types.ts";
import { acquire, asEnded, releaseQuietly, withReleased } from "./release.ts";

export interface PagingContext {
  readonly session: KscSessionCaller;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** More records in one chunk than this make answers that KSC takes long over. */
export const PAGE_RECORDS_MAX = 2_000;

/**
 * All records of a search, page by page. `open` starts the search in the context's session. The accessor is released when the
 * last page was read, when the consumer stops early, on an error and on abort.
 */
export async function* recordPages(
  context: PagingContext,
  open: () => Promise<FoundAccessor>,
  pageSize: number,
): AsyncGenerator<readonly KscParams[], void, void> {
  assert(pageSize >= 1 && pageSize <= PAGE_RECORDS_MAX, "a page holds 1 to PAGE_RECORDS_MAX records");
  const { session, signal, logger } = context;
  const chunks = createChunkAccessor(session);
  const resource = { open, release: (found: FoundAccessor) => chunks.release(found.accessor), signal, logger };
  const { accessor, count } = await acquire(resource);
  try {
    for (let start = 0; start < count; ) {
      const page = await chunks.getItemsChunk(accessor, { start, count: pageSize }, { signal });
      if (page.length === 0) break;
      start += page.length;
      yield page;
    }
  } catch (error) {
    throw asEnded(error);
  } finally {
    await releaseQuietly(resource, { accessor, count });
  }
}

/** At most `limit` records of a search. */
export async function firstRecords(
  context: PagingContext,
  open: () => Promise<FoundAccessor>,
  limit: number,
): Promise<readonly KscParams[]> {
  for await (const page of recordPages(context, open, Math.min(limit, PAGE_RECORDS_MAX))) return page;
  return [];
}

/** An open iterator over events; `end` of a range is inclusive, and a range past the last record is shorter. */
export interface EventReader {
  count(): Promise<number>;
  range(start: number, end: number): Promise<readonly KscParams[]>;
}

/** Opens an event iterator for `use` and releases it afterwards. With `hostId` only that host's events. */
export function withEvents<R>(
  context: PagingContext,
  search: EventSearch & { readonly hostId?: string },
  use: (events: EventReader) => Promise<R>,
): Promise<R> {
  const { session, signal, logger } = context;
  const factory = createEventProcessingFactory(session);
  const events = createEventProcessing(session);
  const { hostId } = search;
  const open = () =>
    hostId === undefined
      ? factory.createEventProcessing(search)
      : factory.createEventProcessingForHost({ ...search, hostId });
  return withReleased({ open, release: (iterator) => events.releaseIterator(iterator), signal, logger }, (iterator) =>
    use({
      count: () => events.getRecordCount(iterator, { signal }),
      range: (start, end) => events.getRecordRange(iterator, { start, end }, { signal }),
    }),
  );
}
