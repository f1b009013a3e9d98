import { judgeDeletions, judgeRotations } from "./judge-rotations.ts";
import { judgeSends } from "./judge-sends.ts";
import { judgeWords } from "./judge-words.ts";
import type { CordonStorm } from "./play-cordon.ts";
import { sceneOf } from "./scene.ts";

/** What a storm showed. `broken` must be empty; the rest is counted so that nobody takes a calm day for a proof. */
export interface Verdict {
  readonly broken: readonly string[];
  readonly counts: StormCounts;
}

export interface StormCounts {
  readonly orders: number;
  readonly accepted: number;
  readonly sends: number;
  /** Orders whose task ended well on the device. */
  readonly done: number;
  readonly rotations: number;
  /** Tasks of ours that a task of ours rotated out: all of them could be spared. */
  readonly ownRotations: number;
  /** Containments of ours, unfinished or still holding, that someone else's task rotated out; nobody can keep them from it. */
  readonly lostToOthers: number;
  /** The same by a task of ours, while more tasks of others had come since our look than the ledger's margin is for. */
  readonly lostBeyondMargin: number;
  /** The same after the ledger was lost or restored while a request of ours had no task yet. */
  readonly lostAfterForgetting: number;
  /** Gone unfinished, and a rotation was told as an operator's deletion, or the other way round: KSC says only that it is gone. */
  readonly misnamed: number;
  /** Accepted, and not told as ended although it has: the watcher or the link had not come round to it when the storm was over. */
  readonly lingering: number;
  /** After a ledger was lost or set back: words about an action, or a second renewal of an isolation, that the new one could not know. */
  readonly forgotten: number;
  /** Another's task of the same kind was taken for ours, so it was told as done or two tasks counted as one: names do not tell, or not yet. */
  readonly mistaken: number;
}

/** Holds what the agent said and did against what really was. */
export function judgeStorm(storm: CordonStorm): Verdict {
  const broken: string[] = [...storm.complaints];
  const scene = sceneOf(storm);
  const rotated = judgeRotations(scene, broken);
  judgeDeletions(scene, broken);
  const sent = judgeSends(scene, broken);
  const told = judgeWords(scene, broken);
  const records = [...storm.records.values()];
  const done = [...scene.taskOf].filter(([, task]) => task.done).map(([incidentId]) => scene.sendOf.get(incidentId));
  return {
    broken,
    counts: {
      orders: records.length,
      accepted: records.filter(({ verdict }) => verdict !== undefined && verdict.kind !== "refused").length,
      sends: scene.sendOf.size,
      done: new Set(done.map((send) => send?.order.actionId)).size,
      rotations: scene.history.rotations.length,
      ...rotated,
      ...told,
      forgotten: told.forgotten + sent.forgotten,
      mistaken: told.mistaken + sent.mistaken,
    },
  };
}
