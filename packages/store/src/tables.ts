import type { ColumnType } from "kysely";

/** Rows as the driver hands them out: bigint as number, json parsed. Only what Kysely reads is listed. */
export interface Tables {
  readonly events: EventRow;
  readonly event_keys: EventKeyRow;
  readonly quarantine: QuarantineRow;
  readonly decisions: DecisionRow;
  readonly actions: ActionRow;
  readonly endpoints: EndpointRow;
  readonly endpoint_budgets: BudgetRow;
}

/** Read here, written by plain SQL. */
type ReadOnly<T> = ColumnType<T, never, never>;

export interface EventRow {
  readonly tenant_id: string;
  readonly event_id: string;
  readonly name: string;
  readonly timestamp: number;
  readonly received_at: number;
  readonly fields: ReadOnly<unknown>;
}

export interface EventKeyRow {
  readonly tenant_id: string;
  readonly event_id: string;
  readonly received_at: number;
}

export interface QuarantineRow {
  readonly quarantine_id: number;
  readonly tenant_id: string;
  readonly code: string;
  readonly message: string;
  readonly raw: ReadOnly<Buffer>;
  readonly truncated: boolean;
  readonly received_at: number;
  readonly replayed_at: number | null;
}

export interface DecisionRow {
  readonly tenant_id: string;
  readonly decision_id: string;
  readonly event_id: string;
  readonly rule_id: string;
  readonly rule_set_version: number;
  readonly verdict: string;
  readonly action_kind: string;
  readonly code: string;
  readonly reason: string;
  readonly site_id: string | null;
  readonly endpoint_id: string | null;
  readonly endpoint_name: string | null;
  readonly action_id: string | null;
  readonly decided_at: number;
  readonly detail: ReadOnly<unknown>;
}

export interface ActionRow {
  readonly tenant_id: string;
  readonly action_id: string;
  readonly site_id: string;
  readonly endpoint_id: string;
  readonly endpoint_name: string;
  readonly kind: string;
  readonly action_class: string;
  readonly spec: ReadOnly<unknown>;
  readonly decision_id: string;
  readonly event_id: string;
  readonly rule_id: string;
  readonly rule_set_version: number;
  readonly created_at: number;
  readonly deadline: number;
  readonly state: string;
  readonly state_at: number;
  readonly last_status_seq: number | null;
  readonly detail: ReadOnly<unknown>;
  readonly retry_of: string | null;
}

export interface EndpointRow {
  readonly tenant_id: string;
  readonly site_id: string;
  readonly endpoint_id: string;
  readonly instance_id: string | null;
  readonly display_name: string;
  readonly fqdn: string | null;
  readonly host_name: string | null;
  readonly addresses: readonly string[];
  readonly group_id: number | null;
  readonly group_name: string | null;
  readonly kes_version: string | null;
  readonly agent_version: string | null;
  readonly os_name: string | null;
  readonly edr_status: number | null;
  readonly status_mask: number;
  readonly last_seen_at: number | null;
}

export interface BudgetRow {
  readonly tenant_id: string;
  readonly site_id: string;
  readonly endpoint_id: string;
  readonly slot_limit: number;
  readonly used: number;
  readonly foreign_used: number;
  readonly deferred: number;
  readonly known: boolean;
  readonly measured_at: number;
}
