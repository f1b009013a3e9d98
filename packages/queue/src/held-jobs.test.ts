import { expect, test } from "vitest";
import { createHeldJobs } from "./held-jobs.ts";

test("a late settlement under an old token does not end the newer holding of the same job", () => {
  const held = createHeldJobs();
  held.add("q", "a", "first");
  expect(held.takeOut("q")).toEqual([{ jobId: "a", token: "first" }]);
  held.add("q", "a", "second");
  held.drop("q", "a", "first");
  expect(held.of("q")).toEqual([{ jobId: "a", token: "second" }]);
});

test("a queue without held jobs is forgotten", () => {
  const held = createHeldJobs();
  held.add("q", "a", "t");
  expect([held.count("q"), held.queues()]).toEqual([1, ["q"]]);
  held.drop("q", "a", "t");
  expect([held.count("q"), held.queues(), held.of("q")]).toEqual([0, [], []]);
});
