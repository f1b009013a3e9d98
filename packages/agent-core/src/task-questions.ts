import { isSettled } from "@cordon/core/action";
import { type Clock, type EndpointId, sideBySide } from "@cordon/core/kernel";
import { isWatched, type LedgerEntry } from "./entry.ts";
import { onHost, onTaskState, type Step } from "./judge.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import type { Edr, TaskRef } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";

/** Questions about single endpoints and tasks, side by side over the sessions that watching may use. One round's worth. */
export interface TaskQuestions {
  readonly looked: ReadonlySet<EndpointId>;
  lookAt(endpointIds: readonly EndpointId[]): Promise<void>;
  readStates(entries: readonly LedgerEntry[], signal: AbortSignal): Promise<void>;
}

interface TaskQuestionDeps {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly clock: Clock;
  readonly watch: WatchSettings;
  readonly look: (endpointId: EndpointId) => Promise<LookResult>;
  readonly lanes: number;
  /** One failed question does not keep the others from being asked; a trouble of the whole site does. */
  readonly rung: (what: string, climb: () => Promise<void>) => Promise<void>;
  readonly apply: (endpointId: EndpointId, result: LookResult) => void;
  readonly step: (entry: LedgerEntry, next: Step | undefined) => void;
}

export function createTaskQuestions(deps: TaskQuestionDeps): TaskQuestions {
  const { edr, ledger, clock, watch, step } = deps;
  const looked = new Set<EndpointId>();

  async function lookAt(endpointIds: readonly EndpointId[]): Promise<void> {
    const wanted = [...new Set(endpointIds)].filter((endpointId) => !looked.has(endpointId));
    await sideBySide(wanted.slice(0, watch.looksPerRound - looked.size), deps.lanes, (endpointId) =>
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
      if (isWatched(entry) && !isSettled(entry.state)) step(entry, onHost(entry, undefined, clock.now(), watch));
    }
  }

  return {
    looked,
    lookAt,
    async readStates(entries, signal) {
      const known = entries.flatMap((entry) => (entry.task === undefined || !isWatched(entry) ? [] : [entry]));
      const refs = known.flatMap(({ task, order }): TaskRef[] =>
        task === undefined ? [] : [{ taskId: task.taskId, endpointId: order.endpointId, scope: task.scope }],
      );
      if (refs.length === 0) return;
      const states = await edr.taskStates(refs, signal);
      const gone: EndpointId[] = [];
      for (const asked of known) {
        // An answer may be older than what a look by someone else told meanwhile.
        const entry = ledger.find(asked.order.actionId);
        const state = entry?.task === undefined ? undefined : states.get(entry.task.taskId);
        if (entry === undefined || state === undefined || !isWatched(entry)) continue;
        if (state.kind === "gone") gone.push(entry.order.endpointId);
        else step(entry, onTaskState(entry, state));
      }
      // Whether it was rotated or deleted shows in the endpoint's other tasks.
      await lookAt(gone);
    },
  };
}
