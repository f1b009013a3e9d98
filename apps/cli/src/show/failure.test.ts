import { AppError } from "@cordon/core/kernel";
import { expect, it } from "vitest";
import { ApiFailure } from "../api/api-failure.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { failureJson, formatFailure } from "./failure.ts";

const api = (status: number, code: string, details?: Record<string, unknown>) =>
  new ApiFailure(status, { code, message: "No.", mend: "Do this.", ...(details === undefined ? {} : { details }) });

it("what was wrong is named by field, by place in a file, by argument, or as the coordinator says it", () => {
  const details = {
    fields: [{ path: "body.sites.0.name", message: "must be text" }],
    problems: [
      { file: "a.yaml", line: 3, column: 9, message: "is no field" },
      { argument: "path", problem: "is missing" },
      "something else",
    ],
    reason: "the site says no",
    candidates: ["a", "b"],
  };
  expect(formatFailure(api(400, "input.invalid", details)).split("\n")).toEqual([
    "cordon: No. (input.invalid)",
    "  sites.0.name: must be text",
    "  a.yaml:3:9: is no field",
    "  path: is missing",
    "  something else",
    "  reason: the site says no",
    '  candidates: ["a","b"]',
    "  → Do this.",
  ]);
});

it("details of a shape that is not known yet are shown as they are", () => {
  expect(formatFailure(api(409, "new.code", { fields: "many" }))).toContain("\n  fields: many\n");
});

it("for machines it is the API's shape, also for what never reached the API", () => {
  expect(JSON.parse(failureJson(api(404, "site.not_found")))).toEqual({
    error: { code: "site.not_found", message: "No.", mend: "Do this." },
  });
  expect(JSON.parse(failureJson(new AppError("cli.usage", "no tenant")))).toMatchObject({
    error: { code: "cli.usage", what: "no tenant", mend: expect.any(String) },
  });
});

it.each<readonly [unknown, number]>([
  [api(401, "api.unauthorized"), EXIT.unauthorized],
  [api(403, "x.y"), EXIT.unauthorized],
  [api(404, "x.y"), EXIT.notFound],
  [api(400, "x.y"), EXIT.refused],
  [api(409, "x.y"), EXIT.refused],
  [api(422, "x.y"), EXIT.refused],
  [api(429, "x.y"), EXIT.unavailable],
  [api(500, "x.y"), EXIT.unavailable],
  [api(503, "x.y"), EXIT.unavailable],
  [new AppError("cli.usage", "x"), EXIT.usage],
  [new AppError("cli.not_logged_in", "x"), EXIT.unauthorized],
  [new AppError("cli.not_confirmed", "x"), EXIT.no],
  [new AppError("cli.unreachable", "x"), EXIT.unavailable],
  [new AppError("cli.certificate_untrusted", "x"), EXIT.unavailable],
  [new AppError("cli.timed_out", "x"), EXIT.timedOut],
  [new AppError("endpoint.not_found", "x"), EXIT.notFound],
  [new Error("x"), EXIT.unavailable],
])("%s ends with %i", (thrown, code) => {
  expect(exitCodeOf(thrown)).toBe(code);
});
