import { expect, test } from "vitest";
import { toFigure } from "./figure.ts";

test("keys without a value are absent, and without a goal all is well", () => {
  expect(toFigure({ name: "a", value: 12_345.6, unit: "1/s" })).toEqual({
    name: "a",
    value: 12_350,
    unit: "1/s",
    ok: true,
  });
});

test("a ratio is taken against the peer and judged against its goal", () => {
  const measured = { name: "a", value: 70, unit: "1/s", peer: { name: "bare", value: 100 } };
  const goal = { of: "ratio", atLeast: 0.7 } as const;
  expect(toFigure({ ...measured, goal })).toEqual({
    name: "a",
    value: 70,
    unit: "1/s",
    peer: "bare",
    peerValue: 100,
    ratio: 0.7,
    goal: "ratio >= 0.7",
    ok: true,
  });
  expect(toFigure({ ...measured, value: 69, goal }).ok).toBe(false);
});

test("a goal on the value has an upper bound too", () => {
  const goal = { of: "value", atMost: 6 } as const;
  expect(toFigure({ name: "connections", value: 6, unit: "", goal }).ok).toBe(true);
  expect(toFigure({ name: "connections", value: 7, unit: "", goal })).toMatchObject({ ok: false, goal: "value <= 6" });
});
