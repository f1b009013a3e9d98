import { errorSpec } from "@cordon/core/kernel";
import { formatKillSwitch } from "../commands/kill-command.ts";
import { formatBytes } from "../disk-space.ts";
import type { LiveState } from "../live-state.ts";
import { formatDuration, formatTime } from "../table.ts";
import type { StatusReport } from "./read-status.ts";

/** A line for each thing that a person asks first; what needs a person stands in capitals, with its mend below. */
export function formatStatus(report: StatusReport, now: number): string {
  const { live, fresh } = report;
  return [
    line("agent", agentText(report, now)),
    line("site", siteText(report.identity)),
    ...(live === undefined || !fresh ? [] : liveLines(live, now)),
    line("policy", policyText(report)),
    ...(live === undefined || !fresh ? [] : brakeLines(live, now)),
    line("disk", diskText(report, now)),
    ...ledgerLines(report),
    ...(live === undefined || !fresh ? [] : holdLines(live, now)),
    line("update", updateText(report.update)),
  ].join("\n");
}

function agentText({ running, fresh, pid, live }: StatusReport, now: number): string {
  const lastSign = live === undefined ? "" : ` ${formatDuration(now - live.writtenAt)} ago`;
  if (running && live !== undefined && fresh) {
    return `running, process ${live.pid}, version ${live.version}, for ${formatDuration(now - live.startedAt)}`;
  }
  if (running) {
    const since = live === undefined ? "it has said nothing yet" : `it could write its last sign${lastSign}`;
    return `running, process ${pid ?? "unknown"}, but MUTE: ${since}. Its state folder may take nothing: run \`cordon-agent doctor\``;
  }
  if (live === undefined) return "not running";
  if (live.stopped === true) return `not running: process ${live.pid} was stopped${lastSign}`;
  return `NOT running: process ${live.pid} gave its last sign${lastSign}`;
}

function siteText(identity: StatusReport["identity"]): string {
  if (identity === undefined) return "not enrolled: run `cordon-agent enroll`";
  const { tenantId, siteId, agentId, expiresAt } = identity;
  return `${siteId} of ${tenantId} (${agentId}, certificate until ${formatTime(expiresAt)})`;
}

function liveLines({ coordinator, facts, clockJump }: LiveState, now: number): readonly string[] {
  const since = formatDuration(now - coordinator.since);
  const link = coordinator.connected
    ? `connected to ${coordinator.url} for ${since}`
    : `NOT connected to ${coordinator.url} for ${since}: ${coordinator.reason ?? "unknown"}`;
  const { kscProblem } = facts;
  return [
    line("coordinator", link),
    ...(coordinator.clockSkewMs !== undefined && Math.abs(coordinator.clockSkewMs) > SKEW_SHOWN_MS
      ? [
          line(
            "clock",
            `${formatDuration(Math.abs(coordinator.clockSkewMs))} ${coordinator.clockSkewMs < 0 ? "BEHIND" : "AHEAD OF"} the coordinator`,
          ),
        ]
      : []),
    ...(clockJump === undefined
      ? []
      : [
          line(
            "clock",
            `was SET ${formatDuration(Math.abs(clockJump.byMs))} ${clockJump.byMs < 0 ? "back" : "ahead"} at ${formatTime(clockJump.at)}`,
          ),
        ]),
    line("role", roleText(facts.acting)),
    line("ksc", kscProblem === undefined ? "no trouble known" : `TROUBLE: ${kscProblem.message}`),
    ...(kscProblem === undefined ? [] : [mend(errorSpec(kscProblem.code).mend)]),
    line("console", CONSOLE[facts.serviceConsole]),
  ];
}

/** Less is what clocks and networks do. */
const SKEW_SHOWN_MS = 5_000;

function roleText({ state, leaseLeftMs }: LiveState["facts"]["acting"]): string {
  if (state === "active" && leaseLeftMs === undefined) return "active";
  if (state === "active")
    return `active; without a word from the coordinator for ${formatDuration(leaseLeftMs ?? 0)} more`;
  if (state === "standby") return "stand-by: the site's other agent acts";
  if (state === "unwelcomed") return "waits for the coordinator to say whether it is the active one; nothing is sent";
  return "LAPSED: nothing is sent until the coordinator says again who acts";
}

const CONSOLE = {
  up: "a service console is connected",
  down: "NO service console is connected: requests are stored, but no task is made",
  unknown: "not asked yet",
};

function policyText({ live, fresh, policyFile }: StatusReport): string {
  if (policyFile === undefined) return "none: the site allows what the coordinator orders";
  const site = fresh ? live?.site : undefined;
  if (site?.policySha256 === undefined) return policyFile;
  const hash = `sha256 ${site.policySha256.slice(0, 12)}…`;
  if (site.policyProblem === undefined) return `${policyFile}, ${hash}`;
  return `WRONG FILE, the one before it (${hash}) stays in force: ${site.policyProblem}`;
}

function brakeLines({ site }: LiveState, now: number): readonly string[] {
  const { killSwitch, refusals } = site;
  const pulled =
    killSwitch === undefined
      ? "not pulled"
      : `PULLED ${formatDuration(now - killSwitch.since)} ago. ${formatKillSwitch(killSwitch)}`;
  // What the switch and the disk stop has a line of its own.
  const others = refusals.filter(({ code }) => code.startsWith("policy."));
  return [line("kill switch", pulled), ...others.map(({ reason }) => line("not now", reason))];
}

function diskText({ live, fresh, disk }: StatusReport, now: number): string {
  const room =
    disk === undefined ? "unknown" : `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.totalBytes)}`;
  const unwritable = fresh ? live?.site.unwritable : undefined;
  if (unwritable !== undefined) {
    const since = formatDuration(now - unwritable.since);
    return `TAKES NOTHING for ${since} (${unwritable.reason}); new orders are refused until it does. ${room}`;
  }
  return disk?.low === true ? `LOW: ${room}; make room before the ledger cannot be written` : room;
}

function ledgerLines({ ledger, ledgerProblem, live, fresh }: StatusReport): readonly string[] {
  if (ledgerProblem !== undefined)
    return [line("ledger", `UNREADABLE: ${ledgerProblem}`), mend(errorSpec("ledger.unreadable").mend)];
  if (ledger === undefined) return [line("ledger", "none yet; the first run makes it")];
  const { open, slots, closed, statuses, statusSeq } = ledger;
  const deferred = fresh ? (live?.facts.ledger.deferred ?? 0) : 0;
  const waiting = deferred === 0 ? "" : ` (${deferred} of them wait for a slot)`;
  return [
    line("ledger", `${open} open${waiting}, ${slots} finished that take a slot, ${closed} closed`),
    line("reports", `${statuses} wait for the coordinator, ${statusSeq} written`),
  ];
}

function holdLines({ facts, leases }: LiveState, now: number): readonly string[] {
  const { drift } = facts;
  const told = leases.filter(({ problem }) => problem !== undefined);
  const kept = leases.filter(({ state }) => state !== "over" && state !== "lost");
  const ends = kept
    .map(({ endpointEndsAt, agentEndsAt }) => endpointEndsAt ?? agentEndsAt)
    .filter((at) => at !== undefined);
  const next = ends.length === 0 ? "" : `, the next term ends in ${formatDuration(Math.min(...ends) - now)}`;
  return [
    line(
      "drift",
      drift.tasks === 0
        ? `none in ${drift.looks} looks`
        : `${drift.tasks} tasks had come or gone behind the ledger's back on ${drift.endpoints} endpoints; put right`,
    ),
    line("isolations", kept.length === 0 ? "none" : `${countText(kept)}${next}`),
    ...told.slice(0, PROBLEMS_SHOWN).map(({ endpointId, problem }) => line("", `${endpointId}: ${problem}`)),
    ...(told.length > PROBLEMS_SHOWN ? [line("", `and ${told.length - PROBLEMS_SHOWN} more; --json shows all`)] : []),
  ];
}

const PROBLEMS_SHOWN = 5;

function countText(kept: LiveState["leases"]): string {
  const ending = kept.filter(({ state }) => state === "ending").length;
  const more = ending === 0 ? "" : `, ${ending} of them until the device's own timer runs out`;
  return `${kept.length} held${more}`;
}

function updateText({ mode, active, trial, rejected }: StatusReport["update"]): string {
  if (mode === "off") return "off: the installed release runs, whatever the coordinator offers";
  const parts = [
    active === undefined ? "the installed release runs" : `${active} runs instead of the installed release`,
    trial === undefined ? undefined : `${trial} is being tried out`,
    rejected === 0 ? undefined : `${rejected} releases were taken back`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}

function line(title: string, text: string): string {
  return `${title.padEnd(12)} ${text}`;
}

function mend(text: string): string {
  return line("", `→ ${text}`);
}
