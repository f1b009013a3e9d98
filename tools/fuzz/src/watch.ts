import { Worker } from "node:worker_threads";
import type { Finding, FuzzProgress, FuzzResult } from "./fuzz-loop.ts";
import { makeShared, saidInput, type WorkerTask } from "./watched-case.ts";

/** One case may keep its thread so long before it counts as a hang, also on a busy machine. */
const HANG_MS = 10_000;
const HEAP_MIB_MAX = 768;

export interface WatchOptions {
  readonly worker: URL;
  readonly task: Omit<WorkerTask, "shared">;
  readonly hangMs?: number;
  readonly heapMibMax?: number;
  readonly onProgress: (progress: FuzzProgress) => void;
}

/** Runs a target in a thread of its own; one that hangs or fills its heap is ended, and its present input is the finding. */
export function watch(options: WatchOptions): Promise<FuzzResult> {
  const { hangMs = HANG_MS, heapMibMax = HEAP_MIB_MAX } = options;
  const shared = makeShared();
  const worker = new Worker(options.worker, {
    workerData: { ...options.task, shared } satisfies WorkerTask,
    resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
  });
  let last: FuzzProgress = { cases: 0, corpus: 0, reached: 0, slowestMs: 0 };
  return new Promise((resolve, reject) => {
    let begun = 0;
    const end = (kind: Finding["kind"], text: string) => {
      clearInterval(timer);
      resolve({ ...last, finding: { kind, text, input: saidInput(shared).input } });
      void worker.terminate();
    };
    const timer = setInterval(() => {
      const now = saidInput(shared).begun;
      if (now > 0 && now === begun) end("hang", `one case took more than ${hangMs} ms`);
      begun = now;
    }, hangMs);
    worker.on(
      "message",
      (message: { kind: "progress"; progress: FuzzProgress } | { kind: "done"; result: FuzzResult }) => {
        if (message.kind === "progress") {
          last = message.progress;
          options.onProgress(last);
          return;
        }
        clearInterval(timer);
        resolve(message.result);
      },
    );
    worker.on("error", (error: Error & { readonly code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return end("memory", `more than ${heapMibMax} MiB of heap`);
      clearInterval(timer);
      reject(error);
    });
  });
}
