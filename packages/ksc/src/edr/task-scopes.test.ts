import { createFakeClock } from "@cordon/testkit";
import { expect, test } from "vitest";
import { createTaskScopes } from "./task-scopes.ts";

test("both kinds are asked until a response task was seen, then only its kind, and the other once an hour", async () => {
  const clock = createFakeClock();
  const scopes = createTaskScopes("both", clock);
  expect([scopes.ask(), scopes.ask()]).toEqual([
    ["global", "local"],
    ["global", "local"],
  ]);
  scopes.saw("global");
  expect(scopes.ask()).toEqual(["global"]);
  await clock.advance(3_600_000);
  expect([scopes.ask(), scopes.ask()]).toEqual([["global", "local"], ["global"]]);
  scopes.saw("local");
  expect(scopes.ask()).toEqual(["global", "local"]);
});

test("the site's own word is not second-guessed", () => {
  const scopes = createTaskScopes("local", createFakeClock());
  scopes.saw("global");
  expect(scopes.ask()).toEqual(["local"]);
});
