import { forecastEndpoint, type LedgerEntry, type LedgerForecast, type PendingForecast } from "@cordon/agent-core";
import { openLedgerReader } from "@cordon/agent-store";
import { classOf } from "@cordon/core/action";
import { AppError, actionId, type EndpointId, type EpochMs, epochMs } from "@cordon/core/kernel";
import { type AgentConfig, settingsOf } from "./config/index.ts";
import { type EndpointNames, endpointNamed } from "./endpoint-names.ts";
import { formatDuration, formatTable, formatTime } from "./table.ts";

/** A screenful and a few; `--limit` raises it. */
export const LEDGER_ROWS_DEFAULT = 50;

export function listLedger(
  config: AgentConfig,
  options: { readonly limit: number; readonly of?: EndpointId | undefined; readonly open?: boolean },
): readonly LedgerEntry[] {
  const reader = openLedgerReader(config.stateDir);
  if (reader === undefined) return [];
  try {
    const { of } = options;
    if (options.open !== true) return reader.recent(options.limit, of);
    const open = reader.openEntries().filter((entry) => of === undefined || entry.order.endpointId === of);
    return [...open].sort((a, b) => b.changedAt - a.changedAt).slice(0, options.limit);
  } finally {
    reader.close();
  }
}

export function findInLedger(config: AgentConfig, id: string): LedgerEntry {
  const reader = openLedgerReader(config.stateDir);
  try {
    const entry = reader?.find(actionId(id));
    if (entry === undefined) throw new AppError("action.not_found", `${id} is not in the ledger of ${config.stateDir}`);
    return entry;
  } finally {
    reader?.close();
  }
}

/** An endpoint that a person names by its KSC host id, FQDN or name. */
export function endpointInLedger(config: AgentConfig, named: string): EndpointId {
  const reader = openLedgerReader(config.stateDir);
  try {
    const isKnown = (id: EndpointId) =>
      reader !== undefined && (reader.recent(1, id).length > 0 || reader.occupancyOf(id) !== undefined);
    return endpointNamed(config, named, isKnown);
  } finally {
    reader?.close();
  }
}

const NOTE_CHARS_MAX = 100;
const shortened = (text: string) => (text.length <= NOTE_CHARS_MAX ? text : `${text.slice(0, NOTE_CHARS_MAX - 1)}…`);

export function formatEntries(entries: readonly LedgerEntry[], { nameOf }: EndpointNames): string {
  if (entries.length === 0) return "The ledger has no such entries.";
  const rows = entries.map(({ order, state, changedAt, evidence, message }) => [
    formatTime(changedAt),
    order.actionId,
    order.spec.kind,
    nameOf(order.endpointId) ?? order.endpointId,
    state,
    evidence.rung,
    evidence.incidentId === undefined ? "-" : String(evidence.incidentId),
    shortened(message ?? ""),
  ]);
  return formatTable(["changed", "action", "kind", "endpoint", "state", "evidence", "incident", "note"], rows);
}

export function formatEntry(entry: LedgerEntry, { nameOf }: EndpointNames): string {
  const { order, evidence, task, lease } = entry;
  const name = nameOf(order.endpointId);
  const { kind, ...args } = order.spec;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["action", order.actionId],
    ["kind", `${kind} (${classOf(kind)})`],
    ["arguments", JSON.stringify(args)],
    ["endpoint", name === undefined ? order.endpointId : `${name} (${order.endpointId})`],
    ["state", entry.state],
    ["note", entry.message],
    ["code", entry.code],
    ["admitted", formatTime(entry.admittedAt)],
    ["changed", formatTime(entry.changedAt)],
    ["deadline", formatTime(order.deadline)],
    ["earliest", entry.earliest === undefined ? undefined : formatTime(entry.earliest)],
    ["sent", entry.sends === 0 ? "never" : `${entry.sends} time(s), last ${formatTime(entry.lastSentAt)}`],
    ["renews", entry.renews],
    ["goes with", entry.servedBy],
    ["renewals", lease?.renewals.toString()],
    ["released", lease?.released === undefined ? undefined : releaseText(lease.released)],
    ["evidence", evidence.rung],
    ["incident", evidence.incidentId?.toString()],
    ["task", task === undefined ? undefined : `${task.taskId} "${task.name}" (${task.scope})`],
    ["host state", evidence.hostState?.toString()],
    ["event", evidence.eventDbId?.toString()],
  ];
  return facts.flatMap(([title, text]) => (text === undefined ? [] : [`${title.padEnd(11)} ${text}`])).join("\n");
}

function releaseText({ at, by, reason }: NonNullable<NonNullable<LedgerEntry["lease"]>["released"]>): string {
  return `${formatTime(at)}, ${by === undefined ? "by the coordinator" : `here by ${by}`}: ${reason}`;
}

/** Out of the ledger's file alone, beside a running agent, too [L4]. */
export function forecastOf(config: AgentConfig, endpoint: EndpointId, now: EpochMs): LedgerForecast {
  const reader = openLedgerReader(config.stateDir);
  if (reader === undefined) throw new AppError("endpoint.not_found", `there is no ledger in ${config.stateDir} yet`);
  try {
    const foretold = forecastEndpoint(reader, endpoint, now, settingsOf(config).ledger);
    return {
      ...foretold,
      pending: foretold.pending.map((one) => heldBySite(one, reader.find(actionId(one.key)), now)),
    };
  } finally {
    reader.close();
  }
}

/** The forecast knows slots and turns; the site's own policy and kill switch may let it go later still. */
function heldBySite(pending: PendingForecast, entry: LedgerEntry | undefined, now: EpochMs): PendingForecast {
  const { code, message, earliest, order } = entry ?? {};
  if (entry?.state !== "deferred" || !(code?.startsWith("policy.") || code === "agent.site_stopped")) return pending;
  const { sendableAt: _slot, ...rest } = pending;
  const reason = message === undefined ? {} : { reason: message };
  if (earliest === undefined) return { ...rest, ...reason, outcome: "waits" };
  const at = epochMs(Math.max(earliest, pending.sendableAt ?? now));
  return {
    ...rest,
    ...reason,
    sendableAt: at,
    outcome: order !== undefined && at >= order.deadline ? "expires" : "waits",
  };
}

export function formatForecast(foretold: LedgerForecast, now: number, { nameOf }: EndpointNames): string {
  const { endpointId, unknown, measuredAt, stale, limit, used, classes, pending } = foretold;
  const name = nameOf(endpointId);
  const id = name === undefined ? endpointId : `${name} (${endpointId})`;
  const age =
    measuredAt === undefined
      ? ""
      : `, looked at ${formatDuration(now - measuredAt)} ago${stale ? " (out of date)" : ""}`;
  const head = unknown
    ? `${id}: its tasks were never looked at, so nothing is known of its ${limit} slots`
    : `${id}: ${used} of ${limit} slots taken${age}`;
  const rows = classes.map(({ actionClass, free, fullAt }) => [
    actionClass,
    free === undefined ? "unknown" : String(free),
    fullAt === undefined ? "-" : fullAt <= now ? "now" : formatTime(fullAt),
  ]);
  const waiting = pending.map(({ key, kind, outcome, sendableAt, reason, ridesWith }) => [
    key,
    kind,
    outcome,
    sendableAt === undefined ? "-" : sendableAt <= now ? "now" : formatTime(sendableAt),
    ridesWith === undefined ? (reason ?? "") : `goes with ${ridesWith}`,
  ]);
  const parts = [head, formatTable(["class", "free now", "full at"], rows)];
  if (waiting.length === 0) parts.push("Nothing is pending.");
  else parts.push(formatTable(["pending", "kind", "outcome", "goes out", "reason"], waiting));
  return parts.join("\n\n");
}
