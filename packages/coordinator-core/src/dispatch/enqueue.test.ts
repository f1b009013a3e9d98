import { type ActionId, actionId, epochMs, silentLogger, siteId, tenantId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import type { DispatchJob } from "../ports/dispatch-queue.ts";
import { createEnqueuer } from "./enqueue.ts";

const queueable = (name: string) => ({
  tenantId: tenantId("acme"),
  siteId: siteId("hq"),
  actionId: actionId(name),
  actionClass: "scan" as const,
  createdAt: epochMs(0),
  secret: "not for the queue",
});

test("what comes while the queue is busy is handed over together, as ids only", async () => {
  const calls: (readonly DispatchJob[])[] = [];
  let release: () => void = () => {};
  const add = (jobs: readonly DispatchJob[]) => {
    calls.push(jobs);
    return new Promise<void>((resolve) => (release = resolve));
  };
  const enqueuer = createEnqueuer({ queue: { add }, logger: silentLogger });
  for (const name of ["a", "b", "c"]) enqueuer.enqueue([queueable(name)]);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  release();
  await enqueuer.idle();
  const ids = calls.map((jobs) => jobs.map(({ actionId: id }: { actionId: ActionId }) => id));
  expect(ids).toEqual([["a"], ["b", "c"]]);
  expect(JSON.stringify(calls)).not.toContain("not for the queue");
});

test("[D2] a queue that fails is nobody's failure, and the next actions are handed over", async () => {
  const added: string[] = [];
  let failing = true;
  const add = async (jobs: readonly DispatchJob[]) => {
    if (failing) throw new Error("down");
    added.push(...jobs.map((job) => job.actionId));
  };
  const enqueuer = createEnqueuer({ queue: { add }, logger: silentLogger });
  enqueuer.enqueue([queueable("lost")]);
  await enqueuer.idle();
  failing = false;
  enqueuer.enqueue([queueable("found")]);
  await enqueuer.idle();
  expect(added).toEqual(["found"]);
});
