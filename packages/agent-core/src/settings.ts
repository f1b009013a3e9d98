import type { BackoffPolicy } from "@cordon/core/kernel";
import { DEFAULT_LEDGER_POLICY, type LedgerPolicy } from "@cordon/core/ledger";

/** How the agent works on its site. Every wait and bound of the use cases has its name here; all durations in ms. */
export interface AgentSettings {
  readonly ledger: LedgerPolicy;
  /** Requests handed to KSC at the same time: its sessions (KSC serves one request per connection at a time). */
  readonly submissionsMax: number;
  /** Entries that are not settled; more offers are refused until some are. */
  readonly openEntriesMax: number;
  /** Statuses that wait for the coordinator; more offers are refused until it takes some. */
  readonly outboxMax: number;
  readonly kscBackoff: BackoffPolicy;
  readonly doubt: DoubtSettings;
  readonly watch: WatchSettings;
  /** Statuses wait this long for company, so that a burst goes up in few frames. */
  readonly statusLingerMs: number;
  /** Statuses sent and not yet acknowledged. */
  readonly statusWindowMax: number;
  /** Statuses of one frame, at most: long messages of so many still fit one. */
  readonly statusesPerBatchMax: number;
  readonly inventoryIntervalMs: number;
  readonly inventoryPartMax: number;
  readonly budgetIntervalMs: number;
  readonly budgetsPerReportMax: number;
  /** How often deadlines of what was not sent are looked at. */
  readonly sweepMs: number;
  readonly resolvesMax: number;
  /** Pages of endpoints kept in memory. */
  readonly pagesMax: number;
  /** Closed entries are remembered this long after their last change, so that a late repeat is still known [D4]. */
  readonly memoryMs: number;
}

/** What happens after an answer of KSC was lost [D4]. */
export interface DoubtSettings {
  /** KSC may still be storing the request when the connection breaks: a look is believed only this long after the send. */
  readonly settleMs: number;
  /** Looks that must agree that nothing arrived before the request is sent again. */
  readonly looks: number;
  /** Sends in all; after the last one's doubt is not settled either, the action is `unknown`. */
  readonly sendsMax: number;
  /** How long past the deadline KSC is asked when it does not answer the look. */
  readonly graceMs: number;
}

export interface WatchSettings {
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** Endpoints looked at, tasks asked for and event pages read in one round: a bound on what a round costs KSC. */
  readonly looksPerRound: number;
  readonly statesPerRound: number;
  readonly eventsPerPage: number;
  readonly eventPagesPerRound: number;
  /** How long an answer about the console counts. */
  readonly consoleTtlMs: number;
  /** Incident stored, no console: `no_console`. */
  readonly consoleDeadlineMs: number;
  /** Incident stored, console connected, no task: `unknown`. */
  readonly taskDeadlineMs: number;
  /** Task seen, not started: a warning. Endpoints synchronise every 15 minutes (kaspersky.md 2.6). */
  readonly startWarnMs: number;
  /** Started, not finished: a warning. */
  readonly runWarnMs: number;
  /** Finished by host state: how long its event is waited for. */
  readonly eventWaitMs: number;
  /** `no_console` and `unknown` are watched this long for a task that comes after all. */
  readonly reviveMs: number;
  /** How often an endpoint with waiting orders is looked at for a slot that became free. */
  readonly deferredLookMs: number;
  readonly clockToleranceMs: number;
  readonly otherNumberAfterMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const DEFAULT_SETTINGS: AgentSettings = {
  ledger: DEFAULT_LEDGER_POLICY,
  submissionsMax: 4,
  openEntriesMax: 20_000,
  outboxMax: 200_000,
  kscBackoff: { baseMs: 500, maxMs: 60_000 },
  doubt: { settleMs: 2_000, looks: 2, sendsMax: 3, graceMs: HOUR_MS },
  watch: {
    // A console makes the task within seconds at best, and the endpoint hears of it within minutes (kaspersky.md 2.6): asking
    // sooner costs KSC and the next submission more than it tells.
    pollMinMs: 2_000,
    pollMaxMs: 15_000,
    looksPerRound: 20,
    statesPerRound: 200,
    eventsPerPage: 500,
    eventPagesPerRound: 4,
    consoleTtlMs: 5_000,
    consoleDeadlineMs: 5 * MINUTE_MS,
    taskDeadlineMs: 10 * MINUTE_MS,
    startWarnMs: 30 * MINUTE_MS,
    runWarnMs: 2 * HOUR_MS,
    eventWaitMs: 2 * MINUTE_MS,
    reviveMs: 24 * HOUR_MS,
    deferredLookMs: 60_000,
    clockToleranceMs: 5 * MINUTE_MS,
    otherNumberAfterMs: MINUTE_MS,
  },
  statusLingerMs: 20,
  statusWindowMax: 2_000,
  statusesPerBatchMax: 250,
  inventoryIntervalMs: 5 * MINUTE_MS,
  inventoryPartMax: 500,
  budgetIntervalMs: 2_000,
  budgetsPerReportMax: 200,
  sweepMs: 1_000,
  resolvesMax: 4,
  pagesMax: 5_000,
  memoryMs: 40 * 24 * HOUR_MS,
};
