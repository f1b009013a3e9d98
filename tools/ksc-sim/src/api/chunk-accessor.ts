import { badArgument } from "../model/errors.ts";
import { params } from "../model/values.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";

export const chunkAccessorMethods: MethodTable = {
  "ChunkAccessor.GetItemsCount": method({
    args: { strAccessor: "string" },
    handle: ({ session, now }, { strAccessor }) => ({
      PxgRetVal: session.results.get(strAccessor, "accessor", now).items.length,
    }),
  }),
  "ChunkAccessor.GetItemsChunk": method({
    args: { strAccessor: "string", nStart: "int", nCount: "int" },
    handle: ({ session, now }, { strAccessor, nStart, nCount }) => {
      const set = session.results.get(strAccessor, "accessor", now);
      if (nStart < 0) throw badArgument("nStart", "must not be negative");
      if (nCount < 0) throw badArgument("nCount", "must not be negative");
      const items = set.items.slice(nStart, nStart + nCount).map((item) => params(set.project(item)));
      return { pChunk: { KLCSP_ITERATOR_ARRAY: items }, PxgRetVal: items.length };
    },
  }),
  "ChunkAccessor.Release": method({
    args: { strAccessor: "string" },
    handle: ({ session, now }, { strAccessor }) => {
      session.results.release(strAccessor, "accessor", now);
      return VOID;
    },
  }),
};
