import type { FieldValue } from "@cordon/core/event";
import type { ListFacts, ListShape } from "@cordon/core/rules";
import type { RuleTestFile } from "./rule-test-schema.ts";

type TestList = NonNullable<RuleTestFile["lists"]>[number];

/** The lists of a test file: their shapes, to compile rules against, and what they hold. */
export interface TestLists {
  readonly shapes: ReadonlyMap<string, ListShape>;
  readonly facts: ListFacts;
}

export function toLists(lists: readonly TestList[]): TestLists {
  const tables = new Map<string, ReadonlyMap<string, Readonly<Record<string, FieldValue>>>>(
    lists.map(({ name, entries }) => [name, new Map(entries.map(({ key, cells = {} }) => [keyOf(key), cells]))]),
  );
  return {
    shapes: new Map(
      lists.map(({ name, kind, keyParts = 1, columns = [], entries }) => [
        name,
        { kind, keyParts, columns, entries: entries.length },
      ]),
    ),
    facts: {
      has: (list, key) => tables.get(list)?.has(keyOf(key)) ?? false,
      cell: (list, key, column) => tables.get(list)?.get(keyOf(key))?.[column],
      keys: (list) =>
        [...(tables.get(list)?.keys() ?? [])].map((key) => (JSON.parse(key) as readonly string[])[0] ?? ""),
    },
  };
}

function keyOf(key: readonly string[]): string {
  return JSON.stringify(key);
}
