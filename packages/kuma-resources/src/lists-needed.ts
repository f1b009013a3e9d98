import type { FieldCatalogue } from "@cordon/core/event";
import { ruleId } from "@cordon/core/kernel";
import { LIST_KINDS, type ListKind, type ListNeed, listNeeds, type WhenNode } from "@cordon/core/rules";
import type { KumaResource } from "./read-resources.ts";

/** A list that the tenant must have before what was carried over can be published. */
export interface NeededList {
  readonly name: string;
  readonly kind: ListKind;
  /** How many parts its keys have. */
  readonly keyParts: number;
  readonly columns: readonly string[];
}

/** Each list that the conditions name, once, with all that any of them asks of it; by name. */
export function listsNeeded(
  whens: readonly WhenNode[],
  resources: readonly KumaResource[],
  catalogue: FieldCatalogue,
): readonly NeededList[] {
  const needs = listNeeds(
    whens.map((when, index) => ({ id: ruleId(`condition-${index}`), when })),
    catalogue,
  );
  const lists = Array.from(
    Map.groupBy(needs, ({ list }) => list),
    ([name, own]): NeededList => {
      return {
        name,
        kind: kindOf(name, own, resources),
        // Where conditions do not agree, the first one works; the others are mistakes at check.
        keyParts: own[0]?.keyParts ?? 1,
        columns: [...new Set(own.flatMap(({ columns }) => columns))],
      };
    },
  );
  return lists.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** As a condition says it, else as the list's own resource does; a lookup alone works on all that have columns. */
function kindOf(name: string, needs: readonly ListNeed[], resources: readonly KumaResource[]): ListKind {
  const said = needs.find(({ kind }) => kind !== undefined)?.kind;
  const own = resources.find((resource) => resource.name === name)?.kind;
  return said ?? LIST_KINDS.find((kind) => kind === own) ?? "contextTable";
}
