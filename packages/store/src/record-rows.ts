import type { ActionRecord, DecisionRecord, EventRecord, QuarantineRecord } from "@cordon/coordinator-core";
import type { ActionArgs, ActionClass, ActionKind, ActionState, StatusDetail } from "@cordon/core/action";
import type { FieldValue } from "@cordon/core/event";
import {
  type ActionId,
  type DecisionId,
  type EndpointId,
  type EpochMs,
  type EventId,
  isErrorCode,
  type RuleId,
  type SiteId,
  type TenantId,
} from "@cordon/core/kernel";
import type { Selectable } from "kysely";
import type { ActionRow as ActionColumns, DecisionRow, EventRow, QuarantineRow } from "./tables.ts";

export type ActionRow = Selectable<ActionColumns>;

export function toAction(row: ActionRow): ActionRecord {
  return {
    tenantId: row.tenant_id as TenantId,
    actionId: row.action_id as ActionId,
    siteId: row.site_id as SiteId,
    endpointId: row.endpoint_id as EndpointId,
    endpointName: row.endpoint_name,
    spec: row.spec as ActionArgs,
    actionClass: row.action_class as ActionClass,
    decisionId: row.decision_id as DecisionId,
    eventId: row.event_id as EventId,
    ruleId: row.rule_id as RuleId,
    ruleSetVersion: row.rule_set_version,
    createdAt: row.created_at as EpochMs,
    deadline: row.deadline as EpochMs,
    state: row.state as ActionState,
    stateAt: row.state_at as EpochMs,
    ...(row.last_status_seq === null ? {} : { lastStatusSeq: row.last_status_seq }),
    ...(row.detail === null ? {} : { detail: row.detail as StatusDetail }),
    ...(row.retry_of === null ? {} : { retryOf: row.retry_of as ActionId }),
  };
}

export function toDecision(row: Selectable<DecisionRow>): DecisionRecord {
  return {
    tenantId: row.tenant_id as TenantId,
    decisionId: row.decision_id as DecisionId,
    eventId: row.event_id as EventId,
    ruleId: row.rule_id as RuleId,
    ruleSetVersion: row.rule_set_version,
    verdict: row.verdict as DecisionRecord["verdict"],
    actionKind: row.action_kind as ActionKind,
    code: row.code as DecisionRecord["code"],
    reason: row.reason,
    ...(row.site_id === null ? {} : { siteId: row.site_id as SiteId }),
    ...(row.endpoint_id === null ? {} : { endpointId: row.endpoint_id as EndpointId }),
    ...(row.endpoint_name === null ? {} : { endpointName: row.endpoint_name }),
    ...(row.action_id === null ? {} : { actionId: row.action_id as ActionId }),
    decidedAt: row.decided_at as EpochMs,
    detail: row.detail as Readonly<Record<string, unknown>>,
  };
}

export function toEvent(row: Selectable<EventRow> & { readonly decisions: number }): EventRecord {
  return {
    tenantId: row.tenant_id as TenantId,
    eventId: row.event_id as EventId,
    name: row.name,
    timestamp: row.timestamp as EpochMs,
    receivedAt: row.received_at as EpochMs,
    fields: row.fields as Readonly<Record<string, FieldValue>>,
    decisions: row.decisions,
  };
}

export function toQuarantine(row: Selectable<QuarantineRow>): QuarantineRecord {
  return {
    quarantineId: row.quarantine_id,
    tenantId: row.tenant_id as TenantId,
    // A code of another release stays readable.
    code: isErrorCode(row.code) ? row.code : "event.invalid",
    message: row.message,
    raw: row.raw.toString("utf8"),
    truncated: row.truncated,
    receivedAt: row.received_at as EpochMs,
    ...(row.replayed_at === null ? {} : { replayedAt: row.replayed_at as EpochMs }),
  };
}
