import type { ActionId } from "@cordon/core/kernel";
import { isUnsent, type LedgerEntry } from "./entry.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { Session } from "./uplink.ts";

/** What has not been sent is cancelled; anything else is told how far it is. */
export async function handleCancel(
  deps: { readonly ledger: SiteLedger; readonly onCancelled: (entry: LedgerEntry) => void },
  session: Session,
  cancel: { readonly actionId: ActionId; readonly reason: string },
): Promise<void> {
  const { ledger } = deps;
  const { actionId } = cancel;
  const entry = ledger.find(actionId);
  if (entry === undefined) {
    session.uplink.send({ kind: "cancelResult", actionId, outcome: "not_found" });
    return;
  }
  if (!isUnsent(entry)) {
    const outcome = entry.state === "cancelled" ? "cancelled" : "too_late";
    session.uplink.send({ kind: "cancelResult", actionId, outcome, state: entry.state });
    return;
  }
  ledger.move(actionId, "cancelled", { code: "action.cancelled", message: cancel.reason });
  deps.onCancelled(entry);
  await ledger.durable();
  session.uplink.send({ kind: "cancelResult", actionId, outcome: "cancelled", state: "cancelled" });
}
