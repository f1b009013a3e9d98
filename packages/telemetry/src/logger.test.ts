import { AppError, Secret } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";
import { LOG_LIMITS } from "./redact.ts";

function capture() {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", destination: { write: (line: string) => void lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "null");
  return { log, lines, last };
}

test("one call is one JSON line with op, level, time and the fields", () => {
  const { log, lines, last } = capture();
  log.info("event.ingest", { tenantId: "acme", durationMs: 4 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith("\n")).toBe(true);
  expect(last()).toMatchObject({ level: "info", op: "event.ingest", tenantId: "acme", durationMs: 4 });
  expect(last().time).toMatch(/^\d{4}-.*Z$/);
});

test("[S9] a secret is hidden by type and by name, at any depth", () => {
  const { log, lines, last } = capture();
  log.warn("ksc.call", {
    value: new Secret("hunter2"),
    nested: { list: [{ password: "hunter2", kscPassword: "hunter2" }], headers: { Authorization: "Basic hunter2" } },
    adminToken: "hunter2",
    private_key: "hunter2",
    error: new AppError("ksc.bad_credentials", "login", { details: { secret: "hunter2" } }),
  });
  expect(lines.join("")).not.toContain("hunter2");
  expect(last().adminToken).toBe("[redacted]");
});

test("counts under a secret-like name stay readable", () => {
  const { log, last } = capture();
  log.info("enrolment.sweep", { tokens: 3, token: 4, passwords: true });
  expect(last()).toMatchObject({ tokens: 3, token: 4, passwords: true });
});

test("an error's code is lifted, its causes are one line each, its stack is kept only when nobody expected it", () => {
  const { log, last } = capture();
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  log.error("store.write", { error: new AppError("store.unavailable", "insert", { cause }) });
  expect(last()).toMatchObject({ code: "store.unavailable", error: { causes: ["ECONNREFUSED: connect failed"] } });
  expect(last().error).not.toHaveProperty("stack");
  log.error("store.write", { error: new TypeError("x is not a function") });
  expect(last().error).toHaveProperty("stack");
});

test("logging never throws: cycles, throwing getters, bigints and a failing destination", () => {
  const { log, lines } = capture();
  const cycle: Record<string, unknown> = { big: 1n };
  cycle.self = cycle;
  log.info("a.b", cycle);
  expect(lines).toHaveLength(1);
  const hostile = {
    get x(): never {
      throw new Error("no");
    },
  };
  log.info("a.b", hostile);
  const broken = createLogger({
    level: "info",
    destination: {
      write: () => {
        throw new Error("disk full");
      },
    },
  });
  expect(() => broken.error("a.b")).not.toThrow();
});

test("a line is bounded however much is handed in", () => {
  const { log, lines } = capture();
  log.info("a.b", { text: "x".repeat(1_000_000), list: Array.from({ length: 100_000 }, (_, index) => index) });
  expect(lines[0]?.length).toBeLessThan(LOG_LIMITS.textCharsMax + 1_000);
});

test("what is below the level is not written", () => {
  const lines: string[] = [];
  const log = createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } });
  log.info("a.b");
  log.warn("c.d");
  expect(lines).toHaveLength(1);
});
