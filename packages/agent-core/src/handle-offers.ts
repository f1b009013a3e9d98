import { type ActionOrder, isActionKind, parseActionArgs } from "@cordon/core/action";
import type { Clock, EndpointId, EpochMs, Logger } from "@cordon/core/kernel";
import type { LedgerEntry } from "./entry.ts";
import type { AgentSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { SiteWord } from "./site-policy/index.ts";
import type { Session, Verdict } from "./uplink.ts";

export interface OfferDeps {
  readonly ledger: SiteLedger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly site: Pick<SiteWord, "admit">;
  /** Whether this ledger may lack what was first offered then: since then it may have been lost, or set back to an older copy. */
  readonly mayLack: (firstOfferedAt: EpochMs) => boolean;
  /** Admitted with a slot: the runner may have it. */
  readonly onAdmitted: (entry: LedgerEntry) => void;
  /** It was in the book, and the coordinator still wants it. */
  readonly onOfferedAgain: (entry: LedgerEntry) => void;
  /** Admitted without one. */
  readonly onDeferred: (endpointId: EndpointId) => void;
}

interface Offer {
  readonly order: ActionOrder;
  readonly epoch: number;
  /** See `Offer.firstOfferedAt` of the protocol. */
  readonly firstOfferedAt?: EpochMs;
}

/**
 * An offer becomes an entry, and its receipt goes out when the entry is on disk [D5]. Offers of one turn of the event loop
 * share one transaction, and the runner's intent for what it can send at once joins the same one.
 */
export async function handleOffer(deps: OfferDeps, session: Session, offer: Offer): Promise<void> {
  const verdict = decide(deps, session, offer);
  // Nothing of a refusal is on disk, and a disk that takes nothing is a reason for one.
  if (verdict.kind !== "refused") await deps.ledger.durable();
  const { actionId, endpointId } = offer.order;
  // An accepted offer is told by what is made of it.
  deps.logger[verdict.kind === "refused" ? "warn" : "debug"]("offer.receive", {
    actionId,
    endpointId,
    action: offer.order.spec.kind,
    outcome: verdict.kind,
    ...(verdict.kind === "refused" ? { code: verdict.code, reason: verdict.message } : {}),
  });
  session.uplink.send({ kind: "receipt", actionId, verdict });
}

function decide(deps: OfferDeps, session: Session, offer: Offer): Verdict {
  const { ledger, settings } = deps;
  if (offer.epoch !== session.epoch || offer.epoch < ledger.meta.epoch) {
    const message = `the offer carries epoch ${offer.epoch}, this session has ${session.epoch}`;
    return { kind: "refused", code: "session.stale_epoch", message };
  }
  const known = ledger.find(offer.order.actionId);
  if (known !== undefined) {
    if (known.awaitsOffer === true)
      deps.onOfferedAgain(ledger.amend(known.order.actionId, {}, "silent", ["awaitsOffer"]));
    return { kind: "duplicate", state: known.state };
  }
  // The agent has the last word: what the wire carried is checked like any other input.
  const { kind, ...args } = offer.order.spec;
  const parsed = isActionKind(kind) ? parseActionArgs(kind, args) : undefined;
  if (parsed === undefined) {
    return { kind: "refused", code: "wire.unsupported_action", message: `this agent does not know ${String(kind)}` };
  }
  if (!parsed.ok) {
    const message = parsed.problems.map(({ argument, problem }) => `${argument} ${problem}`).join("; ");
    return { kind: "refused", code: "action.invalid_arguments", message };
  }
  const said = deps.site.admit({ ...offer.order, spec: parsed.spec });
  if (said !== undefined) return { kind: "refused", code: said.code, message: said.reason };
  const waiting = ledger.meta.statusSeq - ledger.meta.statusAcked;
  if (ledger.openCount >= settings.openEntriesMax || waiting >= settings.outboxMax) {
    const message = `${ledger.openCount} actions are open and ${waiting} reports wait for the coordinator`;
    return { kind: "refused", code: "agent.overloaded", message };
  }
  const order = { ...offer.order, spec: parsed.spec };
  const { firstOfferedAt } = offer;
  const inDoubtSince = firstOfferedAt !== undefined && deps.mayLack(firstOfferedAt) ? firstOfferedAt : undefined;
  const { admission, entry } = ledger.admit(order, undefined, inDoubtSince);
  if (admission.kind === "refused") return admission;
  if (admission.kind === "duplicate") return admission;
  // One that rides with another goes when that one does.
  if (entry === undefined || entry.servedBy !== undefined) return { kind: "accepted" };
  if (admission.placement === "held") deps.onAdmitted(entry);
  else deps.onDeferred(entry.order.endpointId);
  return { kind: "accepted" };
}
