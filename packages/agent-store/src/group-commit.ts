import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import type { CommitProblem, CommitStep, CommitThreadData } from "./commit-thread.ts";
import { createInlineCommit } from "./inline-commit.ts";
import { isPassing, lastOfEachRow, RETRY_MS, STUCK_STEPS_MAX } from "./stuck-group.ts";
import { startThreadCommit, type ThreadCommit } from "./thread-commit.ts";

/**
 * Many writes, one fsync: what is added in one turn of the event loop, and all that is added while the group before it is
 * being synced, becomes one transaction. The group grows with the load, and a single write waits for nobody. On a disk that
 * syncs in less time than handing over takes, groups are committed in place; on a slow one a thread of its own takes over, so
 * that calls to KSC go on meanwhile, and it goes again when there is nothing to do: an idle agent is to be small.
 *
 * A disk that is full or mounted read-only is waited for: the group stays as it is and is tried again, what is added meanwhile
 * joins it, and nobody is told that anything is on disk before it is. So memory may run ahead of the disk without anyone outside
 * having seen it, as between any two commits.
 */
export interface GroupCommit {
  /**
   * All of the steps or none. Resolves when they are on disk, however long that takes. Rejects with `ledger.unwritable`, as does
   * every later call, when no waiting helps or nobody waits any longer.
   */
  add(steps: readonly CommitStep[]): Promise<void>;
  /** Waits no longer for a disk that takes nothing: what was added is rejected. */
  giveUp(): void;
  /** Resolves when the last group is on disk and the thread has ended; closing twice is closing once. */
  close(): Promise<void>;
}

interface Group {
  steps: CommitStep[];
  readonly done: PromiseWithResolvers<void>;
}

export interface GroupCommitEvents {
  /** Called before a group is written on `db`, and before anyone is told that one is on disk. */
  readonly endReads: () => void;
  /** The disk has taken nothing for a while; undefined: it does again. */
  readonly onStuck: (problem: AppError | undefined) => void;
}

/** A commit may keep the event loop for this long, as a running mean. */
const INLINE_MS_MAX = 4;
/** Share of the newest commit in the mean. */
const NEWEST_SHARE = 0.1;
/** A thread that had nothing to do for this long is ended. */
const THREAD_IDLE_MS = 30_000;

export function createGroupCommit(db: DatabaseSync, data: CommitThreadData, events: GroupCommitEvents): GroupCommit {
  const { endReads } = events;
  const inline = createInlineCommit(db, data.statements);
  let thread: ThreadCommit | undefined;
  let collecting: Group | undefined;
  let syncing: Group | undefined;
  let broken: AppError | undefined;
  let closed: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let meanMs = 0;
  let stuck: { readonly group: Group; readonly problem: AppError; readonly timer: NodeJS.Timeout } | undefined;
  let retryMs: number = RETRY_MS.first;
  let told = false;
  const opened = statSync(data.file);

  function settle(group: Group, problem: CommitProblem | undefined): void {
    endReads();
    if (problem !== undefined && broken === undefined && isPassing(problem)) {
      wait(group, problem);
      return;
    }
    if (problem !== undefined) broken ??= new AppError("ledger.unwritable", problem.message);
    if (told && broken === undefined) tell(undefined);
    retryMs = RETRY_MS.first;
    if (broken === undefined) group.done.resolve();
    else group.done.reject(broken);
  }

  /** A blip is not worth a word; the second failure is. */
  function wait(group: Group, { message }: CommitProblem): void {
    const problem = new AppError("ledger.unwritable", message);
    if (retryMs > RETRY_MS.first) tell(problem);
    stuck = { group, problem, timer: setTimeout(retry, retryMs) };
    retryMs = Math.min(2 * retryMs, RETRY_MS.max);
  }

  function tell(problem: AppError | undefined): void {
    told = problem !== undefined;
    events.onStuck(problem);
  }

  function retry(): void {
    const group = stuck?.group;
    stuck = undefined;
    if (group === undefined) return;
    group.steps = lastOfEachRow([...group.steps, ...(collecting?.steps ?? [])]);
    if (collecting !== undefined) {
      const { done } = collecting;
      collecting = undefined;
      group.done.promise.then(done.resolve, done.reject);
    }
    settle(group, hopeless(group) ?? inline.commit(group.steps));
    if (collecting !== undefined) flush();
  }

  /** No waiting helps: the process must end, and its next start opens what is there then. */
  function hopeless({ steps }: Group): CommitProblem | undefined {
    if (steps.length > STUCK_STEPS_MAX) return { message: `${steps.length} changes wait for the disk` };
    const now = statSync(data.file, { throwIfNoEntry: false });
    if (now === undefined || (now.dev === opened.dev && now.ino === opened.ino)) return undefined;
    return { message: `${data.file} is another file than the one that was opened: its disk was mounted anew` };
  }

  function giveUp(): void {
    if (stuck === undefined) return;
    const { group, problem, timer } = stuck;
    clearTimeout(timer);
    stuck = undefined;
    broken ??= problem;
    settle(group, undefined);
    flush();
  }

  function flush(): void {
    const group = collecting;
    if (group === undefined || syncing !== undefined || stuck !== undefined) return;
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
    giveUp,
    close: () => (closed ??= close()),
  };

  async function close(): Promise<void> {
    giveUp();
    await collecting?.done.promise.catch(() => {});
    await syncing?.done.promise.catch(() => {});
    clearTimeout(idle);
    await thread?.close();
  }
}
