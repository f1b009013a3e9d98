import type { BackoffPolicy } from "@cordon/core/kernel";
import { DEFAULT_LEDGER_POLICY, type LedgerPolicy } from "@cordon/core/ledger";
import { type CapabilitySettings, DEFAULT_CAPABILITY } from "./capability/capability-settings.ts";
import { DEFAULT_EVIDENCE, type EvidenceSettings } from "./evidence/evidence-settings.ts";
import { DEFAULT_LEASE_SETTINGS, type LeaseSettings } from "./lease/lease-settings.ts";

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
  readonly lease: LeaseSettings;
  /** Statuses wait this long for company, so that a burst goes up in few frames. */
  readonly statusLingerMs: number;
  /** Statuses sent and not yet acknowledged. */
  readonly statusWindowMax: number;
  /** Statuses of one frame, at most: long messages of so many still fit one. */
  readonly statusesPerBatchMax: number;
  readonly inventoryIntervalMs: number;
  readonly inventoryPartMax: number;
  readonly inventory: InventorySettings;
  readonly capability: CapabilitySettings;
  readonly evidence: EvidenceSettings;
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
  /**
   * An incident may be dated so much before its send is known here: it bears the clock of whoever sent it, which may have been set
   * since, or be another machine's.
   */
  readonly lookBackMs: number;
}

export interface InventorySettings {
  /** Between two passes over all hosts; those in between read only hosts that KSC saw lately. */
  readonly fullIntervalMs: number;
  /** How much further back than the last pass one over the hosts seen lately looks. */
  readonly overlapMs: number;
  /** A host's last-seen time alone is news only when it moved so far; that a host came or went is told at once. */
  readonly lastSeenGrainMs: number;
  /** How long the coordinator may take to store one part. */
  readonly ackMs: number;
}

/**
 * How KSC is watched. One round for the whole site reads what is new there; an action that this settles costs no call of its own. What
 * is asked beyond that comes out of a budget, so that a busy site costs KSC little more than a quiet one, except for what must be
 * known by a deadline.
 */
export interface WatchSettings {
  /** Between two rounds, at least, and between two readings of events, at most. */
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** Calls of courtesy: earlier or more often than they must be. */
  readonly courtesyCallsPerMinute: number;
  readonly courtesyCallsMax: number;
  /** Longest time between two questions about one action itself while events do not tell of its like. */
  readonly ownMaxMs: number;
  /**
   * While they do: how often it is asked all the same. For a containing action that has no task yet the gap is shorter, and doubled
   * each time up to that of the others.
   */
  readonly ownContainMs: number;
  readonly ownOtherMs: number;
  /** Calls that take longer than this lengthen all intervals in proportion, up to `slowdownMax` times. */
  readonly slowCallMs: number;
  readonly slowdownMax: number;
  /** Endpoints looked at, tasks asked for, hosts asked for and event pages read in one round: a bound on what a round costs. */
  readonly looksPerRound: number;
  readonly statesPerRound: number;
  readonly hostsPerRound: number;
  readonly eventsPerPage: number;
  readonly eventPagesPerRound: number;
  /** Up to so many watched actions, KSC's own signals say whether events are worth reading; with more they always are. */
  readonly signalActionsMax: number;
  /** Signals that have not proved themselves are listened to so often. */
  readonly signalProbeMs: number;
  /** In silence events are read all the same so often. */
  readonly signalQuietMs: number;
  /** How long an answer about the console counts: while it was there, and while it was not. */
  readonly consoleTtlMs: number;
  readonly consoleDownTtlMs: number;
  /** Incident stored, no console: `no_console`. */
  readonly consoleDeadlineMs: number;
  /** Incident stored, console connected, no task: `unknown`. */
  readonly taskDeadlineMs: number;
  /** Task seen, not started: a warning. Endpoints synchronise every 15 minutes (kaspersky.md 2.6). */
  readonly startWarnMs: number;
  /** Started, not finished: a warning. */
  readonly runWarnMs: number;
  /** How old KSC's word on a waiting action's host may be, and how soon the first must be had. */
  readonly hostMaxAgeMs: number;
  readonly hostFirstMs: number;
  /** A host that KSC last saw longer ago is taken as off, whatever its status says. */
  readonly offlineAfterMs: number;
  /** Ask KSC to synchronise the host so long after the incident was stored; off when absent. */
  readonly syncAfterMs?: number;
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
  doubt: { settleMs: 2_000, looks: 2, sendsMax: 3, graceMs: HOUR_MS, lookBackMs: 24 * HOUR_MS },
  watch: {
    // A console makes the task within seconds at best, and the endpoint hears of it within minutes (kaspersky.md 2.6): asking
    // sooner costs KSC and the next submission more than it tells.
    pollMinMs: 2_000,
    pollMaxMs: 15_000,
    courtesyCallsPerMinute: 12,
    courtesyCallsMax: 60,
    ownMaxMs: MINUTE_MS,
    ownContainMs: 2 * MINUTE_MS,
    ownOtherMs: 20 * MINUTE_MS,
    slowCallMs: 1_000,
    slowdownMax: 8,
    looksPerRound: 20,
    statesPerRound: 200,
    hostsPerRound: 500,
    eventsPerPage: 500,
    eventPagesPerRound: 4,
    signalActionsMax: 20,
    signalProbeMs: MINUTE_MS,
    signalQuietMs: MINUTE_MS,
    consoleTtlMs: MINUTE_MS,
    consoleDownTtlMs: 10_000,
    consoleDeadlineMs: 5 * MINUTE_MS,
    taskDeadlineMs: 10 * MINUTE_MS,
    startWarnMs: 30 * MINUTE_MS,
    runWarnMs: 2 * HOUR_MS,
    hostMaxAgeMs: 5 * MINUTE_MS,
    hostFirstMs: 2 * MINUTE_MS,
    offlineAfterMs: HOUR_MS,
    eventWaitMs: 2 * MINUTE_MS,
    reviveMs: 24 * HOUR_MS,
    deferredLookMs: 60_000,
    clockToleranceMs: 5 * MINUTE_MS,
    otherNumberAfterMs: MINUTE_MS,
  },
  lease: DEFAULT_LEASE_SETTINGS,
  statusLingerMs: 20,
  statusWindowMax: 2_000,
  statusesPerBatchMax: 250,
  inventoryIntervalMs: 5 * MINUTE_MS,
  inventoryPartMax: 500,
  capability: DEFAULT_CAPABILITY,
  evidence: DEFAULT_EVIDENCE,
  // Live hosts are seen every few minutes: half a day keeps a site of 100,000 at some two rows a second, were it all that changes.
  inventory: {
    fullIntervalMs: 2 * HOUR_MS,
    overlapMs: 10 * MINUTE_MS,
    lastSeenGrainMs: 12 * HOUR_MS,
    ackMs: MINUTE_MS,
  },
  budgetIntervalMs: 2_000,
  budgetsPerReportMax: 200,
  sweepMs: 1_000,
  resolvesMax: 4,
  pagesMax: 5_000,
  memoryMs: 40 * 24 * HOUR_MS,
};
