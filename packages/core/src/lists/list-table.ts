import type { FieldValue } from "../event/index.ts";
import type { EpochMs } from "../kernel/index.ts";
import type { ListFacts } from "../rules/index.ts";
import type { ListEntry } from "./definition.ts";
import { keyText } from "./entry.ts";

/** What memory keeps of an entry. */
interface Row {
  readonly cells: ListEntry["cells"];
  /** `Infinity`: it stays. */
  readonly expiresAt: number;
}

/** Most entries of large lists are just there; they share this. */
const PLAIN: Row = { cells: {}, expiresAt: Number.POSITIVE_INFINITY };

/**
 * The content of a list in memory. Never changed: a change is another table, which shares the base and has its own few
 * differences, so that whoever holds one goes on seeing one moment [E6].
 */
export interface ListTable {
  readonly base: ReadonlyMap<string, Row>;
  /** By key, what is otherwise than in the base; null: it is gone. */
  readonly changes: ReadonlyMap<string, Row | null>;
}

/** So many differences are looked up, and copied with each change; with more of them the list is built anew. */
export const TABLE_CHANGES_MAX = 10_000;

/** A change of an entry, by `keyText`. Without an entry: it is gone. */
export interface EntryChange {
  readonly key: string;
  readonly entry?: Pick<ListEntry, "cells" | "expiresAt">;
}

/** Takes a list page by page, for its first table. */
export interface TableBuilder {
  add(entries: readonly EntryChange[]): void;
  finish(): ListTable;
}

export function buildTable(): TableBuilder {
  const base = new Map<string, Row>();
  return {
    add(entries) {
      for (const { key, entry } of entries) if (entry !== undefined) base.set(key, toRow(entry));
    },
    finish: () => ({ base, changes: new Map() }),
  };
}

/** Undefined: there are too many differences by now; build it anew. */
export function changedTable(table: ListTable, changes: readonly EntryChange[]): ListTable | undefined {
  const all = new Map(table.changes);
  for (const { key, entry } of changes) all.set(key, entry === undefined ? null : toRow(entry));
  return all.size > TABLE_CHANGES_MAX ? undefined : { base: table.base, changes: all };
}

function toRow({ cells, expiresAt }: Pick<ListEntry, "cells" | "expiresAt">): Row {
  if (expiresAt !== undefined) return { cells, expiresAt };
  for (const _ in cells) return { cells, expiresAt: Number.POSITIVE_INFINITY };
  return PLAIN;
}

/** What the lists say at one moment [E5], [E6]. A list that is not among them has nothing in it. */
export function factsOfTables(tables: ReadonlyMap<string, ListTable>, now: EpochMs): ListFacts {
  const rowOf = (list: string, key: readonly string[]): Row | undefined => {
    const table = tables.get(list);
    if (table === undefined) return undefined;
    const text = keyText(key);
    const changed = table.changes.size === 0 ? undefined : table.changes.get(text);
    const row = changed === undefined ? table.base.get(text) : changed;
    return row === undefined || row === null || row.expiresAt <= now ? undefined : row;
  };
  const walked = new Map<string, readonly string[]>();
  return {
    has: (list, key) => rowOf(list, key) !== undefined,
    cell: (list, key, column): FieldValue | undefined => {
      const cells = rowOf(list, key)?.cells;
      return cells !== undefined && Object.hasOwn(cells, column) ? cells[column] : undefined;
    },
    keys(list) {
      const known = walked.get(list);
      if (known !== undefined) return known;
      const table = tables.get(list);
      const keys = table === undefined ? [] : keysOf(table, now);
      walked.set(list, keys);
      return keys;
    },
  };
}

function keysOf({ base, changes }: ListTable, now: EpochMs): readonly string[] {
  const keys: string[] = [];
  for (const [key, row] of base) if (row.expiresAt > now && !changes.has(key)) keys.push(key);
  for (const [key, row] of changes) if (row !== null && row.expiresAt > now) keys.push(key);
  return keys;
}
