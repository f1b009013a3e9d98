import * as z from "zod";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { int, params, paramsList, reading, readNothing, returning } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

const chunk = reading(
  z
    .looseObject({ pChunk: params({ KLCSP_ITERATOR_ARRAY: paramsList }) })
    .transform((reply): readonly KscParams[] => reply.pChunk.KLCSP_ITERATOR_ARRAY),
);

/** Class ChunkAccessor (kaspersky.md 4.6): reads what a search found. */
export function createChunkAccessor(caller: KscCaller) {
  return {
    getItemsCount: (accessor: string, options?: CallOptions): Promise<number> =>
      caller.call("ChunkAccessor.GetItemsCount", { strAccessor: accessor }, "reads", returning(int), options),

    /** At most `count` records from `start` on; fewer at the end. */
    getItemsChunk: (
      accessor: string,
      range: { readonly start: number; readonly count: number },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        "ChunkAccessor.GetItemsChunk",
        { strAccessor: accessor, nStart: range.start, nCount: range.count },
        "reads",
        chunk,
        options,
      ),

    release: (accessor: string, options?: CallOptions): Promise<void> =>
      caller.call("ChunkAccessor.Release", { strAccessor: accessor }, "reads", readNothing, options),
  };
}
