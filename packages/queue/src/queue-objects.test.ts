import { expect, test } from "vitest";
import { createQueueObjects } from "./queue-objects.ts";

test("an object is made once, and the least recently used goes when there are too many", () => {
  const objects = createQueueObjects<string>(2);
  let made = 0;
  const get = (name: string) => objects.get(name, () => `${name}${++made}`);
  expect([get("a"), get("b"), get("a")]).toEqual(["a1", "b2", "a1"]);
  get("c");
  expect(objects.size()).toBe(2);
  expect(get("a")).toBe("a1");
  expect(get("b")).toBe("b4");
});
