import type { TenantId } from "@cordon/core/kernel";

/**
 * One write at a time per tenant, and what gathers meanwhile goes with the next: many small things cost few transactions, a
 * single one waits for nothing but its own, and no tenant waits for another [D7].
 */
export function createTenantLine<Entry>(options: {
  /** Takes out of the front what goes together; at least one. */
  readonly take: (entries: Entry[]) => readonly Entry[];
  /** Answers every entry itself and never rejects. */
  readonly write: (tenantId: TenantId, entries: readonly Entry[]) => Promise<void>;
}): (tenantId: TenantId, entry: Entry) => void {
  const lines = new Map<TenantId, Entry[]>();

  const run = async (tenantId: TenantId, entries: Entry[]): Promise<void> => {
    // They come in bursts: the first of one waits for those that arrive in the same moment.
    await Promise.resolve();
    while (entries.length > 0) await options.write(tenantId, options.take(entries));
    lines.delete(tenantId);
  };

  return (tenantId, entry) => {
    const line = lines.get(tenantId);
    if (line) {
      line.push(entry);
      return;
    }
    const entries = [entry];
    lines.set(tenantId, entries);
    void run(tenantId, entries);
  };
}
