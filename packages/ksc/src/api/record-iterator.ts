import type { CallOptions, KscCaller } from "../session/caller.ts";
import { int, type ReplyReader, readNothing, returning } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

/**
 * What is done with an iterator that KSC has opened, the same in several classes but for the name of its id and where the records lie
 * (kaspersky.md 4.12, 4.15).
 */
export function createRecordIterator(
  caller: KscCaller,
  shape: {
    readonly className: string;
    /** The argument that names the iterator. */
    readonly idName: string;
    readonly records: ReplyReader<readonly KscParams[]>;
  },
) {
  const { className, idName, records } = shape;
  return {
    getRecordCount: (iterator: string, options?: CallOptions): Promise<number> =>
      caller.call(`${className}.GetRecordCount`, { [idName]: iterator }, "reads", returning(int), options),

    /** `end` is inclusive (inferred from Kaspersky's samples). */
    getRecordRange: (
      iterator: string,
      range: { readonly start: number; readonly end: number },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        `${className}.GetRecordRange`,
        { [idName]: iterator, nStart: range.start, nEnd: range.end },
        "reads",
        records,
        options,
      ),

    releaseIterator: (iterator: string, options?: CallOptions): Promise<void> =>
      caller.call(`${className}.ReleaseIterator`, { [idName]: iterator }, "reads", readNothing, options),
  };
}
