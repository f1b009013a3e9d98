import { AppError } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { translateError } from "./errors.ts";

const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  ["a refused connection", failure("connect", "ECONNREFUSED")],
  ["a missing socket", failure("connect", "ENOENT")],
  ["a server that shuts down", failure("terminating", "57P01")],
  ["a crash of another backend", failure("terminating", "57P02")],
  ["a full disk", failure("no space", "53100")],
  ["a lost race", failure("deadlock", "40P01")],
  ["a connection cut in the middle", failure("Connection terminated unexpectedly")],
  ["a pool that waited in vain", failure("timeout exceeded when trying to connect")],
])("%s is `store.unavailable`: trying again helps", (_what, error) => {
  expect(translateError(error)).toMatchObject({ code: "store.unavailable", cause: error });
});

test("a statement that is wrong is our own fault and no passing trouble", () => {
  expect(translateError(failure("syntax error", "42601")).code).toBe("internal.unexpected");
});

test("what has a code already keeps it", () => {
  const error = new AppError("tenant.not_found", "x");
  expect(translateError(error)).toBe(error);
});
