import { AppError } from "@cordon/core/kernel";
import type { HeldLease, HeldLeases } from "./read-leases.ts";

/**
 * The isolations that a person means: one by its action id, or all of one endpoint. [S5] What fits several endpoints or none is refused,
 * with the candidates.
 */
export function findLeases({ leases, standBy }: HeldLeases, wanted: string): readonly HeldLease[] {
  const byId = leases.filter(({ actionId, endpointId }) => actionId === wanted || endpointId === wanted);
  const found = byId.length > 0 ? byId : leases.filter((lease) => isNamed(lease, wanted.toLowerCase()));
  const endpoints = new Set(found.map(({ endpointId }) => endpointId));
  if (endpoints.size > 1) {
    const candidates = [...endpoints].map((id) => describe(leases.find(({ endpointId }) => endpointId === id)));
    throw new AppError("endpoint.ambiguous", `${wanted} fits ${candidates.join(", ")}: name one by its id`);
  }
  if (found.length > 0) return found;
  throw new AppError("lease.not_found", `${wanted}: this agent holds no such isolation. ${holdings(leases, standBy)}`);
}

function isNamed({ name, fqdn }: HeldLease, wanted: string): boolean {
  return name?.toLowerCase() === wanted || fqdn?.toLowerCase() === wanted;
}

const SHOWN_MAX = 10;

function holdings(leases: readonly HeldLease[], standBy: boolean): string {
  if (standBy) return "It stands by: ask the site's other agent, which acts.";
  if (leases.length === 0) return "It holds none at all.";
  const shown = leases.slice(0, SHOWN_MAX).map(describe).join(", ");
  return `It holds ${shown}${leases.length > SHOWN_MAX ? ` and ${leases.length - SHOWN_MAX} more` : ""}.`;
}

function describe(lease: HeldLease | undefined): string {
  return lease?.name === undefined ? `${lease?.endpointId}` : `${lease.name} (${lease.endpointId})`;
}
