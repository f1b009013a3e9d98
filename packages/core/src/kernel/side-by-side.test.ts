import { expect, test } from "vitest";
import { sideBySide } from "./side-by-side.ts";

test("no more than the limit are under way, all of them are used, and the order is kept", async () => {
  let underWay = 0;
  let most = 0;
  const doubled = await sideBySide([5, 4, 3, 2, 1], 3, async (item) => {
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    underWay--;
    return item * 2;
  });
  expect(doubled).toEqual([10, 8, 6, 4, 2]);
  expect(most).toBe(3);
});

test("after a failure nothing more is begun, and what was under way is waited for", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = sideBySide([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    for (let turn = 0; turn < item * 3; turn++) await Promise.resolve();
    ended.push(item);
    if (item === 1) throw new Error("first");
    return item;
  });
  await expect(work).rejects.toThrow("first");
  expect(begun).toEqual([1, 2]);
  expect(ended).toEqual([1, 2]);
});
