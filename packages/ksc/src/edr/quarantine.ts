import type { QuarantineFile } from "@cordon/agent-core";
import type { EvidenceItem } from "@cordon/core/endpoint";
import { AppError, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { createAgentGateway, createNagNetworkList, type ListItem } from "../api/agent-gateway.ts";
import { createSrvView } from "../api/srv-view.ts";
import { equals } from "../filter/filter.ts";
import { withReleased } from "../paging/release.ts";
import type { QuarantineSettings } from "../registry/quarantine-settings.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { datetime, safeLong } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";

const LIFETIME_SECONDS = 120;
/** An endpoint's quarantine holds a few objects; the newest of a full one are enough to find what an action brought. */
export const ITEMS_MAX = 200;

/** See port `Edr.quarantineItems`. */
export async function listQuarantine(
  context: EdrContext,
  endpointId: EndpointId,
  signal: AbortSignal,
): Promise<readonly EvidenceItem[]> {
  const { quarantine } = context.settings;
  const { session, logger } = pagingIn(context, signal);
  const views = createSrvView(session);
  const fields = [...new Set(Object.values(quarantine.fields).filter((name) => name !== undefined))];
  const filter = equals(quarantine.fields.host, endpointId);
  const open = () => views.resetIterator({ view: quarantine.view, filter, fields, lifetimeSeconds: LIFETIME_SECONDS });
  const release = (iterator: string) => views.releaseIterator(iterator);
  const rows = await withReleased({ open, release, signal, logger }, async (iterator) => {
    const count = await views.getRecordCount(iterator, { signal });
    // Rows come in the order of the database; the last are the newest.
    const start = Math.max(0, count - ITEMS_MAX);
    return count === 0 ? [] : views.getRecordRange(iterator, { start, end: count - 1 }, { signal });
  });
  return rows
    .filter((row) => text(row, quarantine.fields.host)?.toLowerCase() === endpointId.toLowerCase())
    .flatMap((row) => toItem(row, quarantine))
    .sort((a, b) => b.order - a.order)
    .map(({ item }) => item);
}

function toItem(row: KscParams, { fields }: QuarantineSettings): readonly { order: number; item: EvidenceItem }[] {
  const itemId = text(row, fields.itemId);
  if (itemId === undefined) return [];
  const order = whole(row, fields.order) ?? 0;
  const objectName = text(row, fields.path) ?? text(row, fields.name) ?? "";
  const bytes = whole(row, fields.bytes);
  const addedAt = time(row, fields.addedAt);
  const md5 = text(row, fields.md5)?.toLowerCase();
  const sha256 = text(row, fields.sha256)?.toLowerCase();
  return [
    {
      order,
      item: {
        itemId,
        objectName,
        ...(bytes === undefined ? {} : { bytes }),
        ...(addedAt === undefined ? {} : { addedAt }),
        ...(md5 !== undefined && /^[0-9a-f]{32}$/.test(md5) ? { md5 } : {}),
        ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
      },
    },
  ];
}

function text(row: KscParams, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : row[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function whole(row: KscParams, name: string | undefined): number | undefined {
  return name === undefined ? undefined : safeLong.optional().catch(undefined).parse(row[name]);
}

function time(row: KscParams, name: string | undefined): EpochMs | undefined {
  return name === undefined ? undefined : z.optional(datetime).catch(undefined).parse(row[name]);
}

/** See port `Edr.quarantineFile`. The session to the Network Agent lives as long as `take`. */
export async function readQuarantineFile<T>(
  context: EdrContext,
  { endpointId, itemId }: { readonly endpointId: EndpointId; readonly itemId: string },
  take: (file: QuarantineFile) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { quarantine } = context.settings;
  // Both calls and the log-on belong to one session: the key dies with the session that it was made in.
  const gateway = createAgentGateway(context.client.session());
  const location = await gateway.getNagentLocation(endpointId, { signal });
  const key = await gateway.prepareGatewayConnection([location], { signal });
  const agent = context.client.openGateway(key);
  try {
    const item: ListItem = { list: quarantine.list, itemId, packed: quarantine.packed };
    const { name, bytes } = await createNagNetworkList(agent).getListItemFileInfo(item, { signal });
    return await take({ name, bytes, chunks: readChunks(agent, item, bytes, quarantine.chunkBytes, { signal }) });
  } finally {
    await agent.close();
  }
}

async function* readChunks(
  agent: KscCaller,
  item: ListItem,
  bytes: number,
  chunkBytes: number,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  const lists = createNagNetworkList(agent);
  for (let start = 0; start < bytes; ) {
    const count = Math.min(chunkBytes, bytes - start);
    const chunk = await lists.getListItemFileChunk(item, { start, count }, options);
    if (chunk.length === 0 || chunk.length > count) {
      const problem = `item ${item.itemId}: ${chunk.length} bytes at ${start} of ${bytes}, asked for ${count}`;
      throw new AppError("ksc.unexpected_reply", problem);
    }
    start += chunk.length;
    yield chunk;
  }
}
