import type { DatabaseSync } from "node:sqlite";
import type { CommitProblem, CommitStep } from "./commit-thread.ts";

/** Commits on the event loop's own connection. */
export interface InlineCommit {
  /** Returns when the file is synced; a problem says why it is not, and then nothing of the group is there. */
  commit(steps: readonly CommitStep[]): CommitProblem | undefined;
  /** How long the last commit kept the event loop. */
  readonly lastMs: number;
}

export function createInlineCommit(db: DatabaseSync, statements: readonly string[]): InlineCommit {
  const prepared = statements.map((sql) => db.prepare(sql));
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  let lastMs = 0;
  return {
    get lastMs() {
      return lastMs;
    },
    commit(steps) {
      const startedMs = performance.now();
      try {
        begin.run();
        for (const { statement, values } of steps) prepared[statement]?.run(...values);
        commit.run();
        return undefined;
      } catch (error) {
        if (db.isOpen && db.isTransaction) db.exec("ROLLBACK");
        return error as CommitProblem;
      } finally {
        lastMs = performance.now() - startedMs;
      }
    },
  };
}
