import type { Page } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type { z } from "zod";

/** Reads a cursor that `pageFrom` made; anything else is `input.invalid`. */
export function readCursor<T extends z.ZodType>(schema: T, cursor: string | undefined): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("input.invalid", "unreadable cursor", {
      cause,
      details: { fields: [{ path: "cursor", message: "is not one that this list gave; start without it" }] },
    });
  }
}

/**
 * A page out of `limit + 1` rows: the one too many only tells that there is more. Rows that the asker may not see are left out, so that a
 * page may be shorter, or empty, and still have a next one.
 */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  toKey: (row: Row) => unknown,
  visible: (row: Row) => boolean = () => true,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.filter(visible).map(toItem), ...(more ? { nextCursor: encodeCursor(toKey(last)) } : {}) };
}

export function encodeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** A page of a list that the store gives whole, because people made its rows by hand: in order of its id. */
export function pageOfWhole<Row, Item>(
  rows: readonly Row[],
  page: { readonly limit: number; readonly after: string | undefined },
  toId: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const sorted = rows
    .filter((row) => page.after === undefined || toId(row) > page.after)
    .sort((left, right) => (toId(left) < toId(right) ? -1 : 1));
  return pageFrom(sorted, page.limit, toItem, toId);
}
