import { AppError } from "@cordon/core/kernel";
import { createFakeClock, createSeededRandom } from "@cordon/testkit";
import { expect, test } from "vitest";
import { callError } from "../errors/delivery.ts";
import { mapPxgError } from "../errors/ksc-errors.ts";
import { LoginGate } from "./login-gate.ts";

function setup() {
  const clock = createFakeClock();
  const gate = new LoginGate(clock, createSeededRandom(1));
  let attempts = 0;
  const attempt = (error?: AppError) =>
    gate.enter(async () => {
      attempts += 1;
      if (error !== undefined) throw error;
      return "in";
    });
  return { clock, gate, attempt, attempts: () => attempts };
}

test.each([1453, 2013, 1184])("after KSC's refusal %i no login is tried until the gate is reset", async (code) => {
  const { clock, gate, attempt, attempts } = setup();
  await expect(attempt(mapPxgError("login", { code }))).rejects.toThrow();
  for (let again = 0; again < 50; again++) {
    await clock.advance(3_600_000);
    await expect(attempt()).rejects.toMatchObject({ details: { delivery: "not_sent" } });
  }
  expect(attempts()).toBe(1);
  gate.reset();
  await expect(attempt()).resolves.toBe("in");
  expect(attempts()).toBe(2);
});

test("logins go one at a time, and those that waited see the refusal of the first", async () => {
  const { attempt, attempts } = setup();
  const refused = mapPxgError("login", { code: 1453, module: "KLWAT" });
  const outcomes = await Promise.allSettled([attempt(refused), attempt(), attempt()]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(attempts()).toBe(1);
});

test("logins that fail in other ways are spaced by a growing pause of at most a minute", async () => {
  const { clock, attempt, attempts } = setup();
  const lost = callError("ksc.timeout", "login", "no answer", "unknown");
  let tried = 0;
  for (let second = 0; second < 3_600; second++) {
    await attempt(lost).catch(() => {});
    await clock.advance(1_000);
    tried += 1;
  }
  expect(tried).toBe(3_600);
  expect(attempts()).toBeGreaterThan(50);
  expect(attempts()).toBeLessThan(140);
});

test("a KSC that cannot be reached costs no pause: no password was sent", async () => {
  const { attempt, attempts } = setup();
  const unreachable = callError("ksc.unreachable", "connect", "refused", "not_sent");
  for (let again = 0; again < 5; again++) await attempt(unreachable).catch(() => {});
  expect(attempts()).toBe(5);
});

test("a login that worked but whose session was refused at once is paused after, until a call succeeds", async () => {
  const { clock, gate, attempt, attempts } = setup();
  await attempt();
  gate.useless(new AppError("ksc.session_lost", "403"));
  await expect(attempt()).rejects.toMatchObject({ code: "ksc.session_lost", details: { delivery: "not_sent" } });
  expect(attempts()).toBe(1);
  await clock.advance(60_000);
  await attempt();
  gate.proved();
  await attempt();
  expect(attempts()).toBe(3);
});
