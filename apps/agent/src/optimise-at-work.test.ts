import { createFakeClock } from "@cordon/testkit";
import { expect, it } from "vitest";
import { optimiseAtWork } from "./optimise-at-work.ts";

/** An agent that uses `cpuMsPerSecond` after its start, which took a whole processor. */
async function optimisedAfter(cpuMsPerSecond: number, seconds: number): Promise<number> {
  const clock = createFakeClock();
  let [cpuMs, optimised] = [0, 0];
  optimiseAtWork({ clock, cpuMs: () => cpuMs, optimise: () => optimised++ });
  for (let second = 1; second <= seconds; second++) {
    cpuMs += second <= 3 ? 1_000 : cpuMsPerSecond;
    await clock.advance(1_000);
  }
  return optimised;
}

it("an idle agent stays without optimising compilers, whatever its start cost", async () => {
  expect(await optimisedAfter(50, 100)).toBe(0);
});

it("an agent with work gets them, once", async () => {
  expect(await optimisedAfter(300, 100)).toBe(1);
});
