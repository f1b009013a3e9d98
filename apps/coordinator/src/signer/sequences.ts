import type { SiteId, TenantId } from "@cordon/core/kernel";
import type { SignerRecord } from "@cordon/store";

/** Numbers taken from the database at once; what a crash leaves over of them is never used. */
const BLOCK = 1_024;

/** Rising numbers of each site's orders, none twice [O4]. */
export function createSequences(record: Pick<SignerRecord, "reserve">): {
  next(tenantId: TenantId, siteId: SiteId): Promise<number> | number;
} {
  const blocks = new Map<string, { next: number; end: number }>();
  const reserving = new Map<string, Promise<void>>();

  async function refill(key: string, tenantId: TenantId, siteId: SiteId): Promise<void> {
    const first = await record.reserve(tenantId, siteId, BLOCK);
    blocks.set(key, { next: first, end: first + BLOCK });
  }

  function take(key: string): number | undefined {
    const block = blocks.get(key);
    return block === undefined || block.next >= block.end ? undefined : block.next++;
  }

  async function nextOfNew(key: string, tenantId: TenantId, siteId: SiteId): Promise<number> {
    for (;;) {
      const running = reserving.get(key) ?? refill(key, tenantId, siteId).finally(() => reserving.delete(key));
      reserving.set(key, running);
      await running;
      const number = take(key);
      if (number !== undefined) return number;
    }
  }

  return {
    next(tenantId, siteId) {
      const key = `${tenantId}/${siteId}`;
      return take(key) ?? nextOfNew(key, tenantId, siteId);
    },
  };
}
