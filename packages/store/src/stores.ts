import type {
  AccessStore,
  ActionStore,
  AgentStore,
  ApprovalStore,
  AuditForwardStore,
  AuditStore,
  BrakeStore,
  CanaryStore,
  ChainStore,
  CoolDownResetStore,
  EndpointLabelStore,
  EvidenceStore,
  HeldActionStore,
  IngestStore,
  IntakeCredentialStore,
  InventoryStore,
  LeaseStore,
  ListStore,
  LoginStore,
  LooseningStore,
  PeopleStore,
  PlanStore,
  ReadinessStore,
  RedeliveryStore,
  ReplayStore,
  RetentionStore,
  RuleHoldStore,
  RuleRolloutStore,
  RuleSetStore,
  SessionStore,
  SweepStore,
  TenantStore,
  UpdateStore,
  WhyStore,
} from "@cordon/coordinator-core";
import { createAccessStore } from "./access-store.ts";
import { createActionStore } from "./action-store.ts";
import { createAgentStore } from "./agent-store.ts";
import { createApprovalStore } from "./approval-store.ts";
import { createAuditForwardStore } from "./audit-forward-store.ts";
import { createAuditStore } from "./audit-store.ts";
import { createBrakeStore } from "./brake-store.ts";
import { createCanaryStore } from "./canary-store.ts";
import { createChainStore } from "./chain-store.ts";
import { createCoolDownResetStore } from "./cool-down-reset-store.ts";
import type { Database } from "./database.ts";
import { createEndpointLabelStore } from "./endpoint-label-store.ts";
import { createEvidenceStore } from "./evidence-store.ts";
import { createHeldActionStore } from "./held-action-store.ts";
import { createIngestStore } from "./ingest-store.ts";
import { createIntakeCredentialStore } from "./intake-credential-store.ts";
import { createInventoryStore } from "./inventory-store.ts";
import { createLeaseStore } from "./lease-store.ts";
import { createListStore } from "./list-store.ts";
import { createLoginStore } from "./login-store.ts";
import { createLooseningStore } from "./loosening-store.ts";
import { createPeopleStore } from "./people-store.ts";
import { createPlanStore } from "./plan-store.ts";
import { createReadinessStore } from "./readiness-store.ts";
import { createRedeliveryStore } from "./redelivery-store.ts";
import { createReplayStore } from "./replay-store.ts";
import { createRetentionStore } from "./retention-store.ts";
import { createRuleHoldStore } from "./rule-hold-store.ts";
import { createRuleRolloutStore } from "./rule-rollout-store.ts";
import { createRuleSetStore } from "./rule-set-store.ts";
import { createSessionStore } from "./session-store.ts";
import { createSweepStore } from "./sweep-store.ts";
import { createTenantStore } from "./tenant-store.ts";
import { createUpdateStore } from "./update-store.ts";
import { createWhyStore } from "./why-store.ts";

/** The record, through each of its ports. */
export interface Stores {
  readonly access: AccessStore;
  readonly tenants: TenantStore;
  readonly agents: AgentStore;
  readonly credentials: IntakeCredentialStore;
  readonly ruleSets: RuleSetStore;
  readonly ruleHolds: RuleHoldStore;
  readonly ruleRollouts: RuleRolloutStore;
  readonly ingest: IngestStore;
  readonly actions: ActionStore;
  readonly held: HeldActionStore;
  readonly approvals: ApprovalStore;
  readonly audit: AuditStore;
  readonly auditForward: AuditForwardStore;
  readonly brakes: BrakeStore;
  readonly canaries: CanaryStore;
  readonly chains: ChainStore;
  readonly labels: EndpointLabelStore;
  readonly coolDownResets: CoolDownResetStore;
  readonly sweep: SweepStore;
  readonly sessions: SessionStore;
  readonly redeliveries: RedeliveryStore;
  readonly retention: RetentionStore;
  readonly inventory: InventoryStore;
  readonly leases: LeaseStore;
  readonly lists: ListStore;
  readonly login: LoginStore;
  readonly readiness: ReadinessStore;
  readonly evidence: EvidenceStore;
  readonly loosenings: LooseningStore;
  readonly people: PeopleStore;
  readonly plans: PlanStore;
  readonly replay: ReplayStore;
  readonly updates: UpdateStore;
  readonly why: WhyStore;
}

export function createStores(database: Database): Stores {
  return {
    access: createAccessStore(database),
    tenants: createTenantStore(database),
    agents: createAgentStore(database),
    credentials: createIntakeCredentialStore(database),
    ruleSets: createRuleSetStore(database),
    ruleHolds: createRuleHoldStore(database),
    ruleRollouts: createRuleRolloutStore(database),
    ingest: createIngestStore(database),
    actions: createActionStore(database),
    held: createHeldActionStore(database),
    approvals: createApprovalStore(database),
    audit: createAuditStore(database),
    auditForward: createAuditForwardStore(database),
    brakes: createBrakeStore(database),
    canaries: createCanaryStore(database),
    chains: createChainStore(database),
    labels: createEndpointLabelStore(database),
    coolDownResets: createCoolDownResetStore(database),
    sweep: createSweepStore(database),
    sessions: createSessionStore(database),
    redeliveries: createRedeliveryStore(database),
    retention: createRetentionStore(database),
    inventory: createInventoryStore(database),
    leases: createLeaseStore(database),
    lists: createListStore(database),
    login: createLoginStore(database),
    readiness: createReadinessStore(database),
    evidence: createEvidenceStore(database),
    loosenings: createLooseningStore(database),
    people: createPeopleStore(database),
    plans: createPlanStore(database),
    replay: createReplayStore(database),
    updates: createUpdateStore(database),
    why: createWhyStore(database),
  };
}
