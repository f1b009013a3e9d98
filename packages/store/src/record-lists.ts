import type { ActionStore } from "@cordon/coordinator-core";
import type { TenantId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { toAction, toDecision, toEvent, toQuarantine } from "./record-rows.ts";

type RecordLists = Pick<ActionStore, "listActions" | "listDecisions" | "listEvents" | "getEvent" | "listQuarantine">;

/** Lists with filters, newest first, a page at a time; the page's last row is the next one's start. */
export function createRecordLists(database: Database): RecordLists {
  const events = (tenantId: TenantId) =>
    database
      .forTenant(tenantId)
      .kysely.selectFrom("events as e")
      .selectAll("e")
      .select(({ selectFrom, fn }) =>
        selectFrom("decisions as d")
          .select(fn.countAll<number>().as("count"))
          .whereRef("d.tenant_id", "=", "e.tenant_id")
          .whereRef("d.event_id", "=", "e.event_id")
          // No partition of before the event is looked into.
          .whereRef("d.decided_at", ">=", "e.received_at")
          .$asScalar()
          .$notNull()
          .as("decisions"),
      );

  return {
    async listActions(tenantId, filter) {
      const { kysely } = database.forTenant(tenantId);
      let query = kysely.selectFrom("actions").selectAll().where("tenant_id", "=", tenantId);
      if (filter.siteId !== undefined) query = query.where("site_id", "=", filter.siteId);
      if (filter.endpointId !== undefined) query = query.where("endpoint_id", "=", filter.endpointId);
      if (filter.eventId !== undefined) {
        // Found through its decisions, which are indexed by event: an action without one does not exist.
        const ofEvent = kysely
          .selectFrom("decisions")
          .select("action_id")
          .where("tenant_id", "=", tenantId)
          .where("event_id", "=", filter.eventId);
        query = query.where("action_id", "in", ofEvent);
      }
      if (filter.ruleId !== undefined) query = query.where("rule_id", "=", filter.ruleId);
      if (filter.states !== undefined) query = query.where("state", "in", filter.states);
      if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
      if (filter.actionClass !== undefined) query = query.where("action_class", "=", filter.actionClass);
      if (filter.createdFrom !== undefined) query = query.where("created_at", ">=", filter.createdFrom);
      if (filter.createdTo !== undefined) query = query.where("created_at", "<=", filter.createdTo);
      if (filter.after !== undefined) {
        const { createdAt, actionId } = filter.after;
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("created_at", "action_id"), "<", tuple<number, string>(createdAt, actionId)),
        );
      }
      const rows = await query.orderBy("created_at", "desc").orderBy("action_id", "desc").limit(filter.limit).execute();
      return rows.map(toAction);
    },
    async listDecisions(tenantId, filter) {
      const { kysely } = database.forTenant(tenantId);
      let query = kysely.selectFrom("decisions").selectAll().where("tenant_id", "=", tenantId);
      if (filter.siteId !== undefined) query = query.where("site_id", "=", filter.siteId);
      if (filter.endpointId !== undefined) query = query.where("endpoint_id", "=", filter.endpointId);
      if (filter.eventId !== undefined) query = query.where("event_id", "=", filter.eventId);
      if (filter.ruleId !== undefined) query = query.where("rule_id", "=", filter.ruleId);
      if (filter.verdict !== undefined) query = query.where("verdict", "=", filter.verdict);
      if (filter.code !== undefined) query = query.where("code", "=", filter.code);
      if (filter.from !== undefined) query = query.where("decided_at", ">=", filter.from);
      if (filter.to !== undefined) query = query.where("decided_at", "<=", filter.to);
      if (filter.after !== undefined) {
        const { decidedAt, decisionId } = filter.after;
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("decided_at", "decision_id"), "<", tuple<number, string>(decidedAt, decisionId)),
        );
      }
      const rows = await query
        .orderBy("decided_at", "desc")
        .orderBy("decision_id", "desc")
        .limit(filter.limit)
        .execute();
      return rows.map(toDecision);
    },
    async getEvent(tenantId, eventId) {
      const row = await events(tenantId)
        .where("e.tenant_id", "=", tenantId)
        .where("e.event_id", "=", eventId)
        .where("e.received_at", "=", ({ selectFrom }) =>
          selectFrom("event_keys as k")
            .select("k.received_at")
            .where("k.tenant_id", "=", tenantId)
            .where("k.event_id", "=", eventId),
        )
        .executeTakeFirst();
      return row && toEvent(row);
    },
    async listEvents(tenantId, filter) {
      let query = events(tenantId).where("e.tenant_id", "=", tenantId);
      if (filter.from !== undefined) query = query.where("e.received_at", ">=", filter.from);
      if (filter.to !== undefined) query = query.where("e.received_at", "<=", filter.to);
      if (filter.decidedOnly === true) {
        query = query.where(({ exists, selectFrom }) =>
          exists(
            selectFrom("decisions as d")
              .select("d.decision_id")
              .whereRef("d.tenant_id", "=", "e.tenant_id")
              .whereRef("d.event_id", "=", "e.event_id")
              .whereRef("d.decided_at", ">=", "e.received_at"),
          ),
        );
      }
      if (filter.after !== undefined) {
        const { receivedAt, eventId } = filter.after;
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("e.received_at", "e.event_id"), "<", tuple<number, string>(receivedAt, eventId)),
        );
      }
      const rows = await query
        .orderBy("e.received_at", "desc")
        .orderBy("e.event_id", "desc")
        .limit(filter.limit)
        .execute();
      return rows.map(toEvent);
    },
    async listQuarantine(tenantId, filter) {
      let query = database
        .forTenant(tenantId)
        .kysely.selectFrom("quarantine")
        .selectAll()
        .where("tenant_id", "=", tenantId);
      if (filter.after !== undefined) query = query.where("quarantine_id", "<", filter.after.quarantineId);
      const rows = await query.orderBy("quarantine_id", "desc").limit(filter.limit).execute();
      return rows.map(toQuarantine);
    },
  };
}
