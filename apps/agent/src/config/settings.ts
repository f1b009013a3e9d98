import { type AgentSettings, DEFAULT_SETTINGS } from "@cordon/agent-core";
import type { AgentConfig } from "./agent-config.ts";
import { leaseSettingsOf } from "./isolation-section.ts";
import { ledgerPolicyOf } from "./ledger-section.ts";

/** The configuration in the words of the use cases. */
export function settingsOf(config: AgentConfig): AgentSettings {
  const { polling: pace } = config;
  const ms = (value: number) => Math.round(value * 1_000);
  return {
    ...DEFAULT_SETTINGS,
    ledger: ledgerPolicyOf(config.ledger),
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
      courtesyCallsPerMinute: pace.courtesyCallsPerMinute,
      ...(pace.syncAfterSeconds === undefined ? {} : { syncAfterMs: ms(pace.syncAfterSeconds) }),
    },
    lease: leaseSettingsOf(config.isolation, config.ledger.limit),
    inventoryIntervalMs: ms(pace.inventorySeconds),
    inventory: {
      ...DEFAULT_SETTINGS.inventory,
      fullIntervalMs: ms(config.inventory.fullIntervalSeconds),
      lastSeenGrainMs: ms(config.inventory.lastSeenGrainSeconds),
    },
    capability: {
      ...DEFAULT_SETTINGS.capability,
      minimums: { kesVersion: config.inventory.kesVersionMin, edrMissing: config.inventory.edrMissing },
      kscVersionMin: config.inventory.kscVersionMin,
    },
    evidence: { ...DEFAULT_SETTINGS.evidence, enabled: config.evidence.enabled },
    budgetIntervalMs: ms(pace.budgetSeconds),
  };
}
