import { createHostGroup } from "../api/host-group.ts";
import { createHostTasks } from "../api/host-tasks.ts";
import { ANY_HOST_TASK_STATE, createTasks, type TaskFilter } from "../api/tasks.ts";
import type { KscParams } from "../values/wire-types.ts";
import type { PagingContext } from "./record-pages.ts";
import { withReleased } from "./release.ts";

/** Far above what a host or a server holds; an iterator that never ends must not hold us for ever. */
const TASKS_MAX = 10_000;
const STATUSES_PER_CALL = 200;
const ITERATOR_LIFETIME_SECONDS = 300;

/** All group and global tasks that fit. */
export function listTasks(context: PagingContext, filter: TaskFilter): Promise<readonly KscParams[]> {
  const { session, signal, logger } = context;
  const tasks = createTasks(session);
  return withReleased(
    {
      open: () => tasks.resetTasksIterator(filter),
      release: (iterator) => tasks.releaseTasksIterator(iterator),
      signal,
      logger,
    },
    (iterator) => drain(() => tasks.getNextTask(iterator, { signal })),
  );
}

/** All local tasks of one host. Its iterator belongs to the host object and needs no release. */
export async function listHostTasks(context: PagingContext, hostId: string): Promise<readonly KscParams[]> {
  const { session, signal } = context;
  const hostObject = await createHostGroup(session).getHostTasks(hostId, { signal });
  const hostTasks = createHostTasks(session);
  await hostTasks.resetTasksIterator(hostObject, {}, { signal });
  return drain(() => hostTasks.getNextTask(hostObject, { signal }));
}

/** The states of a task on its hosts, in batches; `until` ends the walk early. */
export function walkHostStatuses(
  context: PagingContext,
  of: { readonly task: string; readonly fields: readonly string[] },
  until: (status: KscParams) => boolean,
): Promise<void> {
  const { session, signal, logger } = context;
  const tasks = createTasks(session);
  return withReleased(
    {
      open: () =>
        tasks.resetHostIteratorForTaskStatus({
          ...of,
          stateMask: ANY_HOST_TASK_STATE,
          lifetimeSeconds: ITERATOR_LIFETIME_SECONDS,
        }),
      release: (iterator) => tasks.releaseHostStatusIterator(iterator),
      signal,
      logger,
    },
    async (iterator) => {
      for (;;) {
        const batch = await tasks.getNextHostStatus(iterator, STATUSES_PER_CALL, { signal });
        if (batch.length === 0 || batch.some(until)) return;
      }
    },
  );
}

async function drain(next: () => Promise<KscParams | undefined>): Promise<readonly KscParams[]> {
  const found: KscParams[] = [];
  while (found.length < TASKS_MAX) {
    const task = await next();
    if (task === undefined) break;
    found.push(task);
  }
  return found;
}
