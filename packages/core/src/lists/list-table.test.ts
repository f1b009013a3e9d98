import { expect, test } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import { buildTable, changedTable, factsOfTables, type ListTable, TABLE_CHANGES_MAX } from "./index.ts";

const NOW = epochMs(1_772_442_000_000);
const inTwoParts = (left: string, right: string) => `${left}\u001f${right}`;

function tableOf(...keys: readonly string[]): ListTable {
  const builder = buildTable();
  builder.add(keys.map((key) => ({ key, entry: { cells: {} } })));
  return builder.finish();
}

const factsOf = (table: ListTable, now = NOW) => factsOfTables(new Map([["list", table]]), now);

test("[E5] an entry whose time is over is not there, in whatever way it is asked", () => {
  const table = changedTable(tableOf("stays"), [
    { key: "ends", entry: { cells: { level: 3 }, expiresAt: addMs(NOW, 10) } },
  ]) as ListTable;
  const [before, after] = [factsOf(table, addMs(NOW, 9)), factsOf(table, addMs(NOW, 10))];
  expect([before.has("list", ["ends"]), before.cell("list", ["ends"], "level"), before.keys("list")]).toEqual([
    true,
    3,
    ["stays", "ends"],
  ]);
  expect([after.has("list", ["ends"]), after.cell("list", ["ends"], "level"), after.keys("list")]).toEqual([
    false,
    undefined,
    ["stays"],
  ]);
});

test("[E6] whoever asks goes on seeing one moment, whatever is changed meanwhile", () => {
  const table = tableOf("a", "b");
  const facts = factsOf(table);
  const changed = changedTable(table, [{ key: "a" }, { key: "c", entry: { cells: {} } }]) as ListTable;
  expect([facts.has("list", ["a"]), facts.has("list", ["c"]), facts.keys("list")]).toEqual([true, false, ["a", "b"]]);
  const later = factsOf(changed);
  expect([later.has("list", ["a"]), later.has("list", ["c"]), later.keys("list")]).toEqual([false, true, ["b", "c"]]);
  const back = factsOf(changedTable(changed, [{ key: "a", entry: { cells: { x: 1 } } }]) as ListTable);
  expect(back.cell("list", ["a"], "x")).toBe(1);
});

test("keys of several parts are told apart, and a list or column that is not there has nothing", () => {
  const facts = factsOf(tableOf(inTwoParts("a", "b")));
  expect(facts.has("list", ["a", "b"])).toBe(true);
  expect(facts.has("list", [inTwoParts("a", "b")])).toBe(true);
  expect(facts.has("list", ["a", inTwoParts("b", "")])).toBe(false);
  expect(facts.cell("list", ["a", "b"], "constructor")).toBeUndefined();
  expect([facts.has("other", ["a"]), facts.keys("other"), facts.cell("other", ["a"], "x")]).toEqual([
    false,
    [],
    undefined,
  ]);
});

test("differences are few: with more of them the list is built anew", () => {
  const changes = Array.from({ length: TABLE_CHANGES_MAX }, (_, index) => ({ key: `k${index}` }));
  const full = changedTable(tableOf(), changes);
  expect(full?.changes.size).toBe(TABLE_CHANGES_MAX);
  expect(changedTable(full as ListTable, [{ key: "k0" }])).toBeDefined();
  expect(changedTable(full as ListTable, [{ key: "one more" }])).toBeUndefined();
});
