import type { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import type { CommitStep, CommitThreadData } from "./commit-thread.ts";
import { createInlineCommit } from "./inline-commit.ts";
import { startThreadCommit, type ThreadCommit } from "./thread-commit.ts";

/**
 * Many writes, one fsync: what is added in one turn of the event loop, and all that is added while the group before it is
 * being synced, becomes one transaction. The group grows with the load, and a single write waits for nobody. On a disk that
 * syncs in less time than handing over takes, groups are committed in place; on a slow one a thread of its own takes over, so
 * that calls to KSC go on meanwhile, and it goes again when there is nothing to do: an idle agent is to be small.
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

/** A commit may keep the event loop for this long, as a running mean. */
const INLINE_MS_MAX = 8;
/** Share of the newest commit in the mean. */
const NEWEST_SHARE = 0.1;
/** A thread that had nothing to do for this long is ended. */
const THREAD_IDLE_MS = 30_000;

/** `endReads` is called before a group is written on `db`, and before anyone is told that one is on disk. */
export function createGroupCommit(db: DatabaseSync, data: CommitThreadData, endReads: () => void): GroupCommit {
  const inline = createInlineCommit(db, data.statements);
  let thread: ThreadCommit | undefined;
  let collecting: Group | undefined;
  let syncing: Group | undefined;
  let broken: AppError | undefined;
  let closed: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let meanMs = 0;

  /** Memory is ahead of the disk after a failure: nothing may be written any more, not even what would fit. */
  function settle(group: Group, problem: string | undefined): void {
    endReads();
    if (problem !== undefined) broken ??= new AppError("ledger.unwritable", problem);
    if (broken === undefined) group.done.resolve();
    else group.done.reject(broken);
  }

  function flush(): void {
    const group = collecting;
    if (group === undefined || syncing !== undefined) return;
    collecting = undefined;
    if (broken !== undefined) settle(group, undefined);
    else if (thread?.ready === true) hand(thread, group);
    else commitInline(group);
  }

  function commitInline(group: Group): void {
    endReads();
    settle(group, inline.commit(group.steps));
    meanMs += NEWEST_SHARE * (inline.lastMs - meanMs);
    if (meanMs > INLINE_MS_MAX && thread === undefined && closed === undefined) startThread();
  }

  function hand(to: ThreadCommit, group: Group): void {
    syncing = group;
    idle?.refresh();
    to.commit(group.steps, (problem) => {
      syncing = undefined;
      settle(group, problem);
      if (collecting !== undefined) flush();
    });
  }

  function startThread(): void {
    meanMs = 0;
    thread = startThreadCommit(data);
    idle = setTimeout(endIdleThread, THREAD_IDLE_MS).unref();
  }

  /** Only between groups: two writers never have one at the same time. */
  function endIdleThread(): void {
    if (syncing !== undefined) {
      idle?.refresh();
      return;
    }
    void thread?.close();
    thread = undefined;
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
    clearTimeout(idle);
    await thread?.close();
  }
}
