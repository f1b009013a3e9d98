import type { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";

/**
 * Many writes, one fsync: what is written in one turn of the event loop becomes one transaction. While it syncs, what arrives
 * waits in the sockets and becomes the next one, so the group grows with the load and a single write waits for nobody.
 */
export interface GroupCommit<W> {
  /** All of `writes` or none. Resolves when they are on disk; rejects with `ledger.unwritable`, as does every later call. */
  add(writes: readonly W[]): Promise<void>;
  close(): Promise<void>;
}

export function createGroupCommit<W>(db: DatabaseSync, apply: (write: W) => void): GroupCommit<W> {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  let group: { readonly writes: W[]; readonly done: Promise<void> } | undefined;
  let broken: AppError | undefined;

  function flush(writes: readonly W[]): void {
    if (broken !== undefined) throw broken;
    try {
      begin.run();
      for (const write of writes) apply(write);
      commit.run();
    } catch (cause) {
      // Memory is ahead of the disk from here on: nothing may be written any more, not even what would fit.
      broken = new AppError("ledger.unwritable", (cause as Error).message, { cause });
      if (db.isTransaction) db.exec("ROLLBACK");
      throw broken;
    }
  }

  return {
    add(writes) {
      if (group === undefined) {
        const collected: W[] = [];
        const done = new Promise<void>((resolve, reject) => {
          setImmediate(() => {
            group = undefined;
            try {
              flush(collected);
              resolve();
            } catch (error) {
              reject(error);
            }
          });
        });
        group = { writes: collected, done };
      }
      group.writes.push(...writes);
      return group.done;
    },
    async close() {
      await group?.done.catch(() => {});
      db.close();
    },
  };
}
