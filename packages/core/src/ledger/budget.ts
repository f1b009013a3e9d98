import type { EndpointBudget } from "../endpoint/index.ts";
import type { EpochMs } from "../kernel/index.ts";
import type { EndpointBook } from "./book.ts";
import { isKnown } from "./place.ts";
import type { LedgerPolicy } from "./policy.ts";

/** The page of the book as it is reported upward. */
export function budgetOf(book: EndpointBook, now: EpochMs, policy: LedgerPolicy): EndpointBudget {
  return {
    endpointId: book.endpointId,
    limit: policy.endpoint.limit,
    used: book.slots.length,
    foreign: book.slots.filter((slot) => slot.origin === "foreign").length,
    deferred: book.waiting.length,
    known: isKnown(book, now, policy),
    measuredAt: book.measuredAt ?? now,
  };
}
