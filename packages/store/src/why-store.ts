import type { PastEvent, WhyStore } from "@cordon/coordinator-core";
import type { EndpointBudget } from "@cordon/core/endpoint";
import type { EpochMs } from "@cordon/core/kernel";
import type { Selectable } from "kysely";
import { readBrakesAt } from "./brake-store.ts";
import type { Database } from "./database.ts";
import { toDecision, toEvent } from "./record-rows.ts";
import { readHoldsAt } from "./rule-hold-store.ts";
import type { DecisionRow, EventRow } from "./tables.ts";

/** Of its decisions, as of an event, no partition from before it is looked into. */
const EVENT = `e.tenant_id, e.event_id, e.name, e."timestamp", e.received_at, e.fields, e.rule_set_versions,
  (SELECT count(*) FROM decisions d
   WHERE d.tenant_id = e.tenant_id AND d.event_id = e.event_id AND d.decided_at >= e.received_at) AS decisions`;

type PastRow = Selectable<EventRow> & { readonly decisions: number; readonly rule_set_versions: number[] | null };

function toPastEvent(row: PastRow): PastEvent {
  return { ...toEvent(row), ...(row.rule_set_versions === null ? {} : { ruleSetVersions: row.rule_set_versions }) };
}

/** A text as it stands within JSON, in a pattern. */
function containing(text: string): string {
  return `%${JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\\%_]/g, "\\$&")}%`;
}

export function createWhyStore(database: Database): WhyStore {
  return {
    async getPastEvent(tenantId, eventId) {
      const [row] = await database.forTenant(tenantId).query<PastRow>(
        `SELECT ${EVENT} FROM event_keys k JOIN events e USING (tenant_id, received_at, event_id)
         WHERE k.tenant_id = $1 AND k.event_id = $2`,
        [tenantId, eventId],
      );
      return row && toPastEvent(row);
    },
    async findPastEvents(tenantId, { texts, eventIds, from, to, after, limit }) {
      const rows = await database.forTenant(tenantId).query<PastRow>(
        `SELECT ${EVENT} FROM events e
         WHERE tenant_id = $1 AND received_at BETWEEN $2 AND $3
           AND ($4::bigint IS NULL OR (received_at, event_id) < ($4, $5))
           AND (event_id = ANY($6) OR lower(fields::text) LIKE ANY($7::text[]))
         ORDER BY received_at DESC, event_id DESC LIMIT $8`,
        [tenantId, from, to, after?.receivedAt ?? null, after?.eventId ?? null, eventIds, texts.map(containing), limit],
      );
      return rows.map(toPastEvent);
    },
    async newestFrom(tenantId, { from, to }, rowsMax) {
      const [row] = await database.forTenant(tenantId).query<{ received_at: EpochMs }>(
        `SELECT received_at FROM events WHERE tenant_id = $1 AND received_at BETWEEN $2 AND $3
         ORDER BY received_at DESC, event_id DESC OFFSET $4 LIMIT 1`,
        [tenantId, from, to, rowsMax],
      );
      return row?.received_at;
    },
    async decisionsOf(tenantId, events, limit) {
      if (events.length === 0) return [];
      const from = Math.min(...events.map(({ receivedAt }) => receivedAt));
      const rows = await database.forTenant(tenantId).query<Selectable<DecisionRow>>(
        `SELECT * FROM decisions WHERE tenant_id = $1 AND event_id = ANY($2) AND decided_at >= $3
         ORDER BY decided_at, decision_id LIMIT $4`,
        [tenantId, events.map(({ eventId }) => eventId), from, limit],
      );
      return rows.map(toDecision);
    },
    brakesAt: (tenantId, at) => readBrakesAt(database.forTenant(tenantId), tenantId, at),
    holdsAt: (tenantId, at) => readHoldsAt(database.forTenant(tenantId), tenantId, at),
    async budgetAt(tenantId, siteId, endpointId, at) {
      // Of an endpoint about which nothing changed since, the last word is still the one that holds.
      const [row] = await database.forTenant(tenantId).query<EndpointBudget>(
        `WITH changes AS (
           SELECT * FROM budget_changes WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3)
         SELECT endpoint_id AS "endpointId", slot_limit AS limit, used, foreign_used AS foreign, deferred, known,
           measured_at AS "measuredAt"
         FROM (
           SELECT endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at
           FROM changes WHERE measured_at <= $4
           UNION ALL
           SELECT endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at FROM endpoint_budgets
           WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3 AND measured_at <= $4) AS said
         ORDER BY measured_at DESC LIMIT 1`,
        [tenantId, siteId, endpointId, at],
      );
      return row;
    },
    async versionAt(tenantId, siteId, at) {
      const [row] = await database.forTenant(tenantId).query<{ version: number }>(
        `SELECT version FROM (
           SELECT t.version, s.since AS at FROM rule_rollout_sites s JOIN rule_rollout_tenants t USING (rollout_id, tenant_id)
           WHERE s.tenant_id = $1 AND s.site_id = $2 AND s.since <= $3 AND (s.until IS NULL OR s.until > $3)
           UNION ALL
           SELECT version, activated_at FROM rule_set_activations WHERE tenant_id = $1 AND activated_at <= $3) AS changes
         ORDER BY at DESC LIMIT 1`,
        [tenantId, siteId ?? null, at],
      );
      return row?.version;
    },
  };
}
