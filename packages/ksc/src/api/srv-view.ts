import * as z from "zod";
import type { Filter } from "../filter/filter.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { params, paramsList, reading } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";
import { createRecordIterator } from "./record-iterator.ts";

export interface ViewSearch {
  readonly view: string;
  readonly filter: Filter;
  readonly fields: readonly string[];
  readonly lifetimeSeconds: number;
}

const iteratorId = reading(z.looseObject({ wstrIteratorId: z.string() }).transform((reply) => reply.wstrIteratorId));
const records = reading(
  z
    .looseObject({ pRecords: params({ KLCSP_ITERATOR_ARRAY: paramsList }) })
    .transform((reply) => reply.pRecords.KLCSP_ITERATOR_ARRAY as readonly KscParams[]),
);

/** Class SrvView (kaspersky.md 4.15): server views by name. */
export function createSrvView(caller: KscCaller) {
  return {
    resetIterator: (search: ViewSearch, options?: CallOptions): Promise<string> =>
      caller.call(
        "SrvView.ResetIterator",
        {
          wstrViewName: search.view,
          wstrFilter: search.filter,
          vecFieldsToReturn: search.fields,
          vecFieldsToOrder: [],
          pParams: {},
          lifetimeSec: search.lifetimeSeconds,
        },
        "reads",
        iteratorId,
        options,
      ),

    ...createRecordIterator(caller, { className: "SrvView", idName: "wstrIteratorId", records }),
  };
}
