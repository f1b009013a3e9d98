import { createFakeClock } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { createAdmission } from "./admission.ts";

describe("admission", () => {
  it("[G3] a fleet that returns at once is let in at the pace, in order of arrival", async () => {
    const clock = createFakeClock();
    const admission = createAdmission(10, clock);
    const admitted: number[] = [];
    for (let agent = 0; agent < 35; agent++) admission.enter(() => admitted.push(agent));
    expect(admitted).toHaveLength(10);
    await clock.advance(1_000);
    expect(admitted).toHaveLength(20);
    await clock.advance(1_500);
    expect(admitted).toEqual(Array.from({ length: 35 }, (_, agent) => agent));
    expect([admission.waitingCount, clock.pendingCount()]).toEqual([0, 0]);
  });

  it("[G3] one that gave up its place costs the others no turn", async () => {
    const clock = createFakeClock();
    const admission = createAdmission(1, clock);
    const admitted: string[] = [];
    admission.enter(() => admitted.push("first"));
    const leave = admission.enter(() => admitted.push("gone"));
    admission.enter(() => admitted.push("second"));
    leave();
    await clock.advance(1_000);
    expect(admitted).toEqual(["first", "second"]);
  });
});
