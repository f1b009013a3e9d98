import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import * as z from "zod";
import { count, seconds } from "./fields.ts";

const { watch, doubt } = DEFAULT_SETTINGS;

export const pollingSection = z.strictObject({
  /** Between two rounds of watching, at least, and between two readings of events, at most. */
  minSeconds: seconds().default(watch.pollMinMs / 1_000),
  maxSeconds: seconds().default(watch.pollMaxMs / 1_000),
  /** Incident stored and no service console for so long: `no_console`. */
  consoleDeadlineSeconds: seconds().default(watch.consoleDeadlineMs / 1_000),
  /** Console connected and no task for so long: `unknown`. */
  taskDeadlineSeconds: seconds().default(watch.taskDeadlineMs / 1_000),
  /** Task not started, or not finished, for so long: a warning. */
  startWarnSeconds: seconds().default(watch.startWarnMs / 1_000),
  runWarnSeconds: seconds().default(watch.runWarnMs / 1_000),
  /** Calls per minute that watching may make sooner or more often than a deadline asks for. */
  courtesyCallsPerMinute: count(1, 6_000).default(watch.courtesyCallsPerMinute),
  /** Ask KSC to synchronise the endpoint so long after the request was stored, instead of waiting up to 15 minutes; absent: do not. */
  syncAfterSeconds: seconds().optional(),
  /** How often an endpoint with waiting orders is looked at for free slots. */
  deferredLookSeconds: seconds().default(watch.deferredLookMs / 1_000),
  /** Between two passes over the hosts that KSC saw lately; see section `inventory` for those over all. */
  inventorySeconds: seconds().default(DEFAULT_SETTINGS.inventoryIntervalMs / 1_000),
  budgetSeconds: seconds().default(DEFAULT_SETTINGS.budgetIntervalMs / 1_000),
  /** After a lost answer: how long KSC is given before "it is not there" is believed. */
  doubtSettleSeconds: seconds().default(doubt.settleMs / 1_000),
});
