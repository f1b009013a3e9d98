export {
  type ActingLease,
  type ActingState,
  type ActingView,
  createActingLease,
  type Moment,
  momentOf,
} from "./acting-lease.ts";
export { type CapabilitySettings, DEFAULT_CAPABILITY } from "./capability/capability-settings.ts";
export type { DriftFacts, DriftRecord } from "./drift-log.ts";
export {
  type EntryTask,
  entryKey,
  type ForeignTask,
  type LedgerEntry,
  type Occupancy,
  type Standing,
  slotOf,
  standingOf,
} from "./entry.ts";
export { DEFAULT_EVIDENCE, type EvidenceSettings } from "./evidence/evidence-settings.ts";
export type {
  EvidenceVault,
  FileHashes,
  IncomingFile,
  KeptFile,
  VaultRefusal,
} from "./evidence/evidence-vault.ts";
export { forecastEndpoint, type LedgerForecast, type PendingForecast } from "./forecast-endpoint.ts";
export type { Changes, InventoryMeta, InventoryStore, Upload } from "./inventory/inventory-store.ts";
export { isNews, type KeptEndpoint, keep, restore } from "./inventory/is-news.ts";
export { createMemoryInventoryStore } from "./inventory/memory-inventory-store.ts";
export {
  DEFAULT_LEASE_SETTINGS,
  factsOf,
  keepLease,
  type LeaseSettings,
  type ReleaseAnswer,
  type ReleaseMethod,
  type ReleaseRun,
  type ReleaseTarget,
} from "./lease/index.ts";
export {
  EMPTY_META,
  type LedgerMeta,
  type LedgerStore,
  type LedgerWrite,
  type SentAction,
  type StatusRecord,
} from "./ledger-store.ts";
export type { OrderDeps, OrderTrust, SignedWord } from "./order-gate.ts";
export type * from "./ports.ts";
export {
  type AgentSettings,
  DEFAULT_SETTINGS,
  type DoubtSettings,
  type InventorySettings,
  type WatchSettings,
} from "./settings.ts";
export { type AgentFacts, createSiteAgent, type SiteAgent, type SiteAgentDeps } from "./site-agent.ts";
export { createSiteLedger, type SiteLedger, type SiteLedgerDeps } from "./site-ledger.ts";
export type { KillSwitch, PolicyInForce, SiteAnswer, SiteWord, SiteWordView } from "./site-policy/index.ts";
export type * from "./uplink.ts";
