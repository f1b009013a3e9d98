import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

test("eventually returns the first truthy value and survives a throwing condition", async () => {
  let calls = 0;
  const value = await eventually(
    () => {
      calls++;
      if (calls === 1) throw new Error("not there yet");
      return calls === 3 ? "there" : undefined;
    },
    { what: "the third call", everyMs: 1 },
  );
  expect(value).toBe("there");
});

test("eventually fails with what was waited for and the last value seen", async () => {
  await expect(eventually(() => 0, { withinMs: 5, everyMs: 1, what: "a number above 0" })).rejects.toThrow(
    "Waited 5 ms in vain for a number above 0; last value: 0",
  );
});
