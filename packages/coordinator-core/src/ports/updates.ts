import type { AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";
import type { ReleaseManifest } from "@cordon/core/release";
import type { FleetAgent, ReportedState, Rollout } from "../updates/rollout.ts";

export interface Release {
  readonly manifest: ReleaseManifest;
  /** Base64 of the Ed25519 signature over the manifest's bytes. */
  readonly signature: string;
  readonly keyId: string;
  readonly registeredAt: EpochMs;
  readonly registeredBy: string;
}

export interface AgentRef {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
}

export interface AgentUpdateReport {
  readonly version: string;
  readonly state: ReportedState;
  readonly target: string;
  readonly ring?: number | undefined;
  readonly problem?: { readonly code: ErrorCode; readonly message: string } | undefined;
}

/** Releases and rollouts are the provider's, not a tenant's; what agents run is asked for all tenants at once. */
export interface UpdateStore {
  /** `exists`: another release has this version. Registering the same twice changes nothing. */
  addRelease(release: Release, manifestBytes: Uint8Array): Promise<"created" | "same" | "exists">;
  getRelease(version: string): Promise<Release | undefined>;
  /** Newest first. */
  listReleases(): Promise<readonly Release[]>;
  /** `busy`: another one runs or is paused. */
  addRollout(rollout: Rollout): Promise<"created" | "busy">;
  getRollout(rolloutId: string): Promise<Rollout | undefined>;
  /** The newest that was not aborted. */
  currentRollout(): Promise<Rollout | undefined>;
  /** Newest first, at most `limit`. */
  listRollouts(limit: number): Promise<readonly Rollout[]>;
  /** False when somebody changed it since this revision was read; then nothing was written. */
  saveRollout(next: Rollout): Promise<boolean>;
  /** An agent's session began or ended. */
  noteConnection(agent: AgentRef, running: string, connected: boolean, now: EpochMs): Promise<void>;
  /** These agents are connected here just now. */
  noteSeen(agents: readonly AgentId[], now: EpochMs): Promise<void>;
  putReport(agent: AgentRef, report: AgentUpdateReport, now: EpochMs): Promise<void>;
  /** All agents that are not revoked, with their last word about `version`. */
  listFleet(version: string, now: EpochMs): Promise<readonly FleetAgent[]>;
}

/** Where an admin puts releases; shared by all gateways. */
export interface ReleaseFolder {
  /** Undefined when there is no such release. */
  readSigned(version: string): Promise<{ readonly manifest: Uint8Array; readonly signature: Uint8Array } | undefined>;
  /** Undefined when the file is not there. */
  describe(version: string, name: string): Promise<{ readonly bytes: number; readonly sha256: string } | undefined>;
}
