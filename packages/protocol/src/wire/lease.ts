import type { LeaseView } from "@cordon/core/endpoint";
import { actionId, endpointId } from "@cordon/core/kernel";
import type { LeaseReport, Release, ReleaseResult } from "../messages.ts";
import { HEARD, LEASE_STATE, RELEASE_OUTCOME } from "./enums.ts";
import { each, id, int64, maybeInt64, optional, time, uint32 } from "./fields.ts";
import type * as pb from "./generated/names.ts";

export function encodeRelease({ actionId, reason }: Release): pb.Release {
  return { actionId, reason };
}

export function decodeRelease(raw: pb.Release): Release {
  return { kind: "release", actionId: id("action_id", raw.actionId, actionId), reason: raw.reason ?? "" };
}

export function encodeReleaseResult({ actionId, outcome, endpointEndsAt, steps }: ReleaseResult): pb.ReleaseResult {
  return {
    actionId,
    outcome: RELEASE_OUTCOME.encode(outcome),
    endpointEndsAtMs: maybeInt64("endpoint_ends_at_ms", endpointEndsAt),
    steps,
  };
}

export function decodeReleaseResult(raw: pb.ReleaseResult): ReleaseResult {
  return {
    kind: "releaseResult",
    actionId: id("action_id", raw.actionId, actionId),
    outcome: RELEASE_OUTCOME.decode("outcome", raw.outcome),
    ...optional("endpointEndsAt", raw.endpointEndsAtMs, (value) => time("endpoint_ends_at_ms", value)),
    steps: raw.steps ?? "",
  };
}

export function encodeLeaseReport({ leases }: LeaseReport): pb.LeaseReport {
  return { leases: each("leases", leases, encodeLease) };
}

export function decodeLeaseReport(raw: pb.LeaseReport): LeaseReport {
  return { kind: "leaseReport", leases: each("leases", raw.leases, decodeLease) };
}

function encodeLease(lease: LeaseView): pb.Lease {
  return {
    actionId: lease.actionId,
    endpointId: lease.endpointId,
    state: LEASE_STATE.encode(lease.state),
    wantedUntilMs: int64("wanted_until_ms", lease.wantedUntil),
    agentEndsAtMs: maybeInt64("agent_ends_at_ms", lease.agentEndsAt),
    endpointEndsAtMs: maybeInt64("endpoint_ends_at_ms", lease.endpointEndsAt),
    renewals: uint32("renewals", lease.renewals),
    renewalsMax: uint32("renewals_max", lease.renewalsMax),
    nextRenewalAtMs: maybeInt64("next_renewal_at_ms", lease.nextRenewalAt),
    heard: HEARD.encode(lease.heard),
    problem: lease.problem,
    released: lease.released && encodeLeaseRelease(lease.released),
  };
}

function encodeLeaseRelease({ at, by, reason }: NonNullable<LeaseView["released"]>): pb.LeaseRelease {
  return { atMs: int64("at_ms", at), by, reason };
}

function decodeLeaseRelease(raw: pb.LeaseRelease): NonNullable<LeaseView["released"]> {
  return { at: time("at_ms", raw.atMs), ...optional("by", raw.by, (value) => value), reason: raw.reason ?? "" };
}

function decodeLease(raw: pb.Lease): LeaseView {
  return {
    actionId: id("action_id", raw.actionId, actionId),
    endpointId: id("endpoint_id", raw.endpointId, endpointId),
    state: LEASE_STATE.decode("state", raw.state),
    wantedUntil: time("wanted_until_ms", raw.wantedUntilMs),
    ...optional("agentEndsAt", raw.agentEndsAtMs, (value) => time("agent_ends_at_ms", value)),
    ...optional("endpointEndsAt", raw.endpointEndsAtMs, (value) => time("endpoint_ends_at_ms", value)),
    renewals: raw.renewals ?? 0,
    renewalsMax: raw.renewalsMax ?? 0,
    ...optional("nextRenewalAt", raw.nextRenewalAtMs, (value) => time("next_renewal_at_ms", value)),
    heard: HEARD.decode("heard", raw.heard),
    ...optional("problem", raw.problem, (value) => value),
    ...optional("released", raw.released, decodeLeaseRelease),
  };
}
