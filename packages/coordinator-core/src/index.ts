export {
  type ActionDesk,
  type ActionDeskDeps,
  type CancelAnswer,
  createActionDesk,
  type OrderAnswer,
  type OrderRequest,
} from "./actions/action-desk.ts";
export * from "./dispatch/dispatcher.ts";
export * from "./dispatch/sweep.ts";
export * from "./intake/authenticate-sender.ts";
export * from "./intake/ingest.ts";
export * from "./intake/ingest-types.ts";
export * from "./intake/intake-credentials.ts";
export * from "./intake/replay-quarantined.ts";
export * from "./ports/action-store.ts";
export * from "./ports/agents.ts";
export * from "./ports/dispatch-queue.ts";
export * from "./ports/ingest-store.ts";
export * from "./ports/intake-credentials.ts";
export * from "./ports/inventory.ts";
export * from "./ports/records.ts";
export * from "./ports/rule-compiler.ts";
export * from "./ports/rule-sets.ts";
export * from "./ports/sessions.ts";
export * from "./ports/site-link.ts";
export * from "./ports/tenants.ts";
export * from "./rules/active-rules.ts";
export * from "./rules/rule-sets.ts";
export * from "./sites/enrolment.ts";
export * from "./sites/estate.ts";
export * from "./sites/site-sessions.ts";
export * from "./status/apply-statuses.ts";
export * from "./status/decide-moves.ts";
