/** One prepared statement to run: its place in the list that the thread was given, and its values. */
export interface CommitStep {
  readonly statement: number;
  readonly values: readonly (string | number | null)[];
}

export interface CommitThreadData {
  readonly file: string;
  readonly statements: readonly string[];
}

/** Why a group is not on disk; nothing of it is there. `errcode`: SQLite's, when it is one. */
export interface CommitProblem {
  readonly message: string;
  readonly errcode?: number | undefined;
}

/** `committed`: and synced. */
export type CommitAnswer = "ready" | "committed" | { readonly problem: CommitProblem };

/**
 * The body of the thread that owns a writing connection: it runs each group of steps as one transaction and answers when the
 * file is synced. It is started from its own source text, because the packaged agent is one file and has no second one to
 * start; so it may use nothing but its argument.
 */
export function commitThread(load: NodeJS.Require): void {
  const { parentPort, workerData } = load("node:worker_threads") as typeof import("node:worker_threads");
  const { DatabaseSync } = load("node:sqlite") as typeof import("node:sqlite");
  const { file, statements } = workerData as CommitThreadData;
  const db = new DatabaseSync(file);
  db.exec("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;");
  const prepared = statements.map((sql) => db.prepare(sql));
  const answer = (said: CommitAnswer) => parentPort?.postMessage(said);
  parentPort?.on("message", (steps: readonly CommitStep[] | "close") => {
    if (steps === "close") {
      db.close();
      parentPort.close();
      return;
    }
    try {
      db.exec("BEGIN IMMEDIATE");
      for (const { statement, values } of steps) prepared[statement]?.run(...values);
      db.exec("COMMIT");
      answer("committed");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      const { message, errcode } = error as CommitProblem;
      answer({ problem: { message, errcode } });
    }
  });
  answer("ready");
}
