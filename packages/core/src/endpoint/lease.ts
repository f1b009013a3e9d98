import type { ActionId, EndpointId, EpochMs } from "../kernel/index.ts";

export const LEASE_STATES = ["pending", "holding", "renewing", "ending", "over", "lost"] as const;

/**
 * `pending`: the isolation has not taken effect yet. `holding`: it holds, and is renewed when its time comes. `renewing`: a
 * renewal is on its way. `ending`: released, or wanted no longer; the endpoint's own timer runs out. `over`: it has run out.
 * `lost`: its task was deleted, rotated out or failed, or its renewal did, before the wanted end.
 */
export type LeaseState = (typeof LEASE_STATES)[number];

/** An isolation as the agent sees it [S6]: three end times side by side, the third being the coordinator's own. */
export interface LeaseView {
  /** The isolation's action; its renewals belong to it and have no action of their own at the coordinator. */
  readonly actionId: ActionId;
  readonly endpointId: EndpointId;
  readonly state: LeaseState;
  /** Until when the isolation is wanted. */
  readonly wantedUntil: EpochMs;
  /** The agent's durable timer, by its clock. */
  readonly agentEndsAt?: EpochMs;
  /** When the endpoint's own timer ends it: from KSC's evidence of when its task ended, by KSC's clock. */
  readonly endpointEndsAt?: EpochMs;
  readonly renewals: number;
  readonly renewalsMax: number;
  readonly nextRenewalAt?: EpochMs;
  /** Whether KSC still hears the endpoint since it was isolated. */
  readonly heard: "yes" | "no" | "unknown";
  /** What a person must know, with the mend. */
  readonly problem?: string;
  /** Its end was asked for. */
  readonly released?: LeaseRelease;
}

export interface LeaseRelease {
  /** By the agent's clock. */
  readonly at: EpochMs;
  /** Who asked at the site itself; absent when the coordinator did. */
  readonly by?: string;
  readonly reason: string;
}
