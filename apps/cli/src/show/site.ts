import type { site, siteHealth } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { type Column, formatFields } from "./table.ts";
import { formatAge, formatMoment, formatWhen } from "./times.ts";

export type Health = z.output<typeof siteHealth>;
export type SiteWithHealth = z.output<typeof site> & { readonly health?: Health | undefined };

export function siteColumns(paint: Paint, now: EpochMs): readonly Column<SiteWithHealth>[] {
  return [
    { title: "site", of: ({ siteId }) => siteId },
    { title: "name", of: ({ name }) => name },
    {
      title: "agent",
      of: ({ health }) => agentWord(health, now),
      paint: (cell, { health }) => paintState(paint, health?.connected === true ? "up" : "down")(cell),
    },
    { title: "version", of: ({ health }) => health?.agentVersion },
    {
      title: "ksc",
      of: ({ health }) => kscWord(health),
      paint: (cell, { health }) => paintState(paint, health?.kscProblem === undefined ? "" : "down")(cell),
    },
    { title: "endpoints", of: ({ health }) => health?.endpoints, right: true },
    { title: "open", of: ({ health }) => health?.ledger.open, right: true },
    { title: "deferred", of: ({ health }) => health?.ledger.deferred, right: true },
    { title: "queue", of: ({ health }) => queueLength(health), right: true },
    {
      title: "canary",
      of: ({ health }) => canaryWord(health, now),
      paint: (cell, { health }) => paintState(paint, health?.canary?.state === "failing" ? "down" : "")(cell),
    },
    { title: "stops", of: ({ health }) => stopWord(health) },
  ];
}

function agentWord(health: Health | undefined, now: EpochMs): string {
  if (health?.agentId === undefined) return "never seen";
  if (health.connected) return "connected";
  return health.lastSeenAt === undefined ? "away" : `away ${formatAge(health.lastSeenAt, now)}`;
}

function kscWord(health: Health | undefined): string | undefined {
  if (health === undefined || health.agentId === undefined) return undefined;
  return health.kscProblem?.code ?? `console ${health.serviceConsole}`;
}

function queueLength(health: Health | undefined): number | undefined {
  const queue = health?.queue;
  return queue === undefined ? undefined : queue.waiting + queue.delayed + queue.active;
}

/** Whether the whole path was proven lately, and how long it took. */
function canaryWord(health: Health | undefined, now: EpochMs): string | undefined {
  const canary = health?.canary;
  if (canary === undefined) return undefined;
  if (canary.alarm !== undefined) return `FAILING ${formatAge(canary.alarm.since, now)}`;
  const total = canary.lastPassed?.stages?.find(({ stage }) => stage === "total");
  return total === undefined ? canary.state : `${canary.state} ${Math.round(total.ms / 1_000)}s`;
}

/** What the site itself holds back, in a word; `sites show` tells it whole. */
function stopWord(health: Health | undefined): string | undefined {
  const readiness = health?.readiness;
  if (readiness === undefined) return undefined;
  if (readiness.killSwitch) return "KILL SWITCH";
  return readiness.refusals.length === 0 ? undefined : `${readiness.refusals.length} refusals`;
}

export function formatSite({ health, ...site }: SiteWithHealth, paint: Paint, now: EpochMs): string {
  const head = formatFields([
    ["site", `${site.siteId} (${site.name})`],
    ["tenant", site.tenantId],
    ["aliases", site.aliases.join(", ")],
    ["labels", site.labels.join(", ")],
    ["since", formatMoment(site.createdAt, now)],
  ]);
  return health === undefined ? head : `${head}\n\n${formatHealth(health, paint, now)}`;
}

function canaryText(canary: NonNullable<Health["canary"]>, paint: Paint, now: EpochMs): string {
  const next = `next ${formatWhen(canary.nextAt, now)}`;
  if (canary.alarm !== undefined) {
    return paint.red(`failing since ${formatWhen(canary.alarm.since, now)}: ${plain(canary.alarm.reason)}`);
  }
  return canary.lastPassedAt === undefined
    ? `none has ended yet, ${next}`
    : `passed ${formatWhen(canary.lastPassedAt, now)}, ${next}`;
}

function formatHealth(health: Health, paint: Paint, now: EpochMs): string {
  const { kscProblem, readiness, ledger, queue } = health;
  const connected = paintState(paint, health.connected ? "up" : "down")(agentWord(health, now));
  return formatFields([
    ["agent", health.agentId === undefined ? connected : `${health.agentId}, ${connected}, epoch ${health.epoch}`],
    ["version", health.agentVersion],
    ["connected", health.connected ? formatMoment(health.connectedSince, now) : undefined],
    ["last seen", formatMoment(health.lastSeenAt, now)],
    ...health.standbys.map(
      ({ agentId, connected: there, reason }) =>
        ["stand-by", `${agentId}, ${there ? "connected" : "away"}, waits: ${reason}`] as const,
    ),
    [
      "console",
      health.serviceConsole === "down"
        ? paint.red("down: KSC stores requests and nothing happens")
        : health.serviceConsole,
    ],
    [
      "ksc",
      kscProblem === undefined
        ? readiness?.kscVersion
        : paint.red(`${kscProblem.message} (${kscProblem.code})\n→ ${kscProblem.mend}`),
    ],
    [
      "rights",
      readiness?.missingRights.length ? paint.red(`missing: ${readiness.missingRights.join("; ")}`) : undefined,
    ],
    ["canary", health.canary === undefined ? undefined : canaryText(health.canary, paint, now)],
    ["kill switch", readiness?.killSwitch === true ? paint.red("PULLED at the site") : undefined],
    ["policy", readiness?.policyProblem === undefined ? readiness?.policySha256 : paint.red(readiness.policyProblem)],
    ...(readiness?.refusals ?? []).map(
      ({ kind, code, reason }) => ["refuses", `${kind ?? "everything"}: ${reason} (${code})`] as const,
    ),
    [
      "ksc's clock",
      readiness?.kscClockSkewMs === undefined ? undefined : `${readiness.kscClockSkewMs} ms off the agent's`,
    ],
    [
      "drift",
      readiness === undefined ? undefined : `${readiness.drift.tasks} tasks on ${readiness.drift.endpoints} endpoints`,
    ],
    ["looked at", readiness === undefined ? undefined : formatWhen(readiness.measuredAt, now)],
    ["endpoints", health.endpoints],
    ["ledger", `${ledger.open} open, ${ledger.deferred} deferred, on ${ledger.endpoints} endpoints`],
    [
      "queue",
      queue === undefined
        ? "cannot be reached"
        : `${queue.waiting} waiting, ${queue.delayed} delayed, ${queue.active} underway`,
    ],
  ]);
}
