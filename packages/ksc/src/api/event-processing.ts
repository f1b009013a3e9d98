import * as z from "zod";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { params, paramsList, reading } from "../values/reply-schemas.ts";
import type { KscParams, KscWrapped } from "../values/wire-types.ts";
import { createRecordIterator } from "./record-iterator.ts";

export interface EventSearch {
  readonly fields: readonly string[];
  readonly orderBy?: readonly KscWrapped[];
  readonly lifetimeSeconds: number;
  /** Members of KSCAPI a00128, e.g. `EVP_INCL_TASK_STATES`. */
  readonly filter?: KscParams;
}

const iteratorId = reading(z.looseObject({ strIteratorId: z.string() }).transform((reply) => reply.strIteratorId));

/** Class EventProcessingFactory (kaspersky.md 4.12): opens iterators over stored events. */
export function createEventProcessingFactory(caller: KscCaller) {
  return {
    /** Without a filter `CreateEventProcessing`, with one `CreateEventProcessing2`. */
    createEventProcessing: (search: EventSearch, options?: CallOptions): Promise<string> =>
      caller.call(
        `EventProcessingFactory.CreateEventProcessing${search.filter === undefined ? "" : "2"}`,
        searchArgs(search),
        "reads",
        iteratorId,
        options,
      ),

    /** Without a filter `CreateEventProcessingForHost`, with one `CreateEventProcessingForHost2`. */
    createEventProcessingForHost: (
      search: EventSearch & { readonly hostId: string; readonly product?: string; readonly version?: string },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        `EventProcessingFactory.CreateEventProcessingForHost${search.filter === undefined ? "" : "2"}`,
        {
          strHostName: search.hostId,
          strProduct: search.product ?? "",
          strVersion: search.version ?? "",
          ...searchArgs(search),
        },
        "reads",
        iteratorId,
        options,
      ),
  };
}

const records = reading(
  z
    .looseObject({ pParamsEvents: params({ KLEVP_EVENT_RANGE_ARRAY: paramsList.optional() }) })
    .transform((reply): readonly KscParams[] => reply.pParamsEvents.KLEVP_EVENT_RANGE_ARRAY ?? []),
);

/** Class EventProcessing: reads an iterator. */
export function createEventProcessing(caller: KscCaller) {
  return createRecordIterator(caller, { className: "EventProcessing", idName: "strIteratorId", records });
}

function searchArgs(search: EventSearch) {
  return {
    ...(search.filter === undefined ? {} : { pFilter: search.filter }),
    vecFieldsToReturn: search.fields,
    vecFieldsToOrder: search.orderBy ?? [],
    lifetimeSec: search.lifetimeSeconds,
  };
}
