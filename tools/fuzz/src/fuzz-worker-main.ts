// The thread in which a target's cases run: a hang or a full heap ends it, and not who watches it.
import { parentPort, workerData } from "node:worker_threads";
import { startCoverage } from "./coverage.ts";
import { fuzz } from "./fuzz-loop.ts";
import { targetOf } from "./targets.ts";
import { sayInput, type WorkerTask } from "./watched-case.ts";

const { targetName, cases, seed, shared } = workerData as WorkerTask;
const target = targetOf(targetName);
if (target === undefined) throw new Error(`no target ${targetName}`);

const coverage = startCoverage();
const result = await fuzz(target, {
  cases,
  seed,
  coverage,
  onCase: (input) => sayInput(shared, input),
  onProgress: (progress) => parentPort?.postMessage({ kind: "progress", progress }),
});
coverage.stop();
parentPort?.postMessage({ kind: "done", result });
