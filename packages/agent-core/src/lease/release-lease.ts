import { isSettled } from "@cordon/core/action";
import type { ActionId, Clock, EpochMs, Logger } from "@cordon/core/kernel";
import { entryKey, isRevivable, type LedgerEntry } from "../entry.ts";
import type { Edr } from "../ports.ts";
import type { SiteLedger } from "../site-ledger.ts";
import { isCertainlyUnsent, type Unproven } from "../unproven.ts";
import type { KeptLease } from "./kept-lease.ts";
import { recordOf } from "./kept-lease.ts";
import { RELEASE_STEPS_CHARS_MAX, type ReleaseMethod, type ReleaseTarget, stepsFor } from "./release-method.ts";

export interface ReleaseAnswer {
  readonly outcome: "released" | "already_over" | "not_found";
  /** When the endpoint's own timer ends the isolation. */
  readonly endpointEndsAt?: EpochMs;
  readonly steps: string;
}

export interface ReleaseDeps {
  readonly ledger: SiteLedger;
  readonly edr: Pick<Edr, "findEndpoints">;
  readonly method: ReleaseMethod;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly keptOf: (actionId: ActionId) => KeptLease | undefined;
  /** An order that was not sent is called off. */
  readonly onCancelled: (entry: LedgerEntry) => void;
  readonly unproven: Pick<Unproven, "has">;
  /** See `Runner.prove`. */
  readonly onDoubtful: (entry: LedgerEntry) => void;
}

/** How long a release waits for the disk. */
const DISK_MS = 5_000;

/** `by` names who asked at the site itself, without the coordinator. */
export type Release = (actionId: ActionId, reason: string, by?: string) => Promise<ReleaseAnswer>;

/**
 * Ends an isolation as far as Cordon can [S4]: renewals stop, what was not sent is called off, and the site's own method is run. It is
 * on disk before the method starts, so a crash in between releases all the same; asking again runs only a method that failed.
 */
export function createRelease(deps: ReleaseDeps): Release {
  const { ledger, clock, logger, signal } = deps;
  const running = new Map<ActionId, Promise<ReleaseAnswer>>();

  async function release(actionId: ActionId, reason: string, by: string | undefined): Promise<ReleaseAnswer> {
    const entry = ledger.find(actionId);
    if (entry?.lease === undefined) return { outcome: "not_found", steps: UNKNOWN };
    logger.info("lease.release", { actionId, endpointId: entry.order.endpointId, state: entry.state, reason, by });
    if (isCertainlyUnsent(entry, deps.unproven)) {
      ledger.move(actionId, "cancelled", { code: "lease.released", message: asked(reason, by) });
      deps.onCancelled(entry);
      await onDisk();
      return { outcome: "released", steps: "The isolation had not been sent to KSC and is called off." };
    }
    const failed = isSettled(entry.state) && entry.state !== "succeeded" && !isRevivable(entry.state);
    if (failed || recordOf(entry).ended !== undefined) {
      const { released } = recordOf(entry);
      const target = targetOf(entry, deps.keptOf(actionId));
      return { outcome: "already_over", ...endOf(target), steps: released?.steps ?? ENDED };
    }
    note(entry, reason, by);
    callOffIfUnsent(entry, asked(reason, by));
    callOffRenewals(deps.keptOf(actionId));
    await onDisk();
    return runMethod(actionId);
  }

  function note(entry: LedgerEntry, reason: string, by: string | undefined): void {
    const lease = recordOf(entry);
    if (lease.released !== undefined) return;
    const released = { at: clock.now(), reason, ...(by === undefined ? {} : { by }) };
    const message = `Released, it is not renewed any more: ${asked(reason, by)}`;
    ledger.amend(entryKey(entry), { lease: { ...lease, released }, code: "lease.released", message }, "tell");
  }

  function callOffRenewals(kept: KeptLease | undefined): void {
    for (const { entry } of [...(kept?.renewals.values() ?? [])]) {
      const message = "the isolation that it renews was released";
      if (!isCertainlyUnsent(entry, deps.unproven)) {
        callOffIfUnsent(entry, message);
        continue;
      }
      ledger.move(entryKey(entry), "cancelled", { code: "lease.released", message });
      deps.onCancelled(entry);
    }
  }

  /** KSC may have it: it is called off if it turns out that it has not. */
  function callOffIfUnsent(entry: LedgerEntry, message: string): void {
    const isUnproven = deps.unproven.has(entry);
    if (!entry.inDoubt && !isUnproven) return;
    ledger.amend(entryKey(entry), { calledOff: { code: "lease.released", message } }, "silent");
    if (isUnproven) deps.onDoubtful(entry);
  }

  async function runMethod(actionId: ActionId): Promise<ReleaseAnswer> {
    const kept = deps.keptOf(actionId);
    const before = ledger.find(actionId);
    if (before?.lease?.released === undefined) return { outcome: "not_found", steps: UNKNOWN };
    const known = targetOf(before, kept);
    if (before.lease.released.steps !== undefined) {
      return { outcome: "released", ...endOf(known), steps: before.lease.released.steps };
    }
    const target = await withName(known);
    const run = await deps.method(target, signal);
    const said = run.said === undefined ? "" : `${run.said} `;
    const steps = (run.said !== undefined && run.done ? said.trim() : `${said}${stepsFor(target)}`).slice(
      0,
      RELEASE_STEPS_CHARS_MAX,
    );
    const latest = ledger.find(actionId);
    if (run.done && latest?.lease?.released !== undefined) {
      const released = { ...latest.lease.released, steps };
      ledger.amend(actionId, { lease: { ...latest.lease, released } }, "silent");
      await onDisk();
    }
    logger[run.done ? "info" : "warn"]("lease.release_method", {
      actionId,
      outcome: run.done ? "done" : "failed",
      reason: run.said,
    });
    return { outcome: "released", ...endOf(target), steps };
  }

  /** [S4] A disk that takes nothing keeps no isolation from being ended: were the agent to crash then, the release is asked for again. */
  async function onDisk(): Promise<void> {
    const settled = new AbortController();
    const patience = clock.sleep(DISK_MS, settled.signal).catch(() => {});
    await Promise.race([ledger.durable(), patience]).finally(() => settled.abort());
  }

  /** People know devices by their name; without KSC the id must do. */
  async function withName(target: ReleaseTarget): Promise<ReleaseTarget> {
    try {
      const [endpoint] = await deps.edr.findEndpoints("hostId", target.endpointId, signal);
      return endpoint === undefined ? target : { ...target, name: endpoint.displayName };
    } catch {
      return target;
    }
  }

  return (actionId, reason, by) => {
    const known = running.get(actionId);
    if (known !== undefined) return known;
    const promise = release(actionId, reason, by).finally(() => running.delete(actionId));
    running.set(actionId, promise);
    return promise;
  };
}

const asked = (reason: string, by: string | undefined) =>
  by === undefined ? reason : `${reason} (asked for at the site, by ${by})`;

const UNKNOWN =
  "This agent's ledger has no such isolation. If the device is isolated, end it in the KSC console or at the device: avp.com isolation /OFF.";
const ENDED =
  "Nothing holds it any more as far as the agent knows. To be sure, at the device: avp.com isolation /STAT must print isolation.enable=false.";

function targetOf(entry: LedgerEntry, kept: KeptLease | undefined): ReleaseTarget {
  const { actionId, endpointId } = entry.order;
  const endsAt = kept?.view?.endpointEndsAt ?? kept?.view?.agentEndsAt;
  return { actionId, endpointId, ...(endsAt === undefined ? {} : { endsAt }) };
}

function endOf({ endsAt }: ReleaseTarget): { readonly endpointEndsAt?: EpochMs } {
  return endsAt === undefined ? {} : { endpointEndsAt: endsAt };
}
