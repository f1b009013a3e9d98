import { createFakeClock } from "@cordon/testkit";
import { expect, test } from "vitest";
import { ScriptedEdr } from "../test/scripted-edr.ts";
import type { Signals } from "./ports.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { createSignalGate } from "./signal-gate.ts";

const { signal } = new AbortController();
const { watch } = DEFAULT_SETTINGS;
const heard = (tasks: boolean): Signals => ({ kind: "heard", tasks, notBeforeMs: 5_000 });

function setup(signalled: ScriptedEdr["signalled"]) {
  const clock = createFakeClock();
  const edr = new ScriptedEdr(clock);
  edr.signalled = signalled;
  const gate = createSignalGate({ edr, clock, watch });
  const worth = (actions = 1) => gate.worthReading(actions, signal);
  return { clock, edr, gate, worth };
}

test("a server without signals is always read, and asked for them once a minute", async () => {
  const { clock, edr, gate, worth } = setup("absent");
  for (let round = 0; round < 10; round++) {
    expect(await worth()).toBe(true);
    gate.found(1);
    await clock.advance(5_000);
  }
  expect(edr.calls).toEqual(["signals"]);
});

test("signals that announced what was then found spare the reading while they are silent, up to the bound", async () => {
  const { clock, edr, gate, worth } = setup([heard(true), heard(false), heard(true)]);
  expect(await worth()).toBe(true);
  gate.found(2);
  await clock.advance(60_000);
  expect(await worth()).toBe(true);
  gate.found(0);
  await clock.advance(5_000);
  expect(await worth()).toBe(true);
  gate.found(1);
  await clock.advance(5_000);
  expect(await worth()).toBe(false);
  await clock.advance(55_000);
  expect(await worth()).toBe(true);
  expect(edr.calls.length).toBeGreaterThan(3);
});

test("signals that kept silent about what was found are not believed any more", async () => {
  const { clock, gate, worth } = setup([heard(true), heard(false)]);
  expect(await worth()).toBe(true);
  gate.found(1);
  await clock.advance(60_000);
  expect(await worth()).toBe(true);
  gate.found(3);
  await clock.advance(5_000);
  expect(await worth()).toBe(true);
});

test("never earlier than KSC asks for, and not at all on a busy site", async () => {
  const { clock, edr, gate, worth } = setup([heard(true)]);
  await worth();
  gate.found(1);
  await clock.advance(60_000);
  await worth();
  await clock.advance(4_999);
  await worth();
  expect(edr.calls).toHaveLength(2);
  expect(await worth(watch.signalActionsMax + 1)).toBe(true);
  await clock.advance(60_000);
  expect(await worth(watch.signalActionsMax + 1)).toBe(true);
  expect(edr.calls).toHaveLength(2);
});
