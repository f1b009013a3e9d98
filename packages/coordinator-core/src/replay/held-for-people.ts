import type { ActionId } from "@cordon/core/kernel";
import type { PlannedWrites } from "../ports/ingest-store.ts";

/** Actions that wait for a person; those that only wait for the one before them in a chain go on by themselves. */
export function heldForPeople({ approvals = [] }: PlannedWrites): ReadonlySet<ActionId> {
  return new Set(approvals.map(({ actionId }) => actionId));
}
