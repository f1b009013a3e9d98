import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import type { CommitProblem, CommitStep } from "./commit-thread.ts";
import { createInlineCommit } from "./inline-commit.ts";
import { isPassing, RETRY_MS, STUCK_WRITES_MAX } from "./stuck-group.ts";
import { startThreadCommit, type ThreadCommit } from "./thread-commit.ts";

/**
 * Many writes, one fsync: what is added until someone waits for it, the rest of that turn of the event loop, and all that is added
 * while the group before it is being synced, becomes one transaction. The group grows with the load, and what is waited for waits
 * for nobody else. Of a row that is written several times in a group only the last counts. On a disk that syncs in less time than handing over takes, groups are committed in place; on a slow one a thread of its own takes over, so
 * that calls to KSC go on meanwhile, and it goes again when there is nothing to do: an idle agent is to be small.
 *
 * A disk that is full or mounted read-only is waited for: the group stays as it is and is tried again, what is added meanwhile
 * joins it, and nobody is told that anything is on disk before it is. So memory may run ahead of the disk without anyone outside
 * having seen it, as between any two commits.
 */
export interface GroupCommit<Write> {
  /**
   * All of the writes or none. Resolves when they are on disk, however long that takes. Rejects with `ledger.unwritable`, as does
   * every later call, when no waiting helps or nobody waits any longer.
   */
  add(writes: readonly Write[]): Promise<void>;
  /** Somebody waits for what was added: it is written when this turn of the event loop is over. */
  hurry(): void;
  /** Waits no longer for a disk that takes nothing: what was added is rejected. */
  giveUp(): void;
  /** Resolves when the last group is on disk and the thread has ended; closing twice is closing once. */
  close(): Promise<void>;
}

/** How what is added becomes statements. */
export interface WriteForm<Write> {
  readonly statements: readonly string[];
  /** Without those that a later one of the same row makes void. */
  lastOfEachRow(writes: readonly Write[]): Write[];
  stepsOf(writes: readonly Write[]): readonly CommitStep[];
}

interface Group<Write> {
  writes: Write[];
  readonly done: PromiseWithResolvers<void>;
}

export interface GroupCommitEvents {
  /** Called before a group is written on `db`, and before anyone is told that one is on disk. */
  readonly endReads: () => void;
  /** The disk has taken nothing for a while; undefined: it does again. */
  readonly onStuck: (problem: AppError | undefined) => void;
}

/** What nobody waits for is written after this long: with it goes what comes meanwhile. */
const LINGER_MS = 10;
/** A commit may keep the event loop for this long, as a running mean. */
const INLINE_MS_MAX = 4;
/** Share of the newest commit in the mean. */
const NEWEST_SHARE = 0.1;
/** A thread that had nothing to do for this long is ended. */
const THREAD_IDLE_MS = 30_000;

export function createGroupCommit<Write>(
  db: DatabaseSync,
  file: string,
  form: WriteForm<Write>,
  events: GroupCommitEvents,
): GroupCommit<Write> {
  const { endReads } = events;
  const { statements } = form;
  const inline = createInlineCommit(db, statements);
  let thread: ThreadCommit | undefined;
  let collecting: Group<Write> | undefined;
  let syncing: Group<Write> | undefined;
  let broken: AppError | undefined;
  let closed: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let meanMs = 0;
  let linger: NodeJS.Timeout | undefined;
  /** What is collected is not to wait for more. */
  let isDue = false;
  let stuck: { readonly group: Group<Write>; readonly problem: AppError; readonly timer: NodeJS.Timeout } | undefined;
  let retryMs: number = RETRY_MS.first;
  let told = false;
  const opened = statSync(file);

  function settle(group: Group<Write>, problem: CommitProblem | undefined): void {
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
  function wait(group: Group<Write>, { message }: CommitProblem): void {
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
    const joining = takeCollecting();
    group.writes = form.lastOfEachRow([...group.writes, ...(joining?.writes ?? [])]);
    if (joining !== undefined) {
      const { done } = joining;
      group.done.promise.then(done.resolve, done.reject);
    }
    settle(group, hopeless(group) ?? inline.commit(form.stepsOf(group.writes)));
    if (collecting !== undefined) flush();
  }

  /** No waiting helps: the process must end, and its next start opens what is there then. */
  function hopeless({ writes }: Group<Write>): CommitProblem | undefined {
    if (writes.length > STUCK_WRITES_MAX) return { message: `${writes.length} changes wait for the disk` };
    const now = statSync(file, { throwIfNoEntry: false });
    if (now === undefined || (now.dev === opened.dev && now.ino === opened.ino)) return undefined;
    return { message: `${file} is another file than the one that was opened: its disk was mounted anew` };
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
    if (syncing !== undefined || stuck !== undefined) return;
    const group = takeCollecting();
    if (group === undefined) return;
    group.writes = form.lastOfEachRow(group.writes);
    if (broken !== undefined) settle(group, undefined);
    else if (thread?.ready === true) hand(thread, group);
    else commitInline(group);
  }

  function takeCollecting(): Group<Write> | undefined {
    const group = collecting;
    collecting = undefined;
    isDue = false;
    clearTimeout(linger);
    return group;
  }

  function hurry(): void {
    if (collecting === undefined || isDue) return;
    isDue = true;
    setImmediate(flush);
  }

  function commitInline(group: Group<Write>): void {
    endReads();
    settle(group, inline.commit(form.stepsOf(group.writes)));
    meanMs += NEWEST_SHARE * (inline.lastMs - meanMs);
    if (meanMs > INLINE_MS_MAX && thread === undefined && closed === undefined) startThread();
  }

  function hand(to: ThreadCommit, group: Group<Write>): void {
    syncing = group;
    idle?.refresh();
    to.commit(form.stepsOf(group.writes), (problem) => {
      syncing = undefined;
      settle(group, problem);
      if (isDue) flush();
    });
  }

  function startThread(): void {
    meanMs = 0;
    thread = startThreadCommit({ file, statements });
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
    add(writes) {
      if (collecting === undefined) {
        collecting = { writes: [], done: Promise.withResolvers() };
        linger = setTimeout(() => {
          isDue = true;
          flush();
        }, LINGER_MS);
      }
      collecting.writes.push(...writes);
      return collecting.done.promise;
    },
    hurry,
    giveUp,
    close: () => (closed ??= close()),
  };

  async function close(): Promise<void> {
    giveUp();
    hurry();
    await collecting?.done.promise.catch(() => {});
    await syncing?.done.promise.catch(() => {});
    clearTimeout(idle);
    await thread?.close();
  }
}
