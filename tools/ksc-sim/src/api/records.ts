import type { SortOrder } from "../http/arguments.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { isWrapped } from "../model/values.ts";

export type Reader<T> = (item: T, name: string) => KscValue | undefined;

/** A record with the asked fields; what the object lacks is left out (K8). No fields asked: all there are. */
export function project<T>(item: T, fields: readonly string[], all: readonly string[], read: Reader<T>): KscParams {
  const record: KscParams = {};
  for (const name of fields.length === 0 ? all : fields) {
    const value = read(item, name);
    if (value !== undefined) record[name] = value;
  }
  return record;
}

/** Sorts by the asked fields, in order; records that lack a field come first, as NULL does. Keeps the order of equals. */
export function sortRecords<T>(items: readonly T[], orders: readonly SortOrder[], read: Reader<T>): readonly T[] {
  if (orders.length === 0) return items;
  const keyed = items.map((item) => ({ item, keys: orders.map((order) => sortKey(read(item, order.name))) }));
  keyed.sort((a, b) => {
    for (const [index, order] of orders.entries()) {
      const difference = compareKeys(a.keys[index], b.keys[index]);
      if (difference !== 0) return order.ascending ? difference : -difference;
    }
    return 0;
  });
  return keyed.map((entry) => entry.item);
}

type SortKey = string | number | undefined;

function sortKey(value: KscValue | undefined): SortKey {
  if (typeof value === "string") return value.toLowerCase();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return Number(value);
  // ISO times sort as text; a long sorts as a number.
  if (isWrapped(value)) return sortKey(value.value as KscValue);
  return undefined;
}

function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}
