import type { canary, canaryProbe } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { type Column, formatFields, formatTable } from "./table.ts";
import { formatDuration, formatWhen } from "./times.ts";

export type Canary = z.output<typeof canary>;
export type Probe = z.output<typeof canaryProbe>;

const PAINTED = { passing: "up", failing: "down", waiting: "" } as const;

export function canaryColumns(paint: Paint, now: EpochMs): readonly Column<Canary>[] {
  return [
    { title: "site", of: ({ siteId }) => siteId },
    { title: "state", of: ({ state }) => state, paint: (cell, { state }) => paintState(paint, PAINTED[state])(cell) },
    { title: "kind", of: ({ kind }) => kind },
    { title: "endpoint", of: ({ endpointName, endpointId }) => endpointName ?? endpointId },
    { title: "every", of: ({ everySeconds }) => formatDuration(everySeconds * 1_000) },
    { title: "took", of: ({ lastPassed }) => totalOf(lastPassed) },
    {
      title: "last passed",
      of: ({ lastPassedAt }) => (lastPassedAt === undefined ? undefined : formatWhen(lastPassedAt, now)),
    },
    { title: "next", of: ({ nextAt }) => formatWhen(nextAt, now) },
    { title: "passed", of: ({ passed }) => passed, right: true },
    { title: "failed", of: ({ failed }) => failed, right: true },
    { title: "why", of: ({ alarm }) => alarm?.reason },
  ];
}

export function formatCanary(found: Canary, probes: readonly Probe[], paint: Paint, now: EpochMs): string {
  const head = formatFields([
    ["site", found.siteId],
    ["state", paintState(paint, PAINTED[found.state])(found.state)],
    [
      "alarm",
      found.alarm === undefined
        ? undefined
        : paint.red(`since ${formatWhen(found.alarm.since, now)}: ${plain(found.alarm.reason)}`),
    ],
    [
      "probe",
      `${found.kind} on ${plain(found.endpointName ?? found.endpointId)}, every ${formatDuration(found.everySeconds * 1_000)}, late after ${formatDuration(found.lateAfterSeconds * 1_000)}`,
    ],
    ["slots", `at most ${found.slots} of its own within 30 days`],
    ["next", formatWhen(found.nextAt, now)],
    ["so far", `${found.passed} passed, ${found.failed} failed`],
    ["set by", `${found.changedBy}, ${formatWhen(found.changedAt, now)}`],
  ]);
  if (probes.length === 0) return head;
  return `${head}\n\n${formatTable(
    [
      { title: "due", of: ({ dueAt }) => formatWhen(dueAt, now) },
      { title: "state", of: ({ state }) => state },
      { title: "took", of: totalOf },
      { title: "stages", of: stagesOf },
      { title: "action", of: ({ actionId }) => actionId },
      {
        title: "why",
        of: ({ reason, code }) =>
          reason === undefined ? undefined : `${reason}${code === undefined ? "" : ` (${code})`}`,
      },
    ],
    probes,
  )}`;
}

function totalOf(probe: Probe | undefined): string | undefined {
  const total = probe?.stages?.find(({ stage }) => stage === "total");
  return total === undefined ? undefined : `${(total.ms / 1_000).toFixed(1)}s`;
}

function stagesOf({ stages = [] }: Probe): string | undefined {
  const each = stages
    .filter(({ stage }) => stage !== "total")
    .map(({ stage, ms }) => `${stage} ${(ms / 1_000).toFixed(1)}s`);
  return each.length === 0 ? undefined : each.join(", ");
}
