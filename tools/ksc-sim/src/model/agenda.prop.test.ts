import fc from "fast-check";
import { expect, test } from "vitest";
import { createAgenda } from "./agenda.ts";

test("entries run in order of their due time, equals in the order they were added, each at its own time", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(30), { minLength: 1 }), (dues, steps) => {
      const agenda = createAgenda(0);
      const ran: [due: number, order: number][] = [];
      for (const [order, due] of dues.entries()) {
        agenda.add(due, () => {
          expect(agenda.now()).toBe(due);
          ran.push([due, order]);
        });
      }
      let now = 0;
      for (const step of steps) {
        now += step;
        agenda.runUntil(now);
        expect(agenda.now()).toBe(now);
        expect(ran).toHaveLength(dues.filter((due) => due <= now).length);
      }
      const expected = dues.map((due, order): [number, number] => [due, order]).filter(([due]) => due <= now);
      expect(ran).toEqual(expected.sort(([a, x], [b, y]) => a - b || x - y));
      expect(agenda.size).toBe(dues.length - ran.length);
    }),
  );
});

test("what an entry adds for a time already passed runs in the same step", () => {
  const agenda = createAgenda(0);
  const ran: string[] = [];
  agenda.add(10, () => {
    ran.push("first");
    agenda.add(15, () => ran.push("chained"));
  });
  agenda.add(20, () => ran.push("last"));
  agenda.runUntil(100);
  expect(ran).toEqual(["first", "chained", "last"]);
});
