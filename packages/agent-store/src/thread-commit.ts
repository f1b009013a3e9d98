import { Worker } from "node:worker_threads";
import {
  type CommitAnswer,
  type CommitProblem,
  type CommitStep,
  type CommitThreadData,
  commitThread,
} from "./commit-thread.ts";

/** The thread that commits under load, as its caller sees it. One group at a time. */
export interface ThreadCommit {
  /** It has opened the file; before that groups are committed elsewhere. */
  readonly ready: boolean;
  /** `settled` gets a problem when the group is not there. */
  commit(steps: readonly CommitStep[], settled: (problem: CommitProblem | undefined) => void): void;
  close(): Promise<void>;
}

export function startThreadCommit(data: CommitThreadData): ThreadCommit {
  const worker = new Worker(`(${commitThread.toString()})(require)`, { eval: true, workerData: data });
  let ready = false;
  let waiting: ((problem: CommitProblem | undefined) => void) | undefined;

  const settle = (problem: CommitProblem | undefined) => {
    const settled = waiting;
    waiting = undefined;
    settled?.(problem);
  };
  worker.on("message", (answer: CommitAnswer) => {
    if (answer === "ready") ready = true;
    else settle(answer === "committed" ? undefined : answer.problem);
  });
  // A thread that could not start, or died, is not asked again; a group it had is not there.
  worker.on("error", (error) => {
    ready = false;
    settle(error);
  });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  return {
    get ready() {
      return ready;
    },
    commit(steps, settled) {
      waiting = settled;
      worker.postMessage(steps);
    },
    close() {
      worker.postMessage("close");
      return gone;
    },
  };
}
