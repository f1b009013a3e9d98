import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anEvent, CAUSE } from "../../test/rule-builders.ts";
import { addMs, epochMs } from "../kernel/index.ts";
import { createCountBook } from "./count-book.ts";
import { COUNT_GROUP_LIMITS, type CountGroup, countAt, withMarks } from "./count-group.ts";
import { type Counter, counterOf, groupOf, marksOf } from "./counters.ts";

const BEGIN = epochMs(1_772_442_000_000);
const MINUTE_MS = 60_000;
const aCounter = (parts: Partial<Counter> = {}): Counter => ({
  id: "cnt",
  of: CAUSE,
  by: [],
  windowMs: 10 * MINUTE_MS,
  atLeastMax: 3,
  ...parts,
});
const empty = (counter: Counter): CountGroup => ({ counter, group: "[]", at: [] });

/** Steps of time forth, and now and then back by no more than is promised, each with what it is told apart by. */
const stream = fc.array(
  fc.record({
    step: fc.integer({ min: 0, max: 3 * MINUTE_MS }),
    late: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      fc.integer({ min: 0, max: COUNT_GROUP_LIMITS.lateMsMax - 1 }),
    ),
    text: fc.constantFrom("a", "b", "c", "d"),
  }),
  { maxLength: 60 },
);

describe("[R28] what is kept of a group", () => {
  it.each([aCounter(), aCounter({ distinct: "SourceUserName" })])(
    "answers every event, also one that comes five minutes late, as if everything had been kept: distinct $distinct",
    (counter) => {
      fc.assert(
        fc.property(stream, (steps) => {
          let newest = BEGIN;
          let group = empty(counter);
          const all: { readonly at: number; readonly text: string }[] = [];
          for (const { step, late, text } of steps) {
            newest = addMs(newest, step);
            const at = addMs(newest, -late);
            all.push({ at, text });
            group = withMarks(group, at, [counter.distinct === undefined ? "" : text]);
            const inside = all.filter((each) => each.at > at - counter.windowMs && each.at <= at);
            const expected =
              counter.distinct === undefined ? inside.length : new Set(inside.map((each) => each.text)).size;
            expect(countAt(group, at)).toBe(expected);
          }
        }),
      );
    },
  );

  it("is bounded, whatever comes, and the flood of one text drowns no other", () => {
    const limits = { lateMsMax: 5 * MINUTE_MS, spareMarksMax: 10 } as unknown as typeof COUNT_GROUP_LIMITS;
    const counter = aCounter({ distinct: "SourceUserName" });
    let group = withMarks(empty(counter), BEGIN, ["quiet", "calm"], limits);
    for (let index = 0; index < 500; index++) {
      group = withMarks(group, addMs(BEGIN, index), ["loud"], limits);
      expect(group.at.length).toBeLessThanOrEqual(13);
    }
    expect(countAt(group, addMs(BEGIN, 500))).toBe(3);
    let plain = empty(aCounter());
    for (let index = 0; index < 500; index++) plain = withMarks(plain, addMs(BEGIN, index), [""], limits);
    expect(plain.at).toHaveLength(13);
    expect(countAt(plain, addMs(BEGIN, 500))).toBeGreaterThanOrEqual(3);
  });

  it("a book that is opened on what another one kept goes on as if it were that one", () => {
    const counter = aCounter({ by: ["SourceAddress"] });
    const events = Array.from({ length: 30 }, (_, index) => ({
      ...anEvent({ SourceAddress: `10.0.0.${index % 3}` }, `e${index}`),
      timestamp: addMs(BEGIN, index * MINUTE_MS),
    }));
    const one = createCountBook();
    let kept: readonly CountGroup[] = [];
    for (const event of events) {
      const group = groupOf(event.fields, counter.by);
      const answer = one.record(event, [counter]).count(counter.id, group);
      const next = createCountBook(kept);
      expect(next.record(event, [counter]).count(counter.id, group)).toBe(answer);
      const changed = new Map(next.met().map((each) => [each.group, each]));
      kept = [...kept.filter((each) => !changed.has(each.group)), ...changed.values()];
    }
  });

  it("a text that no record can hold stands for itself by its hash, and is told apart from others", () => {
    const counter = counterOf(
      { of: { field: "Name", op: "=", value: "x" }, distinct: "Name", windowMs: 1, atLeast: 1 },
      undefined,
    );
    const marks = marksOf({ Name: ["a\0", "b\0", "a\ud800", "a"] }, counter);
    expect(new Set(marks).size).toBe(4);
    expect(marks.every((text) => text.isWellFormed() && !text.includes("\0"))).toBe(true);
  });

  it("a long text and a long group stand for themselves by their hash", () => {
    const long = "x".repeat(5_000);
    const group = groupOf({ SourceAddress: long }, ["SourceAddress"]);
    expect(group.length).toBeLessThan(100);
    expect(group).not.toBe(groupOf({ SourceAddress: `${long}x` }, ["SourceAddress"]));
  });
});
