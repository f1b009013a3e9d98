import type { lease } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { type Column, formatFields } from "./table.ts";
import { formatAge, formatMoment, formatWhen } from "./times.ts";

export type Lease = z.output<typeof lease>;

export function leaseColumns(paint: Paint, now: EpochMs): readonly Column<Lease>[] {
  return [
    { title: "endpoint", of: ({ endpointName }) => endpointName },
    { title: "site", of: ({ siteId }) => siteId },
    { title: "state", of: ({ state }) => state, paint: (cell, { state }) => paintState(paint, state)(cell) },
    { title: "wanted", of: ({ wantedUntil }) => formatWhen(wantedUntil, now) },
    { title: "timer ends", of: ({ endpointEndsAt, agentEndsAt }) => formatWhen(endpointEndsAt ?? agentEndsAt, now) },
    { title: "renewals", of: ({ renewals, renewalsMax }) => `${renewals}/${renewalsMax}`, right: true },
    { title: "heard", of: ({ heard }) => heard },
    { title: "age", of: ({ since }) => formatAge(since, now), right: true },
    {
      title: "alarm",
      of: (one) => alarmWord(one),
      paint: (cell, one) => (alarmWord(one) === undefined ? cell : paint.red(cell)),
    },
    { title: "action", of: ({ actionId }) => actionId },
  ];
}

function alarmWord({ mismatch, problem, release }: Lease): string | undefined {
  if (mismatch !== undefined) return "ends differ";
  if (problem !== undefined) return "problem";
  return release !== undefined && release.answeredAt === undefined ? "release waits" : undefined;
}

export function formatLease(lease: Lease, paint: Paint, now: EpochMs): string {
  const { release } = lease;
  return formatFields([
    ["endpoint", `${plain(lease.endpointName)} (${lease.siteId}/${lease.endpointId})`],
    ["action", lease.actionId],
    ["state", paintState(paint, lease.state)(lease.state)],
    ["wanted until", formatMoment(lease.wantedUntil, now)],
    ["ends here", formatMoment(lease.coordinatorEndsAt, now)],
    ["ends agent", formatMoment(lease.agentEndsAt, now)],
    ["ends device", formatMoment(lease.endpointEndsAt, now)],
    ["mismatch", lease.mismatch === undefined ? undefined : paint.red(plain(lease.mismatch))],
    ["problem", lease.problem === undefined ? undefined : paint.red(plain(lease.problem))],
    ["renewals", `${lease.renewals} of ${lease.renewalsMax}`],
    ["next renewal", formatMoment(lease.nextRenewalAt, now)],
    ["heard by KSC", lease.heard],
    ["since", formatMoment(lease.since, now)],
    ["told", formatWhen(lease.reportedAt, now)],
    [
      "release",
      release === undefined ? undefined : `asked ${formatMoment(release.askedAt, now)} by ${plain(release.askedBy)}`,
    ],
    ["  reason", release === undefined ? undefined : plain(release.reason)],
    ["  answer", release === undefined ? undefined : (release.outcome ?? "the site has not answered yet")],
    ["  steps", release?.steps === undefined ? undefined : plainLines(release.steps)],
  ]);
}

/** Text for people may have lines; nothing else in it may move the cursor. */
export function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}
