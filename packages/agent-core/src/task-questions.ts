import { isSettled } from "@cordon/core/action";
import { type Clock, type EndpointId, sideBySide } from "@cordon/core/kernel";
import { isContain, isWatched, type LedgerEntry } from "./entry.ts";
import { onHost, onTaskState, type Step } from "./judge.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import type { LookQueue } from "./look-queue.ts";
import type { Edr, TaskRef } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { Waits } from "./waits.ts";

/** Questions about single endpoints and tasks, side by side over the sessions that watching may use. One round's worth. */
export interface TaskQuestions {
  readonly looked: ReadonlySet<EndpointId>;
  /** At those that are wanted, as far as a round may. */
  look(): Promise<void>;
  readStates(entries: readonly LedgerEntry[], signal: AbortSignal): Promise<void>;
}

interface TaskQuestionDeps {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly clock: Clock;
  readonly watch: WatchSettings;
  readonly look: (endpointId: EndpointId) => Promise<LookResult>;
  readonly wanted: LookQueue;
  readonly waits: Pick<Waits, "of">;
  readonly lanes: number;
  /** One failed question does not keep the others from being asked; a trouble of the whole site does. */
  readonly rung: (what: string, climb: () => Promise<void>) => Promise<void>;
  readonly apply: (endpointId: EndpointId, result: LookResult) => void;
  readonly step: (entry: LedgerEntry, next: Step | undefined) => void;
}

export function createTaskQuestions(deps: TaskQuestionDeps): TaskQuestions {
  const { edr, ledger, clock, watch, wanted, waits, step } = deps;
  const looked = new Set<EndpointId>();

  let left = watch.looksPerRound;

  async function look(): Promise<void> {
    const endpointIds = wanted.take(left, clock.monotonicMs());
    left -= endpointIds.length;
    await sideBySide(endpointIds, deps.lanes, (endpointId) =>
      deps.rung("tasks", async () => {
        try {
          deps.apply(endpointId, await deps.look(endpointId));
        } catch (thrown) {
          if (troubleOf(thrown).code !== "ksc.not_found") throw thrown;
          onHostGone(endpointId);
        }
        looked.add(endpointId);
      }),
    );
  }

  /** KSC knows no such host any more, so what is open there will never be told. */
  function onHostGone(endpointId: EndpointId): void {
    for (const entry of ledger.entriesOf(endpointId)) {
      if (!isWatched(entry) || isSettled(entry.state)) continue;
      step(entry, onHost(entry, undefined, { now: clock.now(), waitedMs: waits.of(entry) }, watch));
    }
  }

  return {
    looked,
    look,
    async readStates(entries, signal) {
      const known = entries.flatMap((entry) => (entry.task === undefined || !isWatched(entry) ? [] : [entry]));
      const refs = known.flatMap(({ task, order }): TaskRef[] =>
        task === undefined ? [] : [{ taskId: task.taskId, endpointId: order.endpointId, scope: task.scope }],
      );
      if (refs.length === 0) return;
      const states = await edr.taskStates(refs, signal);
      for (const asked of known) {
        // An answer may be older than what a look by someone else told meanwhile.
        const entry = ledger.find(asked.order.actionId);
        const state = entry?.task === undefined ? undefined : states.get(entry.task.taskId);
        if (entry === undefined || state === undefined || !isWatched(entry)) continue;
        // Whether it was rotated or deleted shows in the endpoint's other tasks.
        if (state.kind === "gone") wanted.want(entry.order.endpointId, isContain(entry), clock.monotonicMs());
        else step(entry, onTaskState(entry, state));
      }
      await look();
    },
  };
}
