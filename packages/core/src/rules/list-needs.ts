import type { FieldCatalogue } from "../event/index.ts";
import type { RuleId } from "../kernel/index.ts";
import { KIND_NAMES } from "./compile-context.ts";
import { KIND_OF_ENTRY } from "./compile-lists.ts";
import { type ListCatalogue, type ListKind, WALKED_ENTRIES_MAX } from "./facts.ts";
import type { Rule } from "./rule.ts";
import { type Cell, kinded, type RightSide, type WhenNode } from "./when.ts";

/** What a rule asks of one of the tenant's lists [R27]. */
export interface ListNeed {
  readonly list: string;
  readonly ruleId: RuleId;
  /** Absent: any kind does. */
  readonly kind?: ListKind;
  readonly keyParts: number;
  readonly columns: readonly string[];
  /** It looks at one key after the other, so the list must stay short. */
  readonly walks: boolean;
}

/** Each need of each rule, those within counts included. */
export function listNeeds(rules: readonly Pick<Rule, "id" | "when">[], catalogue: FieldCatalogue): readonly ListNeed[] {
  const needs = new Map<string, ListNeed>();
  for (const { id, when } of rules) {
    visit(when, catalogue, (need) => needs.set(JSON.stringify([id, need]), { ruleId: id, ...need }));
  }
  return [...needs.values()];
}

/** In sentences, what the lists do not have that the rules need; empty when all is there. */
export function unmetNeeds(needs: readonly ListNeed[], lists: ListCatalogue): readonly string[] {
  return needs.flatMap((need) => {
    const unmet = unmetNeed(need, lists);
    return unmet === undefined ? [] : [`rule "${need.ruleId}" ${unmet}`];
  });
}

function unmetNeed({ list, kind, keyParts, columns, walks }: ListNeed, lists: ListCatalogue): string | undefined {
  const shape = lists.shapeOf(list);
  const what = kind === undefined ? "the list" : KIND_NAMES[kind].replace(/^an? /, "the ");
  if (shape === undefined) return `needs ${what} "${list}"`;
  if (kind !== undefined && shape.kind !== kind) return `needs ${what} "${list}", and it is ${KIND_NAMES[shape.kind]}`;
  if (shape.keyParts !== keyParts) return `needs keys of ${keyParts} in "${list}", and they have ${shape.keyParts}`;
  const missing = columns.find((column) => !shape.columns.includes(column));
  if (missing !== undefined) return `needs the column "${missing}" of "${list}"`;
  if (!walks || (shape.entries ?? 0) <= WALKED_ENTRIES_MAX) return undefined;
  return `compares with each key of "${list}", which may then have at most ${WALKED_ENTRIES_MAX} entries`;
}

type Need = Omit<ListNeed, "ruleId">;

function visit(node: WhenNode, catalogue: FieldCatalogue, found: (need: Need) => void): void {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any":
      for (const child of known.nodes) visit(child, catalogue, found);
      return;
    case "not":
      visit(known.node, catalogue, found);
      return;
    case "count":
      visit(known.node.count.of, catalogue, found);
      return;
    case "entry": {
      const { op, list, key } = known.node;
      found({ list, kind: KIND_OF_ENTRY[op], keyParts: key.length, columns: [], walks: false });
      return;
    }
    case "vulnerability":
      found({
        list: known.node.list,
        kind: "contextTable",
        keyParts: 1,
        columns: ["cves", "severities"],
        walks: false,
      });
      return;
    case "cell":
      cell(known.node.cell, found);
      right(known.node, undefined, catalogue, found);
      return;
    case "condition": {
      const { field, op, value } = known.node;
      if (op === "inCategory" || op === "inActiveDirectoryGroup" || op === "TIDetect") {
        for (const name of [value].flat()) {
          found({ list: String(name), kind: "category", keyParts: 1, columns: [], walks: false });
        }
      }
      right(known.node, field, catalogue, found);
    }
  }
}

function cell({ list, key, column }: Cell, found: (need: Need) => void): void {
  found({ list, keyParts: key.length, columns: [column], walks: false });
}

function right(
  node: RightSide & { readonly op: string; readonly ignoreCase?: boolean },
  field: string | undefined,
  catalogue: FieldCatalogue,
  found: (need: Need) => void,
): void {
  if (node.valueCell !== undefined) cell(node.valueCell, found);
  if (node.valueList === undefined) return;
  const type = field === undefined ? undefined : catalogue.typeOf(field);
  const walks = !isLookedUp(node) || (type !== "text" && type !== "texts");
  found({ list: node.valueList, keyParts: 1, columns: [], walks });
}

/** [R15] Text is looked up under its key; everything else is compared with one key after the other. */
export function isLookedUp({ op, ignoreCase }: { readonly op: string; readonly ignoreCase?: boolean }): boolean {
  return (op === "=" || op === "!=" || op === "in" || op === "intersect") && ignoreCase !== true;
}
