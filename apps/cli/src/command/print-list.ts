import type { Listed } from "../api/api-client.ts";
import { type Column, formatTable } from "../show/table.ts";
import type { Host } from "./host.ts";
import type { Look } from "./watch.ts";

/** `{"items": […], "more": false}`, or a table; nothing is cut off without a word. */
export function listLook<T>(listed: Listed<T>, columns: readonly Column<T>[]): Look {
  return {
    value: { items: listed.items, more: listed.more },
    text: () => {
      if (listed.items.length === 0) return "Nothing fits.";
      const table = formatTable(columns, listed.items);
      const { length } = listed.items;
      return listed.more ? `${table}\n… there are more than these ${length}; --limit shows further ones.` : table;
    },
  };
}

export function printList<T>(host: Host, listed: Listed<T>, columns: readonly Column<T>[]): void {
  const { value, text } = listLook(listed, columns);
  host.print(value, text);
}
