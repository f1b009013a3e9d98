import { AppError, Secret } from "@cordon/core/kernel";
import * as z from "zod";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { anyParams, binary, int, params, reading, returning, safeLong } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

/** Classes CgwHelper and GatewayConnection (kaspersky.md 4.18): the way to a device's Network Agent, through its server. */
export function createAgentGateway(caller: KscCaller) {
  return {
    getNagentLocation: (hostId: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("CgwHelper.GetNagentLocation", { wsHostName: hostId }, "reads", returning(anyParams), options),

    /** A key for one log-on by `KSCGW`, on a new connection to the same server. */
    prepareGatewayConnection: (locations: readonly KscParams[], options?: CallOptions): Promise<Secret> =>
      caller.call(
        "GatewayConnection.PrepareGatewayConnection",
        { pLocations: locations.map((value) => ({ type: "params", value })) },
        "reads",
        reading(z.looseObject({ wstrAuthKey: z.string() }).transform((reply) => new Secret(reply.wstrAuthKey))),
        options,
      ),
  };
}

/** An element of a network list that has a file (`Quarantine`, `Backup`, `TIF`). */
export interface ListItem {
  readonly list: string;
  readonly itemId: string;
  /** The file in an encrypted container, as it lies on the device, instead of its own content. */
  readonly packed: boolean;
}

/** `NLSTFileOperationResult` of KSCAPI: what a call says beside its answer. Absent on some versions: then all is well. */
const RESULT = { done: 0, lastChunk: 1, notFound: 2, failed: 3, notReady: 4, unsupported: 5 } as const;
const result = int.optional().default(RESULT.done);

const fileInfo = reading(
  z
    .looseObject({
      PxgRetVal: result,
      pFileInfo: params({
        KLNLST_FILE_NAME: z.string().default(""),
        KLNLST_TOTAL_SIZE: safeLong.optional(),
      }).optional(),
    })
    .transform((reply) => ({ result: reply.PxgRetVal, info: reply.pFileInfo })),
);
const fileChunk = reading(
  z
    .looseObject({ PxgRetVal: result, pChunk: binary.optional() })
    .transform((reply) => ({ result: reply.PxgRetVal, chunk: reply.pChunk })),
);

/** Class NagNetworkListApi (kaspersky.md 4.19), spoken by the Network Agent through a gateway session. */
export function createNagNetworkList(caller: KscCaller) {
  return {
    getListItemFileInfo: async (
      item: ListItem,
      options?: CallOptions,
    ): Promise<{ readonly name: string; readonly bytes: number }> => {
      const method = "NagNetworkListApi.GetListItemFileInfo";
      const reply = await caller.call(method, itemArgs(item), "reads", fileInfo, options);
      refuse(reply.result, method, item);
      const bytes = reply.info?.KLNLST_TOTAL_SIZE;
      if (bytes === undefined || bytes < 0) throw new AppError("ksc.unexpected_reply", `${method}: no size`);
      return { name: reply.info?.KLNLST_FILE_NAME ?? "", bytes };
    },

    getListItemFileChunk: async (
      item: ListItem,
      range: { readonly start: number; readonly count: number },
      options?: CallOptions,
    ): Promise<Uint8Array> => {
      const method = "NagNetworkListApi.GetListItemFileChunk";
      const args = { ...itemArgs(item), ulStartPos: range.start, lBytesToRead: range.count };
      const reply = await caller.call(method, args, "reads", fileChunk, options);
      refuse(reply.result, method, item);
      if (reply.chunk === undefined) throw new AppError("ksc.unexpected_reply", `${method}: no chunk`);
      return reply.chunk;
    },
  };
}

function itemArgs({ list, itemId, packed }: ListItem) {
  return { listName: list, itemId, bNeedPacked: packed };
}

function refuse(value: number, method: string, { list, itemId }: ListItem): void {
  const what = `${method}: ${list} item ${itemId}`;
  switch (value) {
    case RESULT.notFound:
      throw new AppError("ksc.not_found", `${what} has no file on the device`);
    case RESULT.failed:
      throw new AppError("ksc.refused", `${what}: the device could not read it`);
    case RESULT.notReady:
      throw new AppError("ksc.unavailable", `${what} is not ready to be read yet`);
    case RESULT.unsupported:
      throw new AppError("ksc.unsupported", `${what}: the list does not hand out files`);
    default:
  }
}
