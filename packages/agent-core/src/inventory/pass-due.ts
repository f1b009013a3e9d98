import type { EpochMs } from "@cordon/core/kernel";
import type { InventoryMeta } from "./inventory-store.ts";

export interface PassSettings {
  /** Between two passes. */
  readonly intervalMs: number;
  /** Between two passes over all hosts: only these find what was removed, or changed without being seen. */
  readonly fullIntervalMs: number;
  /** How much further back than the last pass one over the hosts seen lately looks: for what KSC writes late. */
  readonly overlapMs: number;
}

export type PassDue =
  | { readonly kind: "not_yet"; readonly inMs: number }
  | { readonly kind: "full" }
  | { readonly kind: "lately"; readonly seenWithinMs: number };

/** Which pass is due. A clock that went back proves nothing about what was missed: then all hosts are read. */
export function passDue({ passAt, fullPassAt }: InventoryMeta, now: EpochMs, settings: PassSettings): PassDue {
  if (passAt !== undefined && passAt <= now && now - passAt < settings.intervalMs) {
    return { kind: "not_yet", inMs: settings.intervalMs - (now - passAt) };
  }
  if (passAt === undefined || fullPassAt === undefined || passAt > now || fullPassAt > now) return { kind: "full" };
  if (now - fullPassAt >= settings.fullIntervalMs) return { kind: "full" };
  return { kind: "lately", seenWithinMs: now - passAt + settings.overlapMs };
}

/**
 * A site loses hosts one by one. A pass that misses more than half of them, and not just a handful, has more likely met a KSC
 * that hides them (a right, a virtual server, a database at work) than a site that shrank.
 */
export function isImplausibleLoss(known: number, missing: number): boolean {
  return missing > LOSS_MIN && missing * 2 > known;
}

const LOSS_MIN = 20;
