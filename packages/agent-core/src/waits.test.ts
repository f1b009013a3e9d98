import { type ActionId, addMs, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { expect, it } from "vitest";
import type { LedgerEntry } from "./entry.ts";
import { createWaits } from "./waits.ts";

const HOUR_MS = 3_600_000;

function submittedEntry(at: EpochMs): LedgerEntry {
  const spec = { kind: "isolateHost", durationSeconds: 3_600 } as const;
  return {
    order: { actionId: "a" as ActionId, endpointId: "h" as EndpointId, spec, deadline: addMs(at, HOUR_MS) },
    state: "submitted",
    admittedAt: at,
    changedAt: at,
    evidence: { rung: "incident", incidentId: 7 },
    sends: 1,
    inDoubt: false,
    promoted: false,
    slotFreed: false,
  };
}

it.each([-10, 5])("a wait is as long as it was, when the clock is set by %i hours meanwhile", async (hours) => {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const entry = submittedEntry(clock.now());
  expect(waits.of(entry)).toBe(0);
  await clock.advance(1_000);
  clock.jumpWallTime(hours * HOUR_MS);
  await clock.advance(1_000);
  expect(waits.of(entry)).toBe(2_000);
});

it("what an entry had waited before this process is told by the wall clock, and is never less than nothing", () => {
  const clock = createFakeClock();
  expect(createWaits(clock).of(submittedEntry(addMs(clock.now(), -5_000)))).toBe(5_000);
  expect(createWaits(clock).of(submittedEntry(addMs(clock.now(), 5_000)))).toBe(0);
});

it("a step, and an event that tells of the end, begin a new wait", async () => {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const entry = submittedEntry(clock.now());
  waits.of(entry);
  await clock.advance(1_000);
  const running = { ...entry, state: "running", changedAt: clock.now() } as const;
  expect(waits.of(running)).toBe(0);
  await clock.advance(1_000);
  // By KSC's clock, which is hours ahead.
  const told = { ...running, endedAt: addMs(clock.now(), 2 * HOUR_MS) };
  expect(waits.of(told)).toBe(0);
  await clock.advance(1_000);
  expect(waits.of(told)).toBe(1_000);
});
