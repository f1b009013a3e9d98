import { classOf } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import type { EndpointBook, Slot, Waiting } from "@cordon/core/ledger";
import { entryKey, type ForeignTask, type LedgerEntry, slotOf, waitingOf } from "./entry.ts";
import type { Page } from "./ledger-pages.ts";

/** Slots of open entries. Entries never change, so neither do theirs; a page with much open work asks for them at every admission. */
export type OpenSlots = Map<ActionId, { readonly entry: LedgerEntry; readonly slot: Slot | undefined }>;

function knownSlotOf(entry: LedgerEntry, openSlots: OpenSlots | undefined): Slot | undefined {
  const known = openSlots?.get(entryKey(entry));
  if (known?.entry === entry) return known.slot;
  const slot = slotOf(entry);
  openSlots?.set(entryKey(entry), { entry, slot });
  return slot;
}

/** The endpoint's page as the pure ledger sees it. `openSlots`: what earlier books of it found, kept up to date. */
export function buildBook(
  page: Pick<Page, "endpointId" | "open" | "settled" | "occupancy">,
  openSlots?: OpenSlots,
): EndpointBook {
  const slots: Slot[] = [];
  const waiting: Waiting[] = [];
  for (const entry of page.open.values()) {
    const slot = knownSlotOf(entry, openSlots);
    if (slot !== undefined) slots.push(slot);
    const waits = waitingOf(entry);
    if (waits !== undefined) waiting.push(waits);
  }
  for (const slot of page.settled.values()) slots.push(slot);
  for (const task of page.occupancy?.foreign ?? []) slots.push(slotOfForeign(task));
  const measuredAt = page.occupancy?.measuredAt;
  return {
    endpointId: page.endpointId,
    slots,
    waiting,
    ...(measuredAt === undefined ? {} : { measuredAt }),
  };
}

/**
 * The book of a page that an entry has just come to as the last of the open ones, without asking all others for their slots again: an
 * endpoint may have a hundred. Undefined: it is to be built anew.
 */
export function bookWithNew(page: Page, before: EndpointBook, entry: LedgerEntry): EndpointBook | undefined {
  if (waitingOf(entry) !== undefined) return undefined;
  const slot = knownSlotOf(entry, page.openSlots);
  if (slot === undefined) return before;
  const at = before.slots.length - page.settled.size - (page.occupancy?.foreign.length ?? 0);
  return { ...before, slots: before.slots.toSpliced(at, 0, slot) };
}

/** How long another's isolation or prevention should hold is not known, so it holds as long as its task is there [L1]. */
function slotOfForeign(task: ForeignTask): Slot {
  const lasting = task.kind === "isolateHost" || task.kind === "preventExecution";
  return {
    key: task.taskId,
    origin: "foreign",
    kind: task.kind,
    actionClass: task.kind === undefined ? undefined : classOf(task.kind),
    stage: "present",
    finished: task.finished,
    heldAt: task.createdAt,
    createdAt: task.createdAt,
    ...(lasting && task.finished ? { effectUntil: Number.POSITIVE_INFINITY } : {}),
  };
}
