import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import * as z from "zod";
import { seconds } from "./fields.ts";

const { watch, doubt } = DEFAULT_SETTINGS;

export const pollingSection = z.strictObject({
  /** Shortest and longest time between two looks at one action. */
  minSeconds: seconds().default(watch.pollMinMs / 1_000),
  maxSeconds: seconds().default(watch.pollMaxMs / 1_000),
  /** Incident stored and no service console for so long: `no_console`. */
  consoleDeadlineSeconds: seconds().default(watch.consoleDeadlineMs / 1_000),
  /** Console connected and no task for so long: `unknown`. */
  taskDeadlineSeconds: seconds().default(watch.taskDeadlineMs / 1_000),
  /** Task not started, or not finished, for so long: a warning. */
  startWarnSeconds: seconds().default(watch.startWarnMs / 1_000),
  runWarnSeconds: seconds().default(watch.runWarnMs / 1_000),
  /** How often an endpoint with waiting orders is looked at for free slots. */
  deferredLookSeconds: seconds().default(watch.deferredLookMs / 1_000),
  /** Between two passes over the hosts that KSC saw lately; see section `inventory` for those over all. */
  inventorySeconds: seconds().default(DEFAULT_SETTINGS.inventoryIntervalMs / 1_000),
  budgetSeconds: seconds().default(DEFAULT_SETTINGS.budgetIntervalMs / 1_000),
  /** After a lost answer: how long KSC is given before "it is not there" is believed. */
  doubtSettleSeconds: seconds().default(doubt.settleMs / 1_000),
});
