import { Worker } from "node:worker_threads";
import { AppError } from "@cordon/core/kernel";
import { type CommitAnswer, type CommitStep, type CommitThreadData, commitThread } from "./commit-thread.ts";

/**
 * Many writes, one fsync: what is added in one turn of the event loop, and all that is added while the group before it is
 * being synced, becomes one transaction. Syncing happens in a thread of its own, so that calls to KSC go on meanwhile; the
 * group grows with the load, and a single write waits for nobody.
 */
export interface GroupCommit {
  /** All of the steps or none. Resolves when they are on disk; rejects with `ledger.unwritable`, as does every later call. */
  add(steps: readonly CommitStep[]): Promise<void>;
  /** Resolves when the last group is on disk and the thread has ended; closing twice is closing once. */
  close(): Promise<void>;
}

interface Group {
  readonly steps: CommitStep[];
  readonly done: PromiseWithResolvers<void>;
}

export function createGroupCommit(data: CommitThreadData): GroupCommit {
  const thread = new Worker(`(${commitThread.toString()})(require)`, { eval: true, workerData: data });
  let collecting: Group | undefined;
  let syncing: Group | undefined;
  let broken: AppError | undefined;
  let closed: Promise<void> | undefined;

  thread.on("message", (answer: CommitAnswer) => settle(answer ?? undefined));
  thread.on("error", (error) => settle(error.message));

  /** Memory is ahead of the disk after a failure: nothing may be written any more, not even what would fit. */
  function settle(problem: string | undefined): void {
    if (problem !== undefined) broken = new AppError("ledger.unwritable", problem);
    const group = syncing;
    syncing = undefined;
    if (broken === undefined) group?.done.resolve();
    else group?.done.reject(broken);
    if (collecting !== undefined) flush();
  }

  function flush(): void {
    const group = collecting;
    if (group === undefined || syncing !== undefined) return;
    collecting = undefined;
    if (broken !== undefined) {
      group.done.reject(broken);
      return;
    }
    syncing = group;
    thread.postMessage(group.steps);
  }

  return {
    add(steps) {
      if (collecting === undefined) {
        collecting = { steps: [], done: Promise.withResolvers() };
        setImmediate(flush);
      }
      collecting.steps.push(...steps);
      return collecting.done.promise;
    },
    close: () => (closed ??= close()),
  };

  async function close(): Promise<void> {
    await collecting?.done.promise.catch(() => {});
    await syncing?.done.promise.catch(() => {});
    const gone = new Promise((resolve) => thread.once("exit", resolve));
    thread.postMessage("close");
    await gone;
  }
}
