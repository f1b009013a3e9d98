import type { Endpoint } from "@cordon/core/endpoint";
import type { EndpointId } from "@cordon/core/kernel";
import type { Changes, InventoryMeta, InventoryStore } from "./inventory-store.ts";
import { isNews, type KeptEndpoint, keep, restore } from "./is-news.ts";

interface Row {
  kept: KeptEndpoint;
  waits: "no" | "upsert" | "removal";
  /** Version of the delta that carries it; 0: none does. */
  sentAs: number;
}

/** The copy without a disk: for a state folder that cannot be written, at the price of a snapshot after every start. */
export function createMemoryInventoryStore(): InventoryStore {
  const rows = new Map<EndpointId, Row>();
  const seen = new Set<EndpointId>();
  let meta: InventoryMeta = { version: 0 };
  /** Of the snapshot under way: its hosts in order, and how many are acknowledged. */
  let order: readonly EndpointId[] = [];
  let acked = 0;

  const isLive = (row: Row): boolean => row.waits !== "removal";
  const byId = (a: EndpointId, b: EndpointId): number => (a < b ? -1 : Number(a > b));

  function changesOf(version: number): Changes {
    const upserted: Endpoint[] = [];
    const removed: EndpointId[] = [];
    for (const [id, row] of rows) {
      if (row.sentAs !== version) continue;
      if (row.waits === "removal") removed.push(id);
      else upserted.push(restore(row.kept));
    }
    return { upserted, removed };
  }

  return {
    meta: () => meta,
    counts: () => ({
      endpoints: [...rows.values()].filter(isLive).length,
      waiting: [...rows.values()].filter(({ waits }) => waits !== "no").length,
    }),
    find(endpointId) {
      const row = rows.get(endpointId);
      return row === undefined || !isLive(row) ? undefined : restore(row.kept);
    },
    beginPass: () => seen.clear(),
    take(page, lastSeenGrainMs) {
      let news = 0;
      for (const endpoint of page) {
        const { endpointId } = endpoint;
        seen.add(endpointId);
        const kept = keep(endpoint);
        const row = rows.get(endpointId);
        if (row !== undefined && isLive(row) && !isNews(row.kept, kept, lastSeenGrainMs)) continue;
        rows.set(endpointId, { kept, waits: "upsert", sentAs: 0 });
        news++;
      }
      return news;
    },
    unseen: () => [...rows].filter(([id, row]) => isLive(row) && !seen.has(id)).length,
    removeUnseen() {
      for (const [id, row] of rows) {
        if (isLive(row) && !seen.has(id)) rows.set(id, { ...row, waits: "removal", sentAs: 0 });
      }
    },
    endPass({ startedAt, full }) {
      meta = { ...meta, passAt: startedAt, ...(full ? { fullPassAt: startedAt } : {}) };
      seen.clear();
    },
    beginSnapshot(version) {
      meta = { ...meta, upload: { kind: "snapshot", version, parts: 0 } };
      order = [...rows]
        .filter(([, row]) => isLive(row))
        .map(([id]) => id)
        .sort(byId);
      acked = 0;
    },
    snapshotPart(max) {
      const endpoints = order.slice(acked, acked + max).map((id) => restore((rows.get(id) as Row).kept));
      return { endpoints, last: acked + max >= order.length };
    },
    partAcked(last) {
      if (meta.upload?.kind !== "snapshot") return;
      meta = { ...meta, upload: { ...meta.upload, parts: meta.upload.parts + 1 } };
      acked = order.indexOf(last, acked) + 1;
    },
    beginDelta(version, max) {
      const waiting = [...rows].filter(([, { waits }]) => waits !== "no").slice(0, max);
      if (waiting.length === 0) return undefined;
      for (const [, row] of waiting) row.sentAs = version;
      meta = { ...meta, upload: { kind: "delta", version } };
      return changesOf(version);
    },
    changesUnderWay: () => changesOf(meta.upload?.version ?? 0),
    uploadAcked() {
      const { upload, ...rest } = meta;
      if (upload === undefined) return;
      for (const [id, row] of rows) {
        if (upload.kind === "delta" && row.sentAs !== upload.version) continue;
        if (row.waits === "removal") rows.delete(id);
        else rows.set(id, { ...row, waits: "no", sentAs: 0 });
      }
      meta = { ...rest, version: upload.version };
    },
    close() {},
  };
}
