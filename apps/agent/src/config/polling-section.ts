import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import * as z from "zod/mini";
import { count, seconds } from "./fields.ts";

const { watch, doubt } = DEFAULT_SETTINGS;

export const pollingSection = z.strictObject({
  /** Between two rounds of watching, at least, and between two readings of events, at most. */
  minSeconds: z._default(seconds(), watch.pollMinMs / 1_000),
  maxSeconds: z._default(seconds(), watch.pollMaxMs / 1_000),
  /** Incident stored and no service console for so long: `no_console`. */
  consoleDeadlineSeconds: z._default(seconds(), watch.consoleDeadlineMs / 1_000),
  /** Console connected and no task for so long: `unknown`. */
  taskDeadlineSeconds: z._default(seconds(), watch.taskDeadlineMs / 1_000),
  /** Task not started, or not finished, for so long: a warning. */
  startWarnSeconds: z._default(seconds(), watch.startWarnMs / 1_000),
  runWarnSeconds: z._default(seconds(), watch.runWarnMs / 1_000),
  /** Calls per minute that watching may make sooner or more often than a deadline asks for. */
  courtesyCallsPerMinute: z._default(count(1, 6_000), watch.courtesyCallsPerMinute),
  /** Ask KSC to synchronise the endpoint so long after the request was stored, instead of waiting up to 15 minutes; absent: do not. */
  syncAfterSeconds: z.optional(seconds()),
  /** How often an endpoint with waiting orders is looked at for free slots. */
  deferredLookSeconds: z._default(seconds(), watch.deferredLookMs / 1_000),
  /** Between two passes over the hosts that KSC saw lately; see section `inventory` for those over all. */
  inventorySeconds: z._default(seconds(), DEFAULT_SETTINGS.inventoryIntervalMs / 1_000),
  budgetSeconds: z._default(seconds(), DEFAULT_SETTINGS.budgetIntervalMs / 1_000),
  /** After a lost answer: how long KSC is given before "it is not there" is believed. */
  doubtSettleSeconds: z._default(seconds(), doubt.settleMs / 1_000),
});
