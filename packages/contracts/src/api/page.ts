import { epochMs } from "@cordon/core/kernel";
import * as z from "zod";

/** A page is at most the store's page; the default fits a screen and a few. */
export const PAGE_LIMITS = { default: 50, max: 500 } as const;

/** `nextCursor` of one page is the `cursor` of the next; it means nothing else and may change its form. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMITS.max).default(PAGE_LIMITS.default),
  cursor: z.string().min(1).max(1_024).optional(),
});

const queryTime = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform(epochMs)
  .describe("epoch milliseconds");
export const queryFrom = queryTime.optional();
export const queryTo = queryTime.optional();

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item).readonly(),
    nextCursor: z.string().optional().describe("absent on the last page"),
  });
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}
