import type { BreakGlassAlarm } from "@cordon/coordinator-core";
import { type Logger, silentLogger } from "@cordon/core/kernel";
import { createFakeClock, eventually } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { type BreakGlass, createBreakGlass } from "./break-glass.ts";

const MINUTE = 60_000;

function open(given: { readonly enabled?: boolean; readonly hasProvider?: boolean; readonly people?: boolean } = {}) {
  const clock = createFakeClock();
  const alarms: BreakGlassAlarm[] = [];
  const audited: string[] = [];
  const lines: string[] = [];
  const world = { people: given.people ?? true, broken: false };
  const logger: Logger = { ...silentLogger, error: (event) => void lines.push(event) };
  const breakGlass: BreakGlass = createBreakGlass({
    token: { file: "admin-token", accepts: (header) => header === "Bearer right", rotate: async () => {} },
    store: {
      addAlarm: async (alarm) => {
        if (world.broken) throw new Error("the record is away");
        alarms.push(alarm);
      },
      alarmsSince: async () => undefined,
      hasPeople: async () => world.people,
    },
    enabled: given.enabled ?? true,
    hasProvider: given.hasProvider ?? false,
    tell: async ({ by, from, what }) => void audited.push(`${by.as} ${from} ${what}`),
    clock,
    logger,
  });
  breakGlass.start();
  onTestFinished(() => breakGlass.stop());
  return { breakGlass, clock, alarms, audited, lines, world };
}

test("[A1] [A2] a thousand requests of one source raise one alarm at once and one with their count, in log, record and trail", async () => {
  const { breakGlass, clock, alarms, audited, lines } = open();
  await Promise.all(Array.from({ length: 1_000 }, () => breakGlass.used("192.0.2.7")));
  expect(alarms.map(({ uses }) => uses)).toEqual([1]);
  for (let minute = 0; minute < 6; minute++) await clock.advance(MINUTE);
  await eventually(() => alarms.length === 2, { what: "the alarm with the count" });
  expect(alarms.map(({ source, uses }) => `${source} ${uses}`)).toEqual(["192.0.2.7 1", "192.0.2.7 999"]);
  expect(audited).toEqual([
    "break-glass 192.0.2.7 the break-glass token was used once",
    "break-glass 192.0.2.7 the break-glass token was used 999 times",
  ]);
  expect(lines).toEqual(["break_glass.used", "break_glass.used"]);
  expect(breakGlass.uses()).toBe(1_000);
});

test("[A1] each source has alarms of its own, of thousands the many are told together", async () => {
  const { breakGlass, alarms } = open();
  for (let source = 0; source < 1_500; source++) await breakGlass.used(`10.0.${source >> 8}.${source & 255}`);
  expect(alarms).toHaveLength(1_001);
  expect(alarms.at(-1)?.source).toBe("many others");
});

test("[A2] what was counted and not told is told when the coordinator stops", async () => {
  const { breakGlass, alarms } = open();
  for (const _use of [1, 2, 3]) await breakGlass.used("192.0.2.7");
  await breakGlass.stop();
  expect(alarms.map(({ uses }) => uses)).toEqual([1, 2]);
});

test("while nobody has a name here and nobody can sign in, setting up is no alarm; from the first person on it is", async () => {
  const { breakGlass, clock, alarms, world } = open({ people: false });
  await breakGlass.used("127.0.0.1");
  expect(alarms).toEqual([]);
  world.people = true;
  await clock.advance(5_000);
  await breakGlass.used("127.0.0.1");
  expect(alarms).toHaveLength(1);
});

test("where people can sign in, the first use is an alarm", async () => {
  const { breakGlass, alarms } = open({ people: false, hasProvider: true });
  await breakGlass.used("127.0.0.1");
  expect(alarms).toHaveLength(1);
});

test("switched off it lets nobody in, and says in the log that somebody came with it", () => {
  const { breakGlass, lines } = open({ enabled: false });
  expect([breakGlass.accepts("right"), breakGlass.accepts("wrong")]).toEqual([false, false]);
  expect(lines).toEqual(["break_glass.refused"]);
  expect(open().breakGlass.accepts("right")).toBe(true);
});

test("a record that does not answer does not shut the emergency's door, and the log has the alarm", async () => {
  const { breakGlass, lines, world } = open();
  world.broken = true;
  await breakGlass.used("192.0.2.7");
  expect(lines).toEqual(["break_glass.used", "break_glass.alarm"]);
});
