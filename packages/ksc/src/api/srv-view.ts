import * as z from "zod";
import type { Filter } from "../filter/filter.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { int, params, paramsList, reading, readNothing, returning } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

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

    getRecordCount: (iterator: string, options?: CallOptions): Promise<number> =>
      caller.call("SrvView.GetRecordCount", { wstrIteratorId: iterator }, "reads", returning(int), options),

    /** `end` is inclusive. */
    getRecordRange: (
      iterator: string,
      range: { readonly start: number; readonly end: number },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        "SrvView.GetRecordRange",
        { wstrIteratorId: iterator, nStart: range.start, nEnd: range.end },
        "reads",
        records,
        options,
      ),

    releaseIterator: (iterator: string, options?: CallOptions): Promise<void> =>
      caller.call("SrvView.ReleaseIterator", { wstrIteratorId: iterator }, "reads", readNothing, options),
  };
}
