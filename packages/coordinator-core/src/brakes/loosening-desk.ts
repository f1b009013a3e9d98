import { createHash } from "node:crypto";
import { type EndpointRef, type LabelSet, liftNeedsTwo, relabelNeedsTwo } from "@cordon/core/guards";
import { addMs, type Clock, type Logger, type Random, type TenantId } from "@cordon/core/kernel";
import type { BrakeOwner, BrakeRecord, BrakeStore } from "../ports/brakes.ts";
import type { EndpointLabels } from "../ports/endpoint-labels.ts";
import type { Loosening, LooseningChange, LooseningFilter, LooseningStore } from "../ports/loosenings.ts";
import type { BrakeDesk } from "./brake-desk.ts";
import type { LabelDesk } from "./label-desk.ts";

export type LoosenAnswer<T> =
  | { readonly kind: "done"; readonly now: T }
  /** Nothing has changed: a second person has to confirm it. */
  | { readonly kind: "awaits_second"; readonly now: T; readonly loosening: Loosening }
  | { readonly kind: "not_found" };

export type ConfirmAnswer =
  | { readonly kind: "decided"; readonly loosening: Loosening }
  | {
      readonly kind: "refused";
      readonly code: "loosening.same_person" | "loosening.decided" | "loosening.expired" | "loosening.changed";
    }
  | { readonly kind: "not_found" };

/**
 * [G16] The way by which protection is taken away: at once, or, where two persons are to do it, once a second one confirms it. What makes
 * protection stronger never waits.
 */
export interface LooseningDesk {
  lift(owner: BrakeOwner, brakeId: string, actor: string, reason: string): Promise<LoosenAnswer<BrakeRecord>>;
  relabel(
    tenantId: TenantId,
    endpoint: EndpointRef,
    labels: LabelSet,
    actor: string,
  ): Promise<LoosenAnswer<EndpointLabels>>;
  list(owner: BrakeOwner, filter: LooseningFilter): Promise<readonly Loosening[]>;
  confirm(owner: BrakeOwner, looseningId: string, actor: string, reason: string): Promise<ConfirmAnswer>;
  /** Also by whoever asked. */
  reject(owner: BrakeOwner, looseningId: string, actor: string, reason: string): Promise<ConfirmAnswer>;
}

/** Two persons of one shift, and those of the next. */
const OPEN_MS = 24 * 3_600_000;

export function createLooseningDesk(deps: {
  readonly store: LooseningStore;
  readonly brakes: BrakeDesk;
  readonly labels: LabelDesk;
  readonly inForce: BrakeStore["inForce"];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): LooseningDesk {
  const { store, brakes, labels, clock, random, logger } = deps;

  const inForceFor = (owner: BrakeOwner) =>
    owner === "everyTenant" ? brakes.list("everyTenant", { inForceOnly: true, limit: 500 }) : deps.inForce(owner);

  const ask = async (
    owner: BrakeOwner,
    change: LooseningChange,
    present: unknown,
    { actor, reason }: { readonly actor: string; readonly reason: string },
  ): Promise<Loosening> => {
    const now = clock.now();
    const loosening: Loosening = {
      looseningId: `lsn_${random.uuid()}`,
      change,
      hash: hashOf(change, present),
      askedBy: actor,
      askedAt: now,
      reason,
      expiresAt: addMs(now, OPEN_MS),
      state: "open",
    };
    await store.addLoosening(owner, loosening);
    logger.warn("loosening.ask", { owner, looseningId: loosening.looseningId, ...change, actor, reason });
    return loosening;
  };

  const presentOf = async (owner: BrakeOwner, change: LooseningChange): Promise<unknown> => {
    if (change.kind === "lift") return brakes.get(owner, change.brakeId);
    return owner === "everyTenant" ? undefined : presentLabels(await labels.get(owner, change));
  };

  const apply = async (owner: BrakeOwner, { change, askedBy, reason }: Loosening, actor: string): Promise<void> => {
    const both = `${askedBy} and ${actor}`;
    if (change.kind === "lift") await brakes.lift(owner, change.brakeId, both, reason);
    else if (owner !== "everyTenant") await labels.put(owner, change, change.after, both);
  };

  const decide = async (
    owner: BrakeOwner,
    looseningId: string,
    state: "confirmed" | "rejected",
    { actor, reason }: { readonly actor: string; readonly reason: string },
  ): Promise<ConfirmAnswer> => {
    const found = await store.getLoosening(owner, looseningId);
    if (found === undefined) return { kind: "not_found" };
    const now = clock.now();
    if (found.state !== "open") return { kind: "refused", code: "loosening.decided" };
    if (now >= found.expiresAt) return { kind: "refused", code: "loosening.expired" };
    if (state === "confirmed") {
      if (found.askedBy === actor) return { kind: "refused", code: "loosening.same_person" };
      const present = await presentOf(owner, found.change);
      if (hashOf(found.change, present) !== found.hash) return { kind: "refused", code: "loosening.changed" };
    }
    const decided = { at: now, by: actor, reason };
    if (!(await store.decideLoosening(owner, looseningId, state, decided))) {
      return { kind: "refused", code: "loosening.decided" };
    }
    // A process that ends here has taken nothing away, and it can be asked for again.
    if (state === "confirmed") await apply(owner, found, actor);
    logger.warn("loosening.decide", { owner, looseningId, state, actor, reason });
    return { kind: "decided", loosening: { ...found, state, decided } };
  };

  return {
    async lift(owner, brakeId, actor, reason) {
      const brake = await brakes.get(owner, brakeId);
      if (brake === undefined) return { kind: "not_found" };
      if (brake.lift === undefined && liftNeedsTwo(brake, await inForceFor(owner))) {
        const change = { kind: "lift", brakeId, type: brake.type } as const;
        return { kind: "awaits_second", now: brake, loosening: await ask(owner, change, brake, { actor, reason }) };
      }
      return { kind: "done", now: (await brakes.lift(owner, brakeId, actor, reason)) ?? brake };
    },
    async relabel(tenantId, { siteId, endpointId }, { roles, tags }, actor) {
      const present = await labels.get(tenantId, { siteId, endpointId });
      const after = { roles, tags };
      const before = presentLabels(present);
      if (present !== undefined && relabelNeedsTwo({ siteId, endpointId }, before, after, await inForceFor(tenantId))) {
        const change = { kind: "relabel", siteId, endpointId, before, after } as const;
        const reason = `labels of ${siteId}/${endpointId}`;
        const loosening = await ask(tenantId, change, before, { actor, reason });
        return { kind: "awaits_second", now: present, loosening };
      }
      const put = await labels.put(tenantId, { siteId, endpointId }, after, actor);
      return put === undefined ? { kind: "not_found" } : { kind: "done", now: put };
    },
    list: (owner, filter) => store.listLoosenings(owner, filter),
    confirm: (owner, id, actor, reason) => decide(owner, id, "confirmed", { actor, reason }),
    reject: (owner, id, actor, reason) => decide(owner, id, "rejected", { actor, reason }),
  };
}

function presentLabels(labels: LabelSet | undefined): LabelSet {
  return { roles: labels?.roles ?? [], tags: labels?.tags ?? [] };
}

function hashOf(change: LooseningChange, present: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([change, present ?? null], inOrderOfNames))
    .digest("hex");
}

/** What is read from the record may have its members in another order. */
function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
