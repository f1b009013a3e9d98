import type {
  ruleRollout,
  ruleRolloutCompensation,
  ruleRolloutPreview,
  ruleRolloutWithSteps,
  runningVersion,
} from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { counted, plain } from "./plain-text.ts";
import { type Column, formatFields, formatTable } from "./table.ts";
import { formatDuration, formatMoment, formatTime, formatWhen } from "./times.ts";

type Rollout = z.output<typeof ruleRollout>;
type Whole = z.output<typeof ruleRolloutWithSteps>;
type Wave = Whole["policy"]["waves"][number];

export function formatRuleRollout(rollout: Whole, paint: Paint, now: EpochMs): string {
  const parts = [head(rollout, paint, now), waves(rollout, now)];
  // After its end people act on the same isolations, and the numbers would say that of the rule set.
  const isOpen = rollout.state === "running" || rollout.state === "paused";
  if (isOpen && rollout.gates.length > 0) parts.push(gates(rollout, paint));
  parts.push(steps(rollout, now));
  return parts.join("\n\n");
}

function head(rollout: Whole, paint: Paint, now: EpochMs): string {
  const { state, pausedFor, soakUntil, extendedSeconds, changedAt, changedBy, createdAt, createdBy } = rollout;
  const why = pausedFor === undefined ? "" : ` (${PAUSES[pausedFor]})`;
  const longer = extendedSeconds === 0 ? "" : `, prolonged by ${formatDuration(extendedSeconds * 1_000)}`;
  return formatFields([
    ["rollout", rollout.rolloutId],
    ["state", `${paintState(paint, state)(state)}${why}`],
    ["reason", plain(rollout.reason)],
    ["tenants", rollout.tenants.map(tenantText).join("\n")],
    ["soak", state === "running" ? `until ${formatMoment(soakUntil, now)}${longer}` : undefined],
    ["plan", rollout.planHash],
    ["started", `${formatMoment(createdAt, now)} by ${createdBy}`],
    ["changed", `${formatMoment(changedAt, now)} by ${changedBy}`],
    ["you can", rollout.allowed.length === 0 ? undefined : rollout.allowed.join(", ")],
  ]);
}

const PAUSES = {
  person: "by a person",
  gate: "a gate said no",
  inconclusive: "too little was seen to judge; a person decides",
} as const;

function tenantText({ tenantId, version, fromVersion }: Rollout["tenants"][number]): string {
  return `${tenantId}: rule set ${version}, before ${fromVersion === undefined ? "none" : `rule set ${fromVersion}`}`;
}

const BAR = 20;

function waves(rollout: Whole, now: EpochMs): string {
  const rows = rollout.policy.waves.map((wave, index) => ({
    wave,
    index,
    sites: rollout.sites.filter((site) => site.wave === index),
  }));
  return formatTable(
    [
      { title: "wave", of: ({ index }) => (index === rollout.wave ? `${index + 1} ◀` : `${index + 1}`) },
      { title: "who", of: ({ wave }) => whoOf(wave) },
      { title: "sites", of: ({ sites }) => sites.length, right: true },
      { title: "soak", of: ({ wave }) => formatDuration(wave.soakSeconds * 1_000) },
      { title: "soaked", of: ({ index }) => soaked(rollout, index, now) },
      { title: "runs it", of: ({ sites }) => runs(sites) },
    ],
    rows,
  );
}

function whoOf({ sites = [], labels = [], share }: Wave): string {
  const part = share === undefined ? "" : `${Math.round(share * 1_000) / 10} % of `;
  const labelled = labels.length === 0 ? [] : [`${part}those labelled ${labels.join(" and ")}`];
  const named = sites.length > 2 ? [`${sites[0]} and ${sites.length - 1} more`] : sites;
  if (sites.length > 0 || labels.length > 0) return [...named, ...labelled].join(", ");
  return share === undefined ? "all that remain" : `${part}the sites`;
}

function soaked({ state, wave, waveSince, soakUntil }: Whole, index: number, now: EpochMs): string {
  if (index < wave || state === "done") return "█".repeat(BAR);
  if (index > wave) return "░".repeat(BAR);
  const whole = soakUntil - waveSince;
  const part = whole <= 0 ? 1 : Math.min(1, (now - waveSince) / whole);
  const done = Math.floor(part * BAR);
  return `${"█".repeat(done)}${"░".repeat(BAR - done)}`;
}

function runs(sites: Whole["sites"]): string {
  const begun = sites.filter(({ since, until }) => since !== undefined && until === undefined).length;
  return `${begun}/${sites.length}`;
}

function gates(rollout: Whole, paint: Paint): string {
  return formatTable(
    [
      {
        title: "gate",
        of: ({ gate }) => gate,
      },
      {
        title: "says",
        of: ({ verdict }) => verdict,
        paint: (cell, { verdict }) => VERDICTS[verdict](paint)(cell),
      },
      { title: "value", of: ({ value }) => rounded(value), right: true },
      { title: "at most", of: ({ max }) => rounded(max), right: true },
      { title: "sample", of: ({ sample, sampleMin }) => `${sample} (min ${sampleMin})`, right: true },
      { title: "seen", of: ({ message }) => message.replace(/^\w+: /, "") },
    ],
    rollout.gates,
  );
}

const VERDICTS = {
  good: (paint: Paint) => paint.green,
  bad: (paint: Paint) => paint.red,
  inconclusive: (paint: Paint) => paint.yellow,
} as const;

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function steps({ steps: all }: Whole, now: EpochMs): string {
  return formatTable(
    [
      { title: "when", of: ({ at }) => `${formatTime(at)} (${formatWhen(at, now)})` },
      { title: "what", of: ({ kind }) => kind },
      { title: "wave", of: ({ wave }) => wave + 1, right: true },
      { title: "by", of: ({ by }) => by },
      { title: "why", of: ({ reason }) => reason },
    ],
    all,
  );
}

export function ruleRolloutColumns(paint: Paint, now: EpochMs): readonly Column<Rollout>[] {
  return [
    { title: "rollout", of: ({ rolloutId }) => rolloutId },
    { title: "state", of: ({ state }) => state, paint: (cell, { state }) => paintState(paint, state)(cell) },
    { title: "wave", of: ({ wave, waves: all }) => `${wave + 1}/${all}`, right: true },
    { title: "tenants", of: ({ tenants }) => tenants.map(({ tenantId }) => tenantId).join(", ") },
    { title: "started", of: ({ createdAt, createdBy }) => `${formatWhen(createdAt, now)} by ${createdBy}` },
    { title: "changed", of: ({ changedAt, changedBy }) => `${formatWhen(changedAt, now)} by ${changedBy}` },
    { title: "reason", of: ({ reason }) => reason },
  ];
}

export function runningColumns(paint: Paint, now: EpochMs): readonly Column<z.output<typeof runningVersion>>[] {
  return [
    { title: "site", of: ({ tenantId, siteId }) => `${tenantId}/${siteId}` },
    { title: "runs", of: ({ version }) => (version === undefined ? "nothing" : version), right: true },
    { title: "content", of: ({ contentHash }) => contentHash?.slice(0, 12) },
    { title: "since", of: ({ since }) => formatMoment(since, now) },
    {
      title: "goes to",
      of: ({ wanted, version }) => (wanted === undefined || wanted === version ? undefined : wanted),
      right: true,
    },
    { title: "wave", of: ({ wave }) => (wave === undefined ? undefined : wave + 1), right: true },
    {
      title: "agent",
      of: ({ connected }) => (connected ? "connected" : "away"),
      paint: (cell, { connected }) => (connected ? paint.green(cell) : paint.yellow(cell)),
    },
    { title: "queued", of: ({ queued }) => queued, right: true },
    { title: "rollout", of: ({ rolloutId }) => rolloutId },
  ];
}

export function formatCompensation({ items, more }: z.output<typeof ruleRolloutCompensation>, now: EpochMs): string {
  if (items.length === 0) return "Nothing of it is left.";
  const table = formatTable(
    [
      { title: "site/endpoint", of: ({ tenantId, siteId, endpointName }) => `${tenantId}/${siteId}/${endpointName}` },
      { title: "kind", of: ({ kind }) => kind },
      { title: "state", of: ({ state }) => state },
      { title: "rule", of: ({ ruleId }) => ruleId },
      { title: "ordered", of: ({ createdAt }) => formatWhen(createdAt, now) },
      { title: "ends by itself", of: ({ until }) => formatWhen(until, now) },
      { title: "approval", of: ({ way }) => (way === "release" ? "ends it" : "leaves it") },
      { title: "end asked for", of: ({ askedAt }) => formatWhen(askedAt, now) },
      { title: "action", of: ({ actionId }) => actionId },
    ],
    items,
  );
  const notes = new Set(items.flatMap(({ way, kind, note }) => (way === "by_hand" ? [`${kind}: ${note}.`] : [])));
  return [table, ...notes, ...(more ? ["… there are more than these; approve, then look again."] : [])].join("\n");
}

export function formatPreview({ tenants, waves: all, goes }: z.output<typeof ruleRolloutPreview>): string {
  const sets = tenants.map((tenant) => tenantText({ ...tenant, open: true }));
  const rows = all.map(({ sites }, index) => ({ index, sites }));
  const table = formatTable(
    [
      { title: "wave", of: ({ index }) => index + 1 },
      { title: "sites", of: ({ sites }) => sites.length, right: true },
      { title: "which", of: ({ sites }) => listed(sites) },
    ],
    rows,
  );
  const gone =
    goes.length === 0
      ? []
      : ["", `${counted(goes.length, "rule")} would go:`, ...goes.map((rule) => `  ${plain(rule)}`)];
  return [...sets, "", table, ...gone].join("\n");
}

const LISTED_MAX = 6;

function listed(sites: readonly string[]): string {
  const shown = sites.slice(0, LISTED_MAX).join(", ");
  return sites.length > LISTED_MAX ? `${shown} and ${sites.length - LISTED_MAX} more` : shown;
}
