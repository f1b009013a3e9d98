import * as z from "zod";
import type { Filter } from "../filter/filter.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { anyParams, int, paramsList, reading, returning } from "../values/reply-schemas.ts";
import type { KscParams, KscWrapped } from "../values/wire-types.ts";

/** Class ServerHierarchy (kaspersky.md 4.18): secondary servers. */
export function createServerHierarchy(caller: KscCaller) {
  return {
    /** `groupId` −1: all. */
    getChildServers: (groupId: number, options?: CallOptions): Promise<readonly KscParams[]> =>
      caller.call("ServerHierarchy.GetChildServers", { nGroupId: groupId }, "reads", returning(paramsList), options),

    getServerInfo: (serverId: number, fields: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "ServerHierarchy.GetServerInfo",
        { lServer: serverId, pFields: fields },
        "reads",
        returning(anyParams),
        options,
      ),

    /** The iterator is read and released with ChunkAccessor. */
    findSlaveServers: (
      search: {
        readonly filter: Filter;
        readonly fields: readonly string[];
        readonly orderBy?: readonly KscWrapped[];
        readonly lifetimeSeconds: number;
      },
      options?: CallOptions,
    ): Promise<{ readonly count: number; readonly accessor: string }> =>
      caller.call(
        "ServerHierarchy.FindSlaveServers",
        {
          wstrFilter: search.filter,
          pFieldsToReturn: search.fields,
          pFieldsToOrder: search.orderBy ?? [],
          pParams: {},
          lMaxLifeTime: search.lifetimeSeconds,
        },
        "reads",
        reading(
          z
            .looseObject({ PxgRetVal: int, wstrIterator: z.string() })
            .transform((reply) => ({ count: reply.PxgRetVal, accessor: reply.wstrIterator })),
        ),
        options,
      ),
  };
}

/** Classes VServers and VServers2: virtual servers. */
export function createVirtualServers(caller: KscCaller) {
  return {
    getVServers: (parentGroupId: number, options?: CallOptions): Promise<readonly KscParams[]> =>
      caller.call("VServers.GetVServers", { lParentGroup: parentGroupId }, "reads", returning(paramsList), options),

    getVServerInfo: (serverId: number, fields: readonly string[], options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "VServers.GetVServerInfo",
        { lVServer: serverId, pFields2Return: fields },
        "reads",
        returning(anyParams),
        options,
      ),

    getVServerStatistic: (serverId: number, options?: CallOptions): Promise<KscParams> =>
      caller.call("VServers2.GetVServerStatistic", { lVsId: serverId }, "reads", returning(anyParams), options),
  };
}
