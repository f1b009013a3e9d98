// A worker whose only case never ends, or never stops to take memory.
import { workerData } from "node:worker_threads";
import { sayInput, type WorkerTask } from "../src/watched-case.ts";

const { targetName, shared } = workerData as WorkerTask;
sayInput(shared, new Uint8Array([1, 2, 3]));
const held: number[][] = [];
for (;;) {
  if (targetName === "memory") held.push(Array.from({ length: 100_000 }, (_, index) => index));
}
