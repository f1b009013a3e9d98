import { describe, expect, it } from "vitest";
import { watch } from "../src/watch.ts";

const worker = new URL("./planted-worker.ts", import.meta.url);
const run = (targetName: string, hangMs: number) =>
  watch({ worker, task: { targetName, cases: 1, seed: 1 }, hangMs, heapMibMax: 64, onProgress: () => {} });

describe("a parser that", () => {
  it("hangs is ended, and its input is the finding", async () => {
    expect((await run("hang", 300)).finding).toMatchObject({ kind: "hang", input: new Uint8Array([1, 2, 3]) });
  });

  it("fills its heap is ended, and its input is the finding", async () => {
    expect((await run("memory", 30_000)).finding).toMatchObject({ kind: "memory", input: new Uint8Array([1, 2, 3]) });
  });
});
