import { classOf } from "@cordon/core/action";
import { type ActionId, addMs, type Clock, type Logger } from "@cordon/core/kernel";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";
import { type Trouble, troubleOf, troubleOfCode } from "./ksc-trouble.ts";
import type { LookResult } from "./look.ts";
import type { Edr, SubmitOutcome } from "./ports.ts";
import type { SendGate } from "./send-gate.ts";
import type { AgentSettings } from "./settings.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import { holdBack, type SiteAnswer, type SiteWord } from "./site-policy/index.ts";
import { effectUnknown, expiredUnsent } from "./status-words.ts";

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
  readonly site: Pick<SiteWord, "beforeSend" | "lastWord">;
  /** How often in a row KSC said that an entry's request is not there; lost on a restart, which only asks again. */
  readonly absences: Map<ActionId, number>;
  /** KSC stored the request: it is watched from now on. */
  readonly onSubmitted: (entry: LedgerEntry) => void;
  /** A look showed something about the entry's endpoint. */
  readonly onLooked: (endpointId: LedgerEntry["order"]["endpointId"], result: LookResult) => void;
}

const DONE: Attempt = { kind: "done" };

/**
 * One attempt to bring one action to KSC. The order of its steps is what keeps D4, D5, D6 and L1: settle doubt, check the
 * deadline, check the slot, write the intent, send, write the answer.
 */
export async function attemptSubmit(deps: SubmitDeps, start: LedgerEntry): Promise<Attempt> {
  const { ledger, clock } = deps;
  let entry = start;
  if (entry.inDoubt) {
    const settled = await settleDoubt(deps, entry);
    if (settled.kind !== "absent") return settled;
    entry = ledger.amend(entryKey(entry), { inDoubt: false }, "silent");
  }
  if (entry.order.deadline <= clock.now()) {
    ledger.move(entryKey(entry), "expired", expiredUnsent);
    return DONE;
  }
  if (entry.sends >= deps.settings.doubt.sendsMax) {
    ledger.move(entryKey(entry), "unknown", effectUnknown(entry.sends));
    return DONE;
  }
  const held = await askSite(deps, entry);
  if (held !== undefined) return held;
  const slot = await claimSlot(deps, entry);
  if (slot !== undefined) return slot;
  // While the look was on its way it may have been cancelled, or its deadline passed.
  const latest = ledger.find(entryKey(entry));
  return latest !== undefined && isUnsent(latest) ? send(deps, latest) : DONE;
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

/** The slot is asked for once more with fresh knowledge: others may have come since the admission [L1, L2]. */
async function claimSlot(deps: SubmitDeps, entry: LedgerEntry): Promise<Attempt | undefined> {
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
  if (placement.kind === "room") return undefined;
  if (failed !== undefined) return waitForKsc(deps, entry, failed);
  const { reason, earliest } = placement.kind === "full" ? placement : { reason: "its endpoint is not known yet" };
  const words = { code: "ledger.full", message: reason, ...(earliest === undefined ? {} : { earliest }) } as const;
  if (entry.state === "deferred") ledger.amend(entryKey(entry), { promoted: false, ...words }, "silent");
  else ledger.move(entryKey(entry), "deferred", { promoted: false, ...words });
  return DONE;
}

async function send(deps: SubmitDeps, unsent: LedgerEntry): Promise<Attempt> {
  const { ledger, clock } = deps;
  const now = clock.now();
  const intent = { inDoubt: true, sends: unsent.sends + 1, firstSentAt: unsent.firstSentAt ?? now, lastSentAt: now };
  const entry = ledger.move(entryKey(unsent), "submitting", intent) ?? ledger.amend(entryKey(unsent), intent, "silent");
  await ledger.durable();
  return deps.gate.pass(classOf(entry.order.spec.kind), () => sendNow(deps, entry));
}

/** The intent is on disk, and it is this one's turn. */
async function sendNow(deps: SubmitDeps, entry: LedgerEntry): Promise<Attempt> {
  const { ledger, clock, edr, health, signal } = deps;
  if (entry.order.deadline <= clock.now()) {
    ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
    ledger.move(entryKey(entry), "expired", expiredUnsent);
    return DONE;
  }
  const said = deps.site.lastWord(entry);
  if (said.kind !== "go") {
    const unsent = ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
    return holdBack(ledger, unsent, said) ?? DONE;
  }
  const startedMs = clock.monotonicMs();
  const outcome = await edr.submit(entry.order, signal).catch(outcomeOfThrown);
  deps.logger.info("action.submit", {
    actionId: entry.order.actionId,
    endpointId: entry.order.endpointId,
    action: entry.order.spec.kind,
    outcome: outcome.kind,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
    ...(outcome.kind === "stored" ? { incidentId: outcome.incidentId } : { reason: outcome.message }),
  });
  switch (outcome.kind) {
    case "stored":
      health.succeeded();
      stored(deps, entry, outcome.incidentId);
      return DONE;
    case "answer_lost":
      ledger.amend(entryKey(entry), { code: "ksc.effect_unknown", message: LOST }, "tell");
      return { kind: "again", afterMs: deps.settings.doubt.settleMs };
    case "rejected":
      return rejected(deps, entry, troubleOfCode(outcome.code, outcome.message));
  }
}

const LOST = "KSC's answer was lost; looking whether the request arrived before anything is sent again.";

/** A thrown `AppError` says that the call had no effect; anything else says nothing, so the worst is assumed. */
function outcomeOfThrown(thrown: unknown): SubmitOutcome {
  const trouble = troubleOf(thrown);
  if (trouble.code === "internal.unexpected") return { kind: "answer_lost", message: trouble.message };
  return { kind: "rejected", code: trouble.code, message: trouble.message };
}

function rejected(deps: SubmitDeps, entry: LedgerEntry, trouble: Trouble): Attempt {
  const { ledger, health } = deps;
  health.failed(trouble);
  if (trouble.reach === "never") {
    health.succeeded();
    ledger.move(entryKey(entry), "refused", { inDoubt: false, code: trouble.code, message: trouble.message });
    return DONE;
  }
  // Nothing was stored, so this send does not count against those whose effect was in doubt.
  const clear = ledger.amend(entryKey(entry), { inDoubt: false, sends: entry.sends - 1 }, "silent");
  return waitForKsc(deps, clear, trouble);
}

/** Waiting for KSC costs nothing but time until the deadline; the reason is told once. */
function waitForKsc(deps: SubmitDeps, entry: LedgerEntry, trouble: Trouble): Attempt {
  if (entry.code !== trouble.code) {
    deps.ledger.amend(entryKey(entry), { code: trouble.code, message: trouble.message }, "tell");
  }
  return { kind: "again", afterMs: Math.max(deps.health.pausedMs(), deps.settings.kscBackoff.baseMs) };
}

/**
 * [D4] Before anything is sent again KSC is asked whether the request arrived. KSC may still be at it when the connection
 * breaks, so "not there" is believed only once the request has had time to arrive, and another look agrees.
 */
async function settleDoubt(deps: SubmitDeps, entry: LedgerEntry): Promise<Attempt | { readonly kind: "absent" }> {
  const { edr, health, clock, absences, settings, signal } = deps;
  const actionId = entryKey(entry);
  const sentAt = entry.lastSentAt ?? entry.changedAt;
  const notBefore = addMs(entry.firstSentAt ?? sentAt, -settings.watch.clockToleranceMs);
  try {
    const incident = await edr.findIncident(entry.order, notBefore, signal);
    health.succeeded();
    if (incident === undefined) {
      const looks = (absences.get(actionId) ?? 0) + 1;
      absences.set(actionId, looks);
      const believed = looks >= settings.doubt.looks && clock.now() >= sentAt + settings.doubt.settleMs;
      if (!believed) return { kind: "again", afterMs: settings.doubt.settleMs };
      absences.delete(actionId);
      return { kind: "absent" };
    }
    absences.delete(actionId);
    stored(deps, entry, incident.incidentId);
    return DONE;
  } catch (thrown) {
    return stillInDoubt(deps, entry, troubleOf(thrown));
  }
}

function stillInDoubt(deps: SubmitDeps, entry: LedgerEntry, trouble: Trouble): Attempt {
  const { ledger, health, clock, settings } = deps;
  health.failed(trouble);
  const hopeless = trouble.reach === "never" || clock.now() > entry.order.deadline + settings.doubt.graceMs;
  if (hopeless) {
    ledger.move(entryKey(entry), "unknown", effectUnknown(entry.sends));
    return DONE;
  }
  return { kind: "again", afterMs: Math.max(health.pausedMs(), settings.kscBackoff.baseMs) };
}

function stored(deps: SubmitDeps, entry: LedgerEntry, incidentId: number): void {
  const evidence = { ...entry.evidence, rung: "incident", incidentId } as const;
  const moved = deps.ledger.move(entryKey(entry), "submitted", { inDoubt: false, evidence });
  if (moved !== undefined) deps.onSubmitted(moved);
}
