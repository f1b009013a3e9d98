import type { ListCatalogue, ListShape } from "../rules/index.ts";
import type { ListDefinition } from "./definition.ts";

/** As rules are compiled against it. */
export function shapeOf({ kind, key, columns }: ListDefinition, entries?: number): ListShape {
  return {
    kind,
    keyParts: key.length,
    columns: columns.map(({ name }) => name),
    ...(entries === undefined ? {} : { entries }),
  };
}

export function catalogueOf(shapes: ReadonlyMap<string, ListShape>): ListCatalogue {
  return { names: [...shapes.keys()], shapeOf: (name) => shapes.get(name) };
}
