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
export {
  EMPTY_META,
  type LedgerMeta,
  type LedgerStore,
  type LedgerWrite,
  type StatusRecord,
} from "./ledger-store.ts";
export type * from "./ports.ts";
export { type AgentSettings, DEFAULT_SETTINGS, type DoubtSettings, type WatchSettings } from "./settings.ts";
export { type AgentFacts, createSiteAgent, type SiteAgent, type SiteAgentDeps } from "./site-agent.ts";
export type * from "./uplink.ts";
