import { Worker } from "node:worker_threads";

/** First things first: what a start has to do is not to share the disk with it. */
const CHECK_AFTER_MS = 60_000;

/**
 * Reads every page of a large ledger in a thread of its own, with a connection that only reads, while the agent works. A file
 * that is damaged where nobody has read yet is found before it is needed. `onDamage` is called at most once.
 */
export function checkLater(file: string, onDamage: (reason: string) => void): { stop(): Promise<void> } {
  let worker: Worker | undefined;
  const timer = setTimeout(() => {
    worker = new Worker(`(${checkThread.toString()})(require)`, { eval: true, workerData: file });
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
  const db = new DatabaseSync(String(workerData), { readOnly: true });
  try {
    const [row] = db.prepare("PRAGMA quick_check(1)").all();
    parentPort?.postMessage(row === undefined ? "no answer" : String(Object.values(row)[0]));
  } catch (error) {
    parentPort?.postMessage((error as Error).message);
  } finally {
    db.close();
  }
}
