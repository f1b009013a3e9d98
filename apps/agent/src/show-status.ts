import { type LedgerReader, openLedgerReader } from "@cordon/agent-store";
import type { Clock } from "@cordon/core/kernel";
import type { AgentConfig } from "./config/index.ts";
import { isEnrolled, readIdentity } from "./identity-files.ts";
import { LIVE_MAX_AGE_MS, type LiveState, readLiveState } from "./live-state.ts";
import { formatDuration, formatTime } from "./table.ts";

export interface StatusReport {
  readonly running: boolean;
  readonly identity?: {
    readonly tenantId: string;
    readonly siteId: string;
    readonly agentId: string;
    readonly expiresAt: number;
  };
  readonly live?: LiveState;
  readonly ledger?: ReturnType<LedgerReader["counts"]> & { readonly epoch: number; readonly statusSeq: number };
}

/** Reads what the state folder tells; works whether or not the agent runs. */
export function readStatus(config: AgentConfig, clock: Clock): StatusReport {
  const live = readLiveState(config.stateDir);
  const running = live !== undefined && clock.now() - live.writtenAt <= LIVE_MAX_AGE_MS;
  const reader = openLedgerReader(config.stateDir);
  try {
    const meta = reader?.meta();
    return {
      running,
      ...(isEnrolled(config.stateDir) ? { identity: identityOf(config.stateDir) } : {}),
      ...(live === undefined ? {} : { live }),
      ...(reader === undefined || meta === undefined
        ? {}
        : { ledger: { ...reader.counts(), epoch: meta.epoch, statusSeq: meta.statusSeq } }),
    };
  } finally {
    reader?.close();
  }
}

function identityOf(stateDir: string) {
  const { tenantId, siteId, agentId, expiresAt } = readIdentity(stateDir);
  return { tenantId, siteId, agentId, expiresAt };
}

export function formatStatus(report: StatusReport, now: number): string {
  const { identity, live, ledger } = report;
  const lines = [
    line("agent", report.running ? `running, process ${live?.pid}, version ${live?.version}` : "not running"),
    line("site", identity === undefined ? "not enrolled: run `cordon-agent enroll`" : siteText(identity)),
  ];
  if (live !== undefined && report.running) {
    const { coordinator, facts } = live;
    const since = formatDuration(now - coordinator.since);
    const link = coordinator.connected
      ? `connected to ${coordinator.url} for ${since}`
      : `not connected to ${coordinator.url} for ${since}: ${coordinator.reason ?? "unknown"}`;
    const ksc =
      facts.kscProblem === undefined ? "no trouble known" : `${facts.kscProblem.code}: ${facts.kscProblem.message}`;
    lines.push(line("coordinator", link), line("ksc", ksc), line("console", CONSOLE[facts.serviceConsole]));
  }
  if (ledger !== undefined) {
    lines.push(
      line("ledger", `${ledger.open} open, ${ledger.slots} finished that take a slot, ${ledger.closed} closed`),
      line("reports", `${ledger.statuses} wait for the coordinator, ${ledger.statusSeq} written`),
    );
  }
  return lines.join("\n");
}

const CONSOLE = {
  up: "a service console is connected",
  down: "NO service console is connected: requests are stored, but no task is made",
  unknown: "not asked yet",
};

function siteText(identity: NonNullable<StatusReport["identity"]>): string {
  const { tenantId, siteId, agentId, expiresAt } = identity;
  return `${siteId} of ${tenantId} (${agentId}, certificate until ${formatTime(expiresAt)})`;
}

function line(title: string, text: string): string {
  return `${title.padEnd(12)} ${text}`;
}
