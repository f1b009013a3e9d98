import { expect, test } from "vitest";
import { createWatchList } from "./watch-list.ts";

const list = () => createWatchList<string>({ pollMinMs: 100, pollMaxMs: 300 });

test("the next due one is known after every change", () => {
  const watched = list();
  expect(watched.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  watched.add("a", 0);
  watched.add("b", 50);
  expect(watched.nextDueMs()).toBe(100);
  watched.add("a", 40);
  expect(watched.nextDueMs()).toBe(100);
  expect(watched.takeDue(100, 10)).toEqual(["a"]);
  expect(watched.nextDueMs()).toBe(150);
  watched.remove("b");
  expect(watched.nextDueMs()).toBe(250);
  watched.hurry("a", 110);
  expect(watched.nextDueMs()).toBe(210);
  watched.remove("a");
  expect(watched.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  watched.add("c", 500);
  expect(watched.nextDueMs()).toBe(600);
});

test("what does not change is looked at ever more seldom, up to the bound; news begins anew", () => {
  const watched = list();
  watched.add("a", 0);
  const dues = [100, 250, 475, 775].map((nowMs) => {
    expect(watched.takeDue(nowMs, 1)).toEqual(["a"]);
    return watched.nextDueMs();
  });
  expect(dues).toEqual([250, 475, 775, 1_075]);
  watched.hurry("a", 800);
  expect(watched.nextDueMs()).toBe(900);
});

test("of what is due the longest waiting comes first, and no more than asked for", () => {
  const watched = list();
  for (const [index, key] of ["a", "b", "c"].entries()) watched.add(key, index);
  expect(watched.takeDue(500, 2)).toEqual(["a", "b"]);
  expect(watched.takeDue(500, 2)).toEqual(["c"]);
});
