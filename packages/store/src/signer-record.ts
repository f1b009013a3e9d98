import type { DispatchableAction } from "@cordon/coordinator-core";
import type { ActionId, AgentId, Logger, Secret, SiteId, TenantId } from "@cordon/core/kernel";
import { selectDispatchable } from "./action-store.ts";
import { openTenantWork } from "./database.ts";
import { present } from "./present.ts";

/** A session as whoever asks for signatures claims it. */
export interface ClaimedSession {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly epoch: number;
}

export interface RecordedRelease {
  readonly actionId: ActionId;
  readonly reason: string;
}

export interface RecordedRequest {
  readonly requestId: string;
  readonly actionId: ActionId;
  readonly want: "metadata" | "file";
  readonly itemId?: string;
  readonly requestedBy: string;
}

/**
 * What the signer sees of the record, over a connection of its own in the role `cordon_signer`: it reads actions, redeliveries,
 * lease_releases, evidence_requests, site_sessions, sites and tenants, and writes order_sequences alone [O7].
 */
export interface SignerRecord {
  /** Whether this is the site's active session. */
  isActive(session: ClaimedSession): Promise<boolean>;
  hasTenant(tenantId: TenantId): Promise<boolean>;
  /** As dispatch reads them. */
  actions(tenantId: TenantId, siteId: SiteId, actionIds: readonly ActionId[]): Promise<readonly DispatchableAction[]>;
  /** Releases that somebody asked for. */
  releases(tenantId: TenantId, siteId: SiteId, actionIds: readonly ActionId[]): Promise<readonly RecordedRelease[]>;
  /** Questions for evidence that are not answered. */
  requests(tenantId: TenantId, siteId: SiteId, requestIds: readonly string[]): Promise<readonly RecordedRequest[]>;
  /** The first of `count` numbers of the site that nobody else gets. */
  reserve(tenantId: TenantId, siteId: SiteId, count: number): Promise<number>;
  close(): Promise<void>;
}

/** A batch reads several tables side by side. */
const CONNECTIONS_MAX = 4;

export function openSignerRecord(options: {
  readonly url: Secret;
  readonly role?: string;
  readonly logger: Logger;
}): SignerRecord {
  const { forTenant, close } = openTenantWork({ ...options, connectionsMax: CONNECTIONS_MAX });
  return {
    async isActive({ tenantId, siteId, agentId, epoch }) {
      const rows = await forTenant(tenantId).query(
        "SELECT 1 FROM site_sessions WHERE tenant_id = $1 AND site_id = $2 AND agent_id = $3 AND epoch = $4",
        [tenantId, siteId, agentId, epoch],
        "signer_session",
      );
      return rows.length > 0;
    },
    async hasTenant(tenantId) {
      const rows = await forTenant(tenantId).query("SELECT 1 FROM tenants WHERE tenant_id = $1", [tenantId]);
      return rows.length > 0;
    },
    actions: (tenantId, siteId, actionIds) => selectDispatchable(forTenant(tenantId), tenantId, siteId, actionIds),
    releases: (tenantId, siteId, actionIds) =>
      forTenant(tenantId).query<RecordedRelease>(
        `SELECT action_id AS "actionId", reason FROM lease_releases
         WHERE tenant_id = $1 AND site_id = $2 AND action_id = ANY($3)`,
        [tenantId, siteId, actionIds],
      ),
    async requests(tenantId, siteId, requestIds) {
      const rows = await forTenant(tenantId).query<RecordedRequest>(
        `SELECT request_id AS "requestId", action_id AS "actionId", want, item_id AS "itemId", requested_by AS "requestedBy"
         FROM evidence_requests WHERE tenant_id = $1 AND site_id = $2 AND request_id = ANY($3) AND state = 'asked'`,
        [tenantId, siteId, requestIds],
      );
      return rows.map((row) => present(row) as RecordedRequest);
    },
    async reserve(tenantId, siteId, count) {
      const [row] = await forTenant(tenantId).query<{ next: number }>(
        `INSERT INTO order_sequences AS s (tenant_id, site_id, next) VALUES ($1, $2, 1 + $3::bigint)
         ON CONFLICT (tenant_id, site_id) DO UPDATE SET next = s.next + $3::bigint RETURNING next`,
        [tenantId, siteId, count],
      );
      return (row as { next: number }).next - count;
    },
    close,
  };
}
