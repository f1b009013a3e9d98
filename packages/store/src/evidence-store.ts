import type { EvidenceRecord, EvidenceStore } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

const COLUMNS = `request_id AS "requestId", tenant_id AS "tenantId", site_id AS "siteId", action_id AS "actionId",
  endpoint_id AS "endpointId", want, item_id AS "itemId", requested_by AS "requestedBy", requested_at AS "requestedAt", state,
  answered_at AS "answeredAt", items, problem, CASE WHEN file_path IS NOT NULL THEN json_build_object(
    'itemId', file_item, 'path', file_path, 'bytes', file_bytes, 'sha256', file_sha256) END AS file`;

export function createEvidenceStore(database: Database): EvidenceStore {
  return {
    async addEvidence(record) {
      const { requestId, tenantId, siteId, actionId, endpointId, want, itemId, requestedBy, requestedAt } = record;
      await database.forTenant(tenantId).query(
        `INSERT INTO evidence_requests
           (tenant_id, request_id, site_id, action_id, endpoint_id, want, item_id, requested_by, requested_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked')`,
        [
          tenantId,
          requestId,
          siteId,
          actionId,
          endpointId,
          want,
          itemId === undefined ? null : storableText(itemId),
          storableText(requestedBy),
          requestedAt,
        ],
      );
    },
    async finishEvidence(tenantId, siteId, requestId, { items, file, problem }, now) {
      const [row] = await database.forTenant(tenantId).query<EvidenceRecord>(
        `UPDATE evidence_requests SET state = $4, answered_at = $5, items = $6, problem = $7, file_item = $8, file_path = $9,
           file_bytes = $10, file_sha256 = $11
         WHERE tenant_id = $1 AND site_id = $2 AND request_id = $3 AND state = 'asked' RETURNING ${COLUMNS}`,
        [
          tenantId,
          siteId,
          requestId,
          problem === undefined ? "answered" : "failed",
          now,
          storableJson(items),
          problem === undefined ? null : storableJson(problem),
          file === undefined ? null : storableText(file.itemId),
          file === undefined ? null : storableText(file.path),
          file?.bytes ?? null,
          file?.sha256 ?? null,
        ],
      );
      return row && present(row);
    },
    async getEvidence(tenantId, requestId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<EvidenceRecord>(`SELECT ${COLUMNS} FROM evidence_requests WHERE tenant_id = $1 AND request_id = $2`, [
          tenantId,
          requestId,
        ]);
      return row && present(row);
    },
    async listEvidence(tenantId, actionId, limit) {
      const rows = await database.forTenant(tenantId).query<EvidenceRecord>(
        `SELECT ${COLUMNS} FROM evidence_requests WHERE tenant_id = $1 AND action_id = $2
         ORDER BY requested_at DESC, request_id LIMIT $3`,
        [tenantId, actionId, limit],
      );
      return rows.map(present);
    },
  };
}
