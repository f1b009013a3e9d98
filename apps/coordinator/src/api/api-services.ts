import type {
  AccessDesk,
  ActionDesk,
  ActionStore,
  ApprovalDesk,
  AuditDesk,
  AuthorityDesk,
  BrakeDesk,
  CanaryDesk,
  Enrolment,
  Estate,
  EvidenceDesk,
  IntakeCredentials,
  LabelDesk,
  LeaseDesk,
  ListDesk,
  LooseningDesk,
  People,
  PlanDesk,
  ReplayQuarantined,
  Retention,
  RuleRolloutDesk,
  RuleSets,
  ShadowDesk,
  TokenDesk,
  UpdateDesk,
  WhyDesk,
} from "@cordon/coordinator-core";
import type { AgentId, TenantId } from "@cordon/core/kernel";
import type { KeptAuthority } from "@cordon/identity";
import type { Decommissioned } from "../identities/retire-agent.ts";
import type { BreakGlass } from "../login/break-glass.ts";
import type { SigningKeyDesk } from "../signer/signing-key-desk.ts";
import type { HealthProbe } from "../start/health-probe.ts";

/** What the admin API hands its requests to; it decides nothing itself. */
export interface ApiServices {
  readonly estate: Estate;
  readonly retention: Pick<Retention, "view" | "set">;
  readonly enrolment: Enrolment;
  readonly signingKeys: SigningKeyDesk;
  /** Refuses the agent from now on and ends its session; false when the tenant has no such agent. */
  readonly revokeAgent: (tenantId: TenantId, agentId: AgentId) => Promise<boolean>;
  /** The same for good; undefined when the tenant has no such agent. */
  readonly decommissionAgent: (tenantId: TenantId, agentId: AgentId) => Promise<Decommissioned | undefined>;
  readonly credentials: IntakeCredentials;
  /** Called after a sender's credential was made or removed: what the intake remembers of senders is then void. */
  readonly credentialsChanged: () => void;
  readonly rules: RuleSets;
  readonly ruleRollouts: RuleRolloutDesk;
  readonly records: Pick<ActionStore, "getEvent" | "listEvents" | "listQuarantine" | "getQuarantined">;
  readonly replay: ReplayQuarantined;
  readonly why: WhyDesk;
  readonly actions: ActionDesk;
  readonly approvals: ApprovalDesk;
  readonly audit: AuditDesk;
  readonly people: People;
  readonly access: AccessDesk;
  readonly tokens: TokenDesk;
  readonly loosenings: LooseningDesk;
  readonly brakes: BrakeDesk;
  readonly canaries: CanaryDesk;
  readonly labels: LabelDesk;
  readonly leases: LeaseDesk;
  readonly lists: ListDesk;
  readonly evidence: EvidenceDesk;
  readonly plans: PlanDesk;
  readonly shadow: ShadowDesk;
  readonly updates: UpdateDesk;
  readonly breakGlass: Pick<BreakGlass, "file" | "rotate">;
  readonly health: HealthProbe;
  /** Where the listeners are, as others reach them; known once all listen. */
  readonly urls: () => PublicUrls;
  readonly authorityDesk: AuthorityDesk;
  readonly authority: Pick<KeptAuthority, "certificatePem" | "fingerprint" | "bundle" | "recovery" | "statement">;
  /** Lists of certificates that do not count any more, PEM. */
  readonly revocations: () => string;
}

export interface PublicUrls {
  readonly intake: string;
  readonly api: string;
  readonly gateway: string;
}
