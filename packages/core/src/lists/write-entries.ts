import type { FieldValue } from "../event/index.ts";
import { EXPIRES_AT, type ListDefinition, type ListEntry } from "./definition.ts";
import { joinElements } from "./entry.ts";
import { headerOf, type ListFormat } from "./read-entries.ts";

/** What an export begins with; the empty text for JSON Lines. */
export function exportHead(definition: ListDefinition, format: ListFormat): string {
  return format === "csv" ? csvLine(headerOf(definition)) : "";
}

/** Entries as an import takes them back: what is exported and imported again is the same list. */
export function exportLines(definition: ListDefinition, format: ListFormat, entries: readonly ListEntry[]): string {
  const { columns } = definition;
  return entries
    .map(({ key, cells, expiresAt }) => {
      // An entry that stays must not be given the list's own term when it comes back.
      const end = expiresAt === undefined ? "never" : new Date(expiresAt).toISOString();
      if (format === "jsonl") return `${JSON.stringify({ key, cells, [EXPIRES_AT]: end })}\n`;
      return csvLine([...key, ...columns.map(({ name }) => cellText(cells[name])), end]);
    })
    .join("");
}

function cellText(value: FieldValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "object" ? joinElements(value) : String(value);
}

function csvLine(cells: readonly string[]): string {
  const line = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
  // One empty cell alone would be an empty line.
  return `${line === "" ? '""' : line}\n`;
}
