import type { EndpointId } from "@cordon/core/kernel";
import { expect, it } from "vitest";
import { createLookQueue } from "./look-queue.ts";

const id = (name: string) => name as EndpointId;
const MINUTE_MS = 60_000;

it("[T1] whoever is left keeps its place, however often others are wanted anew", () => {
  const queue = createLookQueue();
  queue.want(id("first"), false, 0);
  queue.want(id("second"), false, 1);
  expect(queue.take(1, 2)).toEqual(["first"]);
  queue.want(id("first"), false, 3);
  queue.want(id("second"), false, 3);
  expect(queue.take(1, 4)).toEqual(["second"]);
  expect(queue.size).toBe(1);
});

it("[D7] containment goes first, but not before who has waited long", () => {
  const queue = createLookQueue();
  queue.want(id("scan"), false, 0);
  for (let at = 0; at < 2 * MINUTE_MS; at += MINUTE_MS) {
    queue.want(id("contain"), true, at);
    expect(queue.take(1, at)).toEqual(["contain"]);
  }
  queue.want(id("contain"), true, 2 * MINUTE_MS);
  expect(queue.take(1, 2 * MINUTE_MS)).toEqual(["scan"]);
});

it("one that containment comes to wait at becomes urgent, and keeps its place", () => {
  const queue = createLookQueue();
  queue.want(id("a"), false, 0);
  queue.want(id("b"), true, 1);
  queue.want(id("a"), true, 2);
  expect(queue.take(2, 3)).toEqual(["a", "b"]);
});
