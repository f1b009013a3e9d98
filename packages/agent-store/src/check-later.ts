import { Worker } from "node:worker_threads";
import { UNREADABLE_ROWS } from "./schema.ts";

/** First things first: what a start has to do is not to share the disk with it. */
const CHECK_AFTER_MS = 60_000;

/**
 * Reads every page of a large ledger in a thread of its own, with a connection that only reads, while the agent works. A file
 * that is damaged where nobody has read yet is found before it is needed. `onDamage` is called at most once.
 */
export function checkLater(file: string, onDamage: (reason: string) => void): { stop(): Promise<void> } {
  let worker: Worker | undefined;
  const timer = setTimeout(() => {
    worker = new Worker(`(${checkThread.toString()})(require)`, {
      eval: true,
      workerData: [file, UNREADABLE_ROWS],
    });
    worker.unref();
    worker.on("message", (said: string) => {
      if (said !== "ok") onDamage(said);
    });
    // A check that cannot run says nothing about the ledger.
    worker.on("error", () => {});
  }, CHECK_AFTER_MS).unref();
  return {
    async stop() {
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}

/** Started from its own source text, as the commit thread is; so it may use nothing but its argument. */
function checkThread(load: NodeJS.Require): void {
  const { parentPort, workerData } = load("node:worker_threads") as typeof import("node:worker_threads");
  const { DatabaseSync } = load("node:sqlite") as typeof import("node:sqlite");
  const [file, unreadableRows] = workerData as readonly [string, string];
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const [row] = db.prepare("PRAGMA quick_check(1)").all();
    const said = row === undefined ? "no answer" : String(Object.values(row)[0]);
    const unreadable = said === "ok" ? Number(db.prepare(unreadableRows).get()?.n) : 0;
    parentPort?.postMessage(unreadable > 0 ? `${unreadable} of its rows cannot be read` : said);
  } catch (error) {
    parentPort?.postMessage((error as Error).message);
  } finally {
    db.close();
  }
}
