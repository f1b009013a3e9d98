import { formatDuration, formatTable, formatTime } from "../table.ts";
import type { HeldLease, HeldLeases } from "./read-leases.ts";

/** A row for each isolation; below the table, a line for each that a person must look at. */
export function formatLeases({ running, standBy, leases }: HeldLeases, now: number): string {
  const head = headOf(running, standBy);
  if (leases.length === 0) return [...head, "This agent holds no isolation."].join("\n");
  const rows = leases.map((lease) => [
    lease.name ?? lease.endpointId,
    lease.state,
    formatTime(lease.since),
    until(lease.wantedUntil, now),
    until(lease.agentEndsAt, now),
    until(lease.endpointEndsAt, now),
    `${lease.renewals} of ${lease.renewalsMax}`,
    until(lease.nextRenewalAt, now),
    lease.heard,
    lease.actionId,
  ]);
  const table = formatTable(
    ["endpoint", "state", "since", "wanted", "agent ends", "endpoint ends", "renewals", "next", "heard", "lease"],
    rows,
  );
  return [...head, table, ...leases.flatMap(notesOf)].join("\n");
}

function headOf(running: boolean, standBy: boolean): readonly string[] {
  if (!running) return ["No agent is running: nothing is renewed. This is what the ledger alone says."];
  return standBy ? ["This agent stands by: the isolations of the site are held by its other agent."] : [];
}

function until(at: number | undefined, now: number): string {
  if (at === undefined) return "-";
  return at <= now ? `${formatDuration(now - at)} ago` : `in ${formatDuration(at - now)}`;
}

function notesOf(lease: HeldLease): readonly string[] {
  const { name, endpointId, released, problem } = lease;
  const who = name === undefined ? endpointId : `${name} (${endpointId})`;
  const by = released?.by === undefined ? "by the coordinator" : `here by ${released.by}`;
  return [
    ...(released === undefined
      ? []
      : [`${who}: released ${by} at ${formatTime(released.at)}: ${released.reason || "no reason was given"}`]),
    ...(problem === undefined ? [] : [`${who}: LOOK: ${problem}`]),
  ];
}
