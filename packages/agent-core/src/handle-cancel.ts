import type { ActionId } from "@cordon/core/kernel";
import type { LedgerEntry } from "./entry.ts";
import type { SiteLedger } from "./site-ledger.ts";
import { isCertainlyUnsent, type Unproven } from "./unproven.ts";
import type { Session } from "./uplink.ts";

/** What has not been sent is cancelled; what may be at KSC, if it turns out not to be; anything else is told how far it is. */
export async function handleCancel(
  deps: {
    readonly ledger: SiteLedger;
    readonly unproven: Pick<Unproven, "has">;
    readonly onCancelled: (entry: LedgerEntry) => void;
    /** See `Runner.prove`. */
    readonly onDoubtful: (entry: LedgerEntry) => void;
  },
  session: Session,
  cancel: { readonly actionId: ActionId; readonly reason: string },
): Promise<void> {
  const { ledger, unproven } = deps;
  const { actionId } = cancel;
  const entry = ledger.find(actionId);
  if (entry === undefined) {
    session.uplink.send({ kind: "cancelResult", actionId, outcome: "not_found" });
    return;
  }
  const calledOff = { code: "action.cancelled", message: cancel.reason } as const;
  if (!isCertainlyUnsent(entry, unproven)) {
    if (entry.inDoubt || unproven.has(entry)) {
      ledger.amend(actionId, { calledOff }, "silent");
      if (unproven.has(entry)) deps.onDoubtful(entry);
      await ledger.durable();
    }
    const outcome = entry.state === "cancelled" ? "cancelled" : "too_late";
    session.uplink.send({ kind: "cancelResult", actionId, outcome, state: entry.state });
    return;
  }
  ledger.move(actionId, "cancelled", calledOff);
  deps.onCancelled(entry);
  await ledger.durable();
  session.uplink.send({ kind: "cancelResult", actionId, outcome: "cancelled", state: "cancelled" });
}
