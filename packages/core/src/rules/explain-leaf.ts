import type { FieldValue } from "../event/index.ts";
import type { Fields } from "./compile-leaf.ts";
import { cellValue } from "./compile-lists.ts";
import type { EvaluationFacts } from "./facts.ts";
import { type Cell, kinded, type RightSide, type WhenNode } from "./when.ts";

/** What the event, and what the lists say under its keys, to everything that a condition names. */
export function whatIsSaid(
  leaf: WhenNode,
  { fields, facts }: { readonly fields: Fields; readonly facts: EvaluationFacts },
): string {
  const ofField = (field: string): string => `${field} ${printValue(fields[field])}`;
  const ofCell = ({ list, key, column }: Cell): string => {
    const value = cellValue(facts.lists, list, key, column, fields);
    const found = value === undefined || value === "" ? "is absent" : `is ${shorten(JSON.stringify(value))}`;
    return [`${column} in ${list} ${found}`, ...key.map(ofField)].join(", and ");
  };
  const ofRight = ({ valueField, valueCell }: RightSide): readonly string[] => [
    ...(valueField === undefined ? [] : [ofField(valueField)]),
    ...(valueCell === undefined ? [] : [ofCell(valueCell)]),
  ];
  const known = kinded(leaf);
  switch (known.kind) {
    case "condition": {
      const { field, op } = known.node;
      const left = op === "during" ? `${field} ${printTime(fields[field])}` : ofField(field);
      return [left, ...ofRight(known.node)].join(", and ");
    }
    case "cell":
      return [ofCell(known.node.cell), ...ofRight(known.node)].join(", and ");
    case "entry":
      return known.node.key.map(ofField).join(", and ");
    case "vulnerability": {
      const { field, list } = known.node;
      return `${ofField(field)}, and ${ofCell({ list, key: [field], column: "cves" })}`;
    }
    default:
      return "it does not hold";
  }
}

const SHOWN_CHARS_MAX = 200;

function printValue(value: FieldValue | undefined): string {
  if (value === undefined) return "is absent from the event";
  return `is ${shorten(JSON.stringify(value))}`;
}

function printTime(value: FieldValue | undefined): string {
  const date = typeof value === "number" ? new Date(value) : undefined;
  const isTime = date !== undefined && !Number.isNaN(date.getTime());
  return isTime ? `is ${date.toISOString()}` : printValue(value);
}

export function shorten(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
