import { expect, test } from "vitest";
import { changeOfDefinition, definitionProblems, type ListDefinition } from "./index.ts";

const accounts: ListDefinition = {
  name: "accounts",
  kind: "contextTable",
  key: ["user", "domain"],
  columns: [
    { name: "level", type: "number" },
    { name: "home", type: "text" },
  ],
  description: "",
};

test("[E1] a list that is right has no problems, and a distinguished name is a name", () => {
  expect(definitionProblems(accounts)).toEqual([]);
  const group = {
    ...accounts,
    name: "CN=Domain Admins,CN=Users,DC=acme",
    kind: "category",
    key: ["account"],
    columns: [],
  };
  expect(definitionProblems(group as ListDefinition)).toEqual([]);
});

test.each<[string, Partial<ListDefinition>, RegExp]>([
  ["a name with a control character", { name: "a\nb" }, /control characters/],
  ["a name with a blank at its end", { name: "a " }, /blank at its ends/],
  ["a key without parts", { key: [] }, /1 to 5 parts, not 0/],
  ["a column named like a part of the key", { columns: [{ name: "user", type: "text" }] }, /"user" names two columns/],
  ["a column named like the end", { columns: [{ name: "expiresAt", type: "text" }] }, /says when an entry ends/],
  ["a column that an object has by itself", { columns: [{ name: "__proto__", type: "text" }] }, /cannot name a column/],
  ["a category with columns", { kind: "category", key: ["asset"] }, /a category has keys of one part and no columns/],
  ["a term of a second", { expireAfterMs: 1_000 }, /1 minute to 10 years/],
  [
    "too many columns",
    { columns: Array.from({ length: 21 }, (_, n) => ({ name: `c${n}`, type: "text" })) },
    /21 columns; at most 20/,
  ],
])("[E1] %s is named", (_, change, problem) => {
  expect(definitionProblems({ ...accounts, ...change })).toEqual([expect.stringMatching(problem)]);
});

test("[E2] kind, parts of the key and types of columns never change", () => {
  const changed = changeOfDefinition(accounts, {
    ...accounts,
    kind: "dictionary",
    key: ["user"],
    columns: [{ name: "level", type: "text" }],
  });
  expect(changed).toEqual({
    kind: "refused",
    problems: [
      expect.stringMatching(/of the kind contextTable; that never changes/),
      expect.stringMatching(/its keys have 2 parts; that never changes/),
      expect.stringMatching(/the column "level" holds number; that never changes.*remove the column/),
    ],
  });
});

test("[E2] a column that goes is told, for what stands in it goes along; nothing changed is no change", () => {
  const without = { ...accounts, columns: [{ name: "level", type: "number" } as const], description: "who may what" };
  expect(changeOfDefinition(accounts, without)).toEqual({ kind: "changed", droppedColumns: ["home"] });
  expect(changeOfDefinition(accounts, { ...accounts })).toEqual({ kind: "same" });
});
