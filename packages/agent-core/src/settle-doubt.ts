import { addMs, type EpochMs } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";
import { type Trouble, troubleOf } from "./ksc-trouble.ts";
import type { FoundIncident } from "./ports.ts";
import { sentOrderOf } from "./riders.ts";
import { effectUnknown } from "./status-words.ts";
import type { Attempt, SubmitDeps } from "./submit-action.ts";

const DONE: Attempt = { kind: "done" };

/** Waiting for KSC costs nothing but time until the deadline; the reason is told once. */
export function waitForKsc(deps: SubmitDeps, entry: LedgerEntry, trouble: Trouble): Attempt {
  if (entry.code !== trouble.code) {
    deps.ledger.amend(entryKey(entry), { code: trouble.code, message: trouble.message }, "tell");
  }
  return { kind: "again", afterMs: Math.max(deps.health.pausedMs(), deps.settings.kscBackoff.baseMs) };
}

/**
 * [D4] Before anything is sent again KSC is asked whether the request arrived. KSC may still be at it when the connection
 * breaks, so "not there" is believed only once the request has had time to arrive, and another look agrees.
 */
export async function settleDoubt(
  deps: SubmitDeps,
  entry: LedgerEntry,
): Promise<Attempt | { readonly kind: "absent" }> {
  const { edr, ledger, health, clock, absences, settings, signal } = deps;
  const actionId = entryKey(entry);
  const sentAt = entry.lastSentAt ?? entry.changedAt;
  const notBefore = addMs(entry.firstSentAt ?? sentAt, -settings.doubt.lookBackMs);
  try {
    const served = ledger.ridersOf(actionId).filter((rider) => entry.serves?.includes(entryKey(rider)) === true);
    const incident = await edr.findIncident(sentOrderOf(entry, served), notBefore, signal);
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
    stored(deps, entry, incident);
    return DONE;
  } catch (thrown) {
    return stillInDoubt(deps, entry, troubleOf(thrown));
  }
}

/** [L8] Undefined: KSC knows nothing of it, as the book says. */
export async function proveUnsent(deps: SubmitDeps, entry: LedgerEntry): Promise<Attempt | undefined> {
  const { edr, ledger, health, unproven, settings, signal } = deps;
  const key = entryKey(entry);
  try {
    const notBefore = addMs(mayBeSentSince(deps, entry), -settings.doubt.lookBackMs);
    const incident = await edr.findIncident(sentOrderOf(entry, ledger.ridersOf(key)), notBefore, signal);
    health.succeeded();
    unproven.proven(key);
    if (incident === undefined) return undefined;
    const latest = ledger.find(key);
    if (latest !== undefined) stored(deps, latest, incident);
    return DONE;
  } catch (thrown) {
    const trouble = troubleOf(thrown);
    health.failed(trouble);
    return isHopeless(deps, entry, trouble) ? giveUp(deps, entry) : waitForKsc(deps, entry, trouble);
  }
}

/** A renewal may be as old as the isolation that it renews. */
function mayBeSentSince({ ledger }: SubmitDeps, entry: LedgerEntry): EpochMs {
  const isolation = entry.renews === undefined ? undefined : ledger.find(entry.renews);
  return entry.firstSentAt ?? isolation?.firstSentAt ?? entry.admittedAt;
}

function stillInDoubt(deps: SubmitDeps, entry: LedgerEntry, trouble: Trouble): Attempt {
  const { health, settings } = deps;
  health.failed(trouble);
  if (isHopeless(deps, entry, trouble)) return giveUp(deps, entry);
  return { kind: "again", afterMs: Math.max(health.pausedMs(), settings.kscBackoff.baseMs) };
}

/** KSC will not tell any more. */
function isHopeless({ clock, settings }: SubmitDeps, { order }: LedgerEntry, trouble: Trouble): boolean {
  return trouble.reach === "never" || clock.now() > order.deadline + settings.doubt.graceMs;
}

function giveUp({ ledger }: SubmitDeps, entry: LedgerEntry): Attempt {
  ledger.move(entryKey(entry), "unknown", effectUnknown(entry.sends));
  return DONE;
}

/** KSC has it. What was not found in the incident, although it was to go with it, goes by itself. */
export function stored(
  deps: SubmitDeps,
  entry: LedgerEntry,
  incident: Pick<FoundIncident, "incidentId" | "serves">,
): void {
  const { ledger } = deps;
  const { incidentId } = incident;
  const key = entryKey(entry);
  const owner = ledger
    .entriesOf(entry.order.endpointId)
    .find((other) => other.evidence.incidentId === incidentId && entryKey(other) !== key);
  if (owner !== undefined) {
    ledger.join(key, entryKey(owner));
    return;
  }
  const riding = ledger.ridersOf(key).map((rider) => entryKey(rider));
  const told = entry.serves ?? incident.serves;
  const serves = riding.filter((rider) => told === undefined || told.includes(rider));
  const evidence = { ...entry.evidence, rung: "incident", incidentId } as const;
  const patch = { inDoubt: false, evidence, ...(serves.length === 0 ? {} : { serves }) };
  const moved = ledger.move(key, "submitted", patch);
  if (moved !== undefined) deps.onSubmitted(moved);
}
