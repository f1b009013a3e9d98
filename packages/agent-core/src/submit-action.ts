import { classOf } from "@cordon/core/action";
import type { ActionId, Clock, Logger } from "@cordon/core/kernel";
import type { ActingLease } from "./acting-lease.ts";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";
import { type Trouble, troubleOf, troubleOfCode } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import type { Edr, SentOrder, SubmitOutcome } from "./ports.ts";
import type { ReadyAhead } from "./ready-ahead.ts";
import { sentOrderOf } from "./riders.ts";
import type { SendGate } from "./send-gate.ts";
import type { AgentSettings } from "./settings.ts";
import { proveUnsent, settleDoubt, stored, waitForKsc } from "./settle-doubt.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import { holdBack, type SiteAnswer, type SiteWord } from "./site-policy/index.ts";
import { effectUnknown, expiredUnsent } from "./status-words.ts";
import type { Unproven } from "./unproven.ts";

/** What the runner does with the entry after one attempt. */
export type Attempt =
  /** KSC has it, or it is settled, or it waits for a slot: the runner is done with it. */
  | { readonly kind: "done" }
  /** It comes back after `afterMs`; its endpoint stays reserved for it when it is in doubt. */
  | { readonly kind: "again"; readonly afterMs: number };

export interface SubmitDeps {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly look: (endpointId: LedgerEntry["order"]["endpointId"]) => Promise<LookResult>;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly signal: AbortSignal;
  readonly gate: SendGate;
  readonly ahead: Pick<ReadyAhead, "synced" | "sent">;
  readonly acting: Pick<ActingLease, "mayAct" | "term">;
  readonly site: Pick<SiteWord, "admit" | "beforeSend" | "lastWord" | "stops">;
  /** How often in a row KSC said that an entry's request is not there; lost on a restart, which only asks again. */
  readonly absences: Map<ActionId, number>;
  readonly unproven: Unproven;
  /** KSC stored the request: it is watched from now on. */
  readonly onSubmitted: (entry: LedgerEntry) => void;
  /** A look showed something about the entry's endpoint. */
  readonly onLooked: (endpointId: LedgerEntry["order"]["endpointId"], result: LookResult) => void;
}

const DONE: Attempt = { kind: "done" };

/**
 * One attempt to bring one action to KSC. The order of its steps is what keeps D4, D5, D6 and L1: settle doubt, check the
 * deadline, check the turn and the slot, write the intent, send, write the answer.
 */
export async function attemptSubmit(deps: SubmitDeps, start: LedgerEntry): Promise<Attempt> {
  const { ledger, clock } = deps;
  const { term } = deps.acting;
  let entry = start;
  if (entry.inDoubt) {
    const settled = await settleDoubt(deps, entry);
    if (settled.kind !== "absent") return settled;
    entry = ledger.amend(entryKey(entry), { inDoubt: false }, "silent");
  } else if (deps.unproven.has(entry)) {
    const proven = await proveUnsent(deps, entry);
    if (proven !== undefined) return proven;
  }
  const { calledOff } = ledger.find(entryKey(entry)) ?? entry;
  if (calledOff !== undefined) {
    ledger.move(entryKey(entry), "cancelled", calledOff);
    return DONE;
  }
  if (entry.order.deadline <= clock.now()) {
    ledger.move(entryKey(entry), "expired", expiredUnsent);
    return DONE;
  }
  if (entry.sends >= deps.settings.doubt.sendsMax) {
    ledger.move(entryKey(entry), "unknown", effectUnknown(entry.sends));
    return DONE;
  }
  // Whoever acted meanwhile may have cancelled it, or heard KSC refuse it.
  if ((ledger.find(entryKey(entry)) ?? entry).awaitsOffer === true) return DONE;
  const held = await askSite(deps, entry);
  if (held !== undefined) return held;
  if (waitsForTurn(deps, ledger.find(entryKey(entry)) ?? entry)) return DONE;
  const slot = await claimSlot(deps, ledger.find(entryKey(entry)) ?? entry);
  if (slot.kind !== "claimed") return slot;
  // While the look was on its way it may have been cancelled, or its deadline passed.
  const latest = ledger.find(entryKey(entry));
  return latest !== undefined && isUnsent(latest) ? send(deps, latest, { term, blind: slot.blind }) : DONE;
}

/** [S4, S7] Before anything is written of it, so that what must not go leaves no doubt behind. */
async function askSite(deps: SubmitDeps, entry: LedgerEntry): Promise<Attempt | undefined> {
  let answer: SiteAnswer;
  try {
    answer = await deps.site.beforeSend(entry, deps.signal);
  } catch (thrown) {
    const trouble = troubleOf(thrown);
    deps.health.failed(trouble);
    return waitForKsc(deps, entry, trouble);
  }
  const latest = deps.ledger.find(entryKey(entry));
  return latest !== undefined && isUnsent(latest) ? holdBack(deps.ledger, latest, answer) : DONE;
}

/** [L6] It keeps its slot, and comes back when its turn comes. */
function waitsForTurn(deps: SubmitDeps, entry: LedgerEntry): boolean {
  const { ledger } = deps;
  const turn = ledger.turnOf(entry);
  if (turn === undefined) return false;
  const { at, reason: message } = turn;
  const paced = { code: "ledger.paced", message, earliest: at, pacedUntil: at, promoted: true } as const;
  if (entry.state !== "deferred") ledger.move(entryKey(entry), "deferred", paced);
  else ledger.amend(entryKey(entry), paced, entry.code === paced.code ? "silent" : "tell");
  return true;
}

/** What the decision to send rests on. */
interface Grounds {
  /** See `ActingLease.term`. */
  readonly term: number;
  /** KSC did not answer the look. */
  readonly blind: boolean;
}

/** The slot is asked for once more with fresh knowledge: others may have come since the admission [L1, L2]. */
async function claimSlot(
  deps: SubmitDeps,
  entry: LedgerEntry,
): Promise<Attempt | { readonly kind: "claimed"; readonly blind: boolean }> {
  const { ledger, health } = deps;
  let placement = ledger.place(entry, false);
  let failed: Trouble | undefined;
  if (placement.kind === "look_first") {
    try {
      deps.onLooked(entry.order.endpointId, await deps.look(entry.order.endpointId));
      health.succeeded();
    } catch (thrown) {
      failed = troubleOf(thrown);
      health.failed(failed);
    }
    placement = ledger.place(entry, failed !== undefined);
  }
  if (placement.kind === "room") return { kind: "claimed", blind: failed !== undefined };
  if (failed !== undefined) return waitForKsc(deps, entry, failed);
  const { reason, earliest } = placement.kind === "full" ? placement : { reason: "its endpoint is not known yet" };
  const words = { code: "ledger.full", message: reason, promoted: false } as const;
  const patch = { ...words, ...(earliest === undefined ? {} : { earliest }) };
  const telling = entry.code === words.code ? "silent" : "tell";
  if (entry.state !== "deferred") ledger.move(entryKey(entry), "deferred", patch);
  else ledger.amend(entryKey(entry), patch, telling, ["earliest", "pacedUntil"]);
  return DONE;
}

async function send(deps: SubmitDeps, unsent: LedgerEntry, grounds: Grounds): Promise<Attempt> {
  const { ledger, clock, site } = deps;
  const key = entryKey(unsent);
  const now = clock.now();
  endLate(deps, ledger.ridersOf(key));
  const riders = ledger.ridersOf(key);
  const order = sentOrderOf(unsent, riders);
  // What the site allows each of, it may not allow all at once.
  if (riders.length > 0 && site.admit(order) !== undefined) return sendApart(deps, unsent);
  const intent = {
    inDoubt: true,
    sends: unsent.sends + 1,
    firstSentAt: unsent.firstSentAt ?? now,
    lastSentAt: now,
    ...(order.serves === undefined ? {} : { serves: order.serves }),
  };
  const entry = ledger.move(key, "submitting", intent) ?? ledger.amend(key, intent, "silent", ["serves"]);
  const startedMs = clock.monotonicMs();
  await ledger.durable();
  deps.ahead.synced(clock.monotonicMs() - startedMs);
  return deps.gate.pass(classOf(entry.order.spec.kind), () => sendNow(deps, entry, order, grounds));
}

/** [M6] */
function sendApart(deps: SubmitDeps, entry: LedgerEntry): Attempt {
  deps.ledger.takeApart(entryKey(entry));
  return { kind: "again", afterMs: 0 };
}

/** [D6] Of those that were to go together: the others go without them. */
function endLate({ ledger, clock }: SubmitDeps, entries: readonly LedgerEntry[]): void {
  for (const entry of entries) {
    if (entry.calledOff !== undefined) ledger.move(entryKey(entry), "cancelled", entry.calledOff);
    else if (entry.order.deadline <= clock.now()) ledger.move(entryKey(entry), "expired", expiredUnsent);
  }
}

/** The intent is on disk, and it is this one's turn. */
async function sendNow(deps: SubmitDeps, entry: LedgerEntry, order: SentOrder, grounds: Grounds): Promise<Attempt> {
  const { ledger, clock, edr, health, acting, signal } = deps;
  const together = [entry, ...ledger.ridersOf(entryKey(entry))];
  const isCalledOff = () => together.some((one) => ledger.find(entryKey(one))?.calledOff !== undefined);
  const isOnTime = () => together.every((one) => one.order.deadline > clock.now()) && !isCalledOff();
  if (!isOnTime()) return withdraw(deps, entry);
  const said = deps.site.lastWord(entry);
  if (said.kind !== "go") {
    const unsent = ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
    return holdBack(ledger, unsent, said) ?? DONE;
  }
  // Since the attempt began another agent may have sent it: what KSC said before then is void.
  const mayAct = () => acting.term === grounds.term && acting.mayAct() && !deps.site.stops(entry.order.spec.kind);
  // While it waited for its turn and a session, looks may have shown tasks of others in its slot [L1, L2].
  const hasSlot = () => ledger.place(entry, grounds.blind).kind === "room";
  const mayGo = () => mayAct() && isOnTime() && hasSlot();
  const notGone = () => (mayAct() ? withdraw(deps, entry) : waitToAct(deps, entry));
  if (!mayGo()) return notGone();
  const startedMs = clock.monotonicMs();
  const outcome = await edr.submit(order, signal, mayGo).catch(outcomeOfThrown);
  const durationMs = clock.monotonicMs() - startedMs;
  deps.ahead.sent(durationMs);
  deps.logger.info("action.submit", {
    actionId: entry.order.actionId,
    endpointId: entry.order.endpointId,
    action: entry.order.spec.kind,
    outcome: outcome.kind,
    ...(order.serves === undefined ? {} : { serves: order.serves.length }),
    durationMs: Math.round(durationMs),
    ...(outcome.kind === "stored" ? { incidentId: outcome.incidentId } : { reason: outcome.message }),
  });
  switch (outcome.kind) {
    case "stored":
      health.succeeded();
      stored(deps, entry, { incidentId: outcome.incidentId });
      return DONE;
    case "answer_lost":
      ledger.amend(entryKey(entry), { code: "ksc.effect_unknown", message: LOST }, "tell");
      return { kind: "again", afterMs: deps.settings.doubt.settleMs };
    case "rejected":
      if (outcome.code === "agent.not_acting") return notGone();
      return rejected(deps, entry, order, troubleOfCode(outcome.code, outcome.message));
  }
}

/** Nothing of it left: it ends, or its slot is asked for anew. */
function withdraw(deps: SubmitDeps, entry: LedgerEntry): Attempt {
  deps.ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
  return { kind: "again", afterMs: 0 };
}

/** Nothing of it left. When this agent is the active one again, KSC is asked for it first. */
function waitToAct(deps: SubmitDeps, entry: LedgerEntry): Attempt {
  deps.ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
  deps.unproven.add(entryKey(entry));
  return { kind: "again", afterMs: deps.settings.kscBackoff.baseMs };
}

const LOST = "KSC's answer was lost; looking whether the request arrived before anything is sent again.";

/** A thrown `AppError` says that the call had no effect; anything else says nothing, so the worst is assumed. */
function outcomeOfThrown(thrown: unknown): SubmitOutcome {
  const trouble = troubleOf(thrown);
  if (trouble.code === "internal.unexpected") return { kind: "answer_lost", message: trouble.message };
  return { kind: "rejected", code: trouble.code, message: trouble.message };
}

function rejected(deps: SubmitDeps, entry: LedgerEntry, order: SentOrder, trouble: Trouble): Attempt {
  const { ledger, health } = deps;
  health.failed(trouble);
  if (trouble.reach === "never") {
    health.succeeded();
    if (order.spec !== entry.order.spec) {
      // Whose part of it KSC would not take, it does not say.
      return sendApart(deps, ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent"));
    }
    ledger.move(entryKey(entry), "refused", { inDoubt: false, code: trouble.code, message: trouble.message });
    return DONE;
  }
  // Nothing was stored, so this send does not count against those whose effect was in doubt.
  const clear = ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
  return waitForKsc(deps, clear, trouble);
}
