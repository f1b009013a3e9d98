import type { FieldCatalogue } from "@cordon/core/event";
import { nearestName } from "@cordon/core/rules";
import type { AddNote } from "./note.ts";
import type { Raw } from "./raw.ts";

/** What a filter is converted with. */
export interface FilterContext {
  readonly catalogue: FieldCatalogue;
  readonly note: AddNote;
  /** Filters that came along, by id: for references that carry no copy. */
  readonly filters: ReadonlyMap<string, Raw>;
  /** Names of lists that came along, by id. */
  readonly listNames: ReadonlyMap<string, string>;
  /** Ids of the filters that are being converted, outermost first: a cycle meets itself here. */
  readonly inside: readonly string[];
}

/** A field that rules know; otherwise a note says why not. */
export function readField(name: string, path: string, { catalogue, note }: FilterContext): string | undefined {
  if (name === "") {
    note("blocked", path, "names no event field");
    return undefined;
  }
  if (name.startsWith("$")) {
    note("blocked", path, `${name} is a local variable of a correlation rule; outside of it nobody computes it`);
    return undefined;
  }
  if (catalogue.typeOf(name) !== undefined) return name;
  const near = nearestName(name, catalogue.names);
  note("blocked", path, `"${name}" is no event field${near === undefined ? "" : `; did it mean ${near}?`}`);
  return undefined;
}

/** The name under which the tenant must have a list; KUMA refers to it by id. */
export function readListName(
  id: string,
  what: string,
  keys: readonly string[],
  path: string,
  context: FilterContext,
): string | undefined {
  if (id === "") {
    context.note("blocked", path, `names no ${what}`);
    return undefined;
  }
  const name = context.listNames.get(id) ?? id;
  const key = keys.length === 0 ? "" : `, whose key is made of ${keys.join(", ")}`;
  context.note("needs", path, `${what} "${name}"${key}: the tenant must have a list of this name`);
  return name;
}
