import { type AgentSettings, DEFAULT_SETTINGS } from "@cordon/agent-core";
import { checkLedgerPolicy } from "@cordon/core/ledger";
import type { AgentConfig } from "./agent-config.ts";

/** The configuration in the words of the use cases. */
export function settingsOf(config: AgentConfig): AgentSettings {
  const { ledger: slots, polling: pace } = config;
  const ms = (value: number) => Math.round(value * 1_000);
  const lifespanMs = slots.lifespanDays * 86_400_000;
  return {
    ...DEFAULT_SETTINGS,
    ledger: checkLedgerPolicy({
      ...DEFAULT_SETTINGS.ledger,
      endpoint: { limit: slots.limit, lifespanMs },
      containReserve: slots.containReserve,
      remediateReserve: slots.remediateReserve,
      foreignMargin: slots.foreignMargin,
      occupancyMaxAgeMs: ms(slots.occupancyMaxAgeSeconds),
      ...(slots.perServer === undefined ? {} : { server: { ...slots.perServer, lifespanMs } }),
    }),
    submissionsMax: config.ksc.sessions,
    doubt: { ...DEFAULT_SETTINGS.doubt, settleMs: ms(pace.doubtSettleSeconds) },
    watch: {
      ...DEFAULT_SETTINGS.watch,
      pollMinMs: ms(pace.minSeconds),
      pollMaxMs: Math.max(ms(pace.minSeconds), ms(pace.maxSeconds)),
      consoleDeadlineMs: ms(pace.consoleDeadlineSeconds),
      taskDeadlineMs: ms(pace.taskDeadlineSeconds),
      startWarnMs: ms(pace.startWarnSeconds),
      runWarnMs: ms(pace.runWarnSeconds),
      deferredLookMs: ms(pace.deferredLookSeconds),
    },
    inventoryIntervalMs: ms(pace.inventorySeconds),
    budgetIntervalMs: ms(pace.budgetSeconds),
  };
}
