import type { LeaseFilter, LeaseRecord, ReleaseRecord } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import { present } from "./present.ts";

/** Of `leases l`; of its release `r`, which may be NULL. */
export const RELEASE_COLUMNS = `r.asked_at AS "askedAt", r.asked_by AS "askedBy", r.reason, r.answered_at AS "answeredAt", r.outcome,
  r.endpoint_ends_at AS "endpointEndsAt", r.steps`;
export const LEASE_COLUMNS = `l.tenant_id AS "tenantId", l.action_id AS "actionId", l.site_id AS "siteId",
  l.endpoint_id AS "endpointId", l.endpoint_name AS "endpointName", l.state, l.wanted_until AS "wantedUntil",
  l.coordinator_ends_at AS "coordinatorEndsAt", l.agent_ends_at AS "agentEndsAt", l.endpoint_ends_at AS "endpointEndsAt",
  l.renewals, l.renewals_max AS "renewalsMax", l.next_renewal_at AS "nextRenewalAt", l.heard, l.problem, l.since,
  l.reported_at AS "reportedAt", l.mismatch, l.mismatch_since AS "mismatchSince",
  r.asked_at AS "askedAt", r.asked_by AS "askedBy", r.reason, r.answered_at AS "answeredAt", r.outcome,
  r.endpoint_ends_at AS "releaseEndpointEndsAt", r.steps`;

type Nullable<T> = { readonly [K in keyof T]-?: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K] };

export interface LeaseRow
  extends Nullable<Omit<LeaseRecord, "release">>,
    Omit<Nullable<ReleaseRecord>, "askedAt" | "askedBy" | "reason" | "endpointEndsAt"> {
  readonly askedAt: EpochMs | null;
  readonly askedBy: string | null;
  readonly reason: string | null;
  readonly releaseEndpointEndsAt: EpochMs | null;
}

export function toLease(row: LeaseRow): LeaseRecord {
  const { askedAt, askedBy, reason, answeredAt, outcome, releaseEndpointEndsAt, steps, ...columns } = row;
  const lease = leaseOf(columns);
  if (askedAt === null || askedBy === null || reason === null) return lease;
  const answer = present({ answeredAt, outcome, endpointEndsAt: releaseEndpointEndsAt, steps });
  return { ...lease, release: { askedAt, askedBy, reason, ...answer } };
}

function leaseOf({
  tenantId,
  actionId,
  siteId,
  endpointId,
  endpointName,
  state,
  wantedUntil,
  since,
  ...row
}: Nullable<Omit<LeaseRecord, "release">>): LeaseRecord {
  const { renewals, renewalsMax, heard, reportedAt, ...optional } = row;
  const { coordinatorEndsAt, agentEndsAt, endpointEndsAt, nextRenewalAt, problem, mismatch, mismatchSince } = optional;
  return {
    tenantId,
    actionId,
    siteId,
    endpointId,
    endpointName,
    state,
    wantedUntil,
    since,
    renewals,
    renewalsMax,
    heard,
    reportedAt,
    ...present({ coordinatorEndsAt, agentEndsAt, endpointEndsAt, nextRenewalAt, problem, mismatch, mismatchSince }),
  };
}

/** Conditions on `leases l`, newest first. */
export function filterLeases(tenantId: TenantId, filter: LeaseFilter): { conditions: string[]; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const conditions = ["l.tenant_id = $1"];
  const add = (condition: (place: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (filter.siteId !== undefined) add((place) => `l.site_id = ${place}`, filter.siteId);
  if (filter.endpointId !== undefined) add((place) => `l.endpoint_id = ${place}`, filter.endpointId);
  if (filter.states !== undefined) add((place) => `l.state = ANY(${place})`, filter.states);
  if (filter.mismatch !== undefined) conditions.push(`l.mismatch IS ${filter.mismatch ? "NOT " : ""}NULL`);
  if (filter.after !== undefined) {
    values.push(filter.after.since, filter.after.actionId);
    conditions.push(`(l.since, l.action_id) < ($${values.length - 1}::bigint, $${values.length}::text)`);
  }
  return { conditions, values };
}
