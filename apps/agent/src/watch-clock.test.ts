import { createFakeClock } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { watchClock } from "./watch-clock.ts";

function watched() {
  const clock = createFakeClock();
  const told: number[] = [];
  const warn = (_op: string, fields?: Readonly<Record<string, unknown>>) => told.push(Number(fields?.byMs));
  const logger = { debug: () => {}, info: () => {}, error: () => {}, warn };
  return { clock, told, watch: watchClock({ clock, logger }) };
}

describe("a clock that is set while the agent runs", () => {
  it.each([86_400_000, -7_200_000])("by %d ms is told once, with its size", async (byMs) => {
    const { clock, told, watch } = watched();
    await clock.advance(5_000);
    clock.jumpWallTime(byMs);
    for (let second = 0; second < 5; second++) await clock.advance(1_000);
    expect(told).toEqual([byMs]);
    expect(watch.lastJump()).toMatchObject({ byMs });
  });

  it("and one that is slewed by seconds over time is not", async () => {
    const { clock, told, watch } = watched();
    for (let second = 0; second < 10; second++) {
      clock.jumpWallTime(1_000);
      await clock.advance(1_000);
    }
    expect(told).toEqual([]);
    expect(watch.lastJump()).toBeUndefined();
  });
});
