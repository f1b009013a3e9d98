import { z } from "zod";

/** The admin API's root. All times are epoch milliseconds, all durations carry their unit in the name. */
export const API_PREFIX = "/api/v1";

/** A page is at most the store's page; the default fits a screen and a few. */
export const PAGE_LIMITS = { default: 50, max: 500 } as const;

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** An id that a person gives: tenants, sites and rules. */
export const slug = z.string().regex(SLUG, "must be 1-64 characters of a-z, 0-9 and inner dashes");
/** An id that a machine made. */
export const foreignId = z.string().regex(/^[!-~]{1,128}$/, "must be 1-128 printable characters without white space");
export const displayName = z.string().trim().min(1).max(200);
export const epochMillis = z.number().int().describe("epoch milliseconds");

const queryTime = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe("epoch milliseconds");
export const queryFrom = queryTime.optional();
export const queryTo = queryTime.optional();

/** `nextCursor` of one page is the `cursor` of the next; it means nothing else and may change its form. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMITS.max).default(PAGE_LIMITS.default),
  cursor: z.string().min(1).max(1_024).optional(),
});

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

/** What every failing answer looks like, also of unknown routes. `code` is for programs; `message` and `mend` for people. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    mend: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type ErrorBody = z.output<typeof errorBody>;
