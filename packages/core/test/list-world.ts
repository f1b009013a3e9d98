import type { FieldValue } from "../src/event/index.ts";
import type { ListCatalogue, ListFacts, ListKind } from "../src/rules/index.ts";

/** Lists of a tenant as a test writes them: an entry's key is its parts, joined by a bar. */
export type TestLists = Readonly<
  Record<
    string,
    {
      readonly kind: ListKind;
      readonly keyParts?: number;
      readonly entries: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
    }
  >
>;

export function listCatalogue(lists: TestLists): ListCatalogue {
  return {
    names: Object.keys(lists),
    shapeOf(name) {
      const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
      if (list === undefined) return undefined;
      const columns = [...new Set(Object.values(list.entries).flatMap((entry) => Object.keys(entry)))];
      return { kind: list.kind, keyParts: list.keyParts ?? 1, columns };
    },
  };
}

export function listFacts(lists: TestLists): ListFacts {
  const entry = (name: string, key: readonly string[]) => lists[name]?.entries[key.join("|")];
  return {
    has: (name, key) => entry(name, key) !== undefined,
    cell: (name, key, column) => entry(name, key)?.[column],
    keys: (name) => Object.keys(lists[name]?.entries ?? {}),
  };
}
