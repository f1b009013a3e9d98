// Generated from proto/ by packages/protocol/generate.mjs (`npm run proto:gen`). Do not edit.
import type { MessageShape } from "../scan-frame.ts";

const PING: MessageShape = {
  name: "Ping",
  fields: {
    1: { name: "nonce", wire: 0, repeated: false },
  },
};

const PONG: MessageShape = {
  name: "Pong",
  fields: {
    1: { name: "nonce", wire: 0, repeated: false },
  },
};

const ACCEPTED: MessageShape = {
  name: "Accepted",
  fields: {
  },
};

const DUPLICATE: MessageShape = {
  name: "Duplicate",
  fields: {
    1: { name: "state", wire: 0, repeated: false },
  },
};

const PROBLEM: MessageShape = {
  name: "Problem",
  fields: {
    1: { name: "code", wire: 2, repeated: false },
    2: { name: "message", wire: 2, repeated: false },
  },
};

const RECEIPT: MessageShape = {
  name: "Receipt",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "accepted", wire: 2, repeated: false, oneof: "verdict", message: ACCEPTED },
    3: { name: "duplicate", wire: 2, repeated: false, oneof: "verdict", message: DUPLICATE },
    4: { name: "refused", wire: 2, repeated: false, oneof: "verdict", message: PROBLEM },
  },
};

const EVIDENCE: MessageShape = {
  name: "Evidence",
  fields: {
    1: { name: "rung", wire: 0, repeated: false },
    2: { name: "incident_id", wire: 0, repeated: false },
    3: { name: "task_id", wire: 2, repeated: false },
    4: { name: "task_name", wire: 2, repeated: false },
    5: { name: "host_state", wire: 0, repeated: false },
    6: { name: "event_db_id", wire: 0, repeated: false },
  },
};

const STATUS: MessageShape = {
  name: "Status",
  fields: {
    1: { name: "seq", wire: 0, repeated: false },
    2: { name: "action_id", wire: 2, repeated: false },
    3: { name: "state", wire: 0, repeated: false },
    4: { name: "at_ms", wire: 0, repeated: false },
    5: { name: "evidence", wire: 2, repeated: false, message: EVIDENCE },
    6: { name: "code", wire: 2, repeated: false },
    7: { name: "message", wire: 2, repeated: false },
    8: { name: "earliest_ms", wire: 0, repeated: false },
  },
};

const STATUS_BATCH: MessageShape = {
  name: "StatusBatch",
  fields: {
    1: { name: "statuses", wire: 2, repeated: true, message: STATUS },
  },
};

const STATUS_ACK: MessageShape = {
  name: "StatusAck",
  fields: {
    1: { name: "cursor", wire: 0, repeated: false },
  },
};

const CANCEL_RESULT: MessageShape = {
  name: "CancelResult",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "outcome", wire: 0, repeated: false },
    3: { name: "state", wire: 0, repeated: false },
  },
};

const LEDGER_SUMMARY: MessageShape = {
  name: "LedgerSummary",
  fields: {
    1: { name: "endpoints", wire: 0, repeated: false },
    2: { name: "open", wire: 0, repeated: false },
    3: { name: "deferred", wire: 0, repeated: false },
  },
};

const HELLO: MessageShape = {
  name: "Hello",
  fields: {
    1: { name: "protocol_min", wire: 0, repeated: false },
    2: { name: "protocol_max", wire: 0, repeated: false },
    3: { name: "agent_version", wire: 2, repeated: false },
    4: { name: "site_id", wire: 2, repeated: false },
    5: { name: "epoch", wire: 0, repeated: false },
    6: { name: "status_seq", wire: 0, repeated: false },
    7: { name: "inventory_version", wire: 0, repeated: false },
    8: { name: "ledger", wire: 2, repeated: false, message: LEDGER_SUMMARY },
    9: { name: "service_console", wire: 0, repeated: false },
    10: { name: "agent_time_ms", wire: 0, repeated: false },
    11: { name: "ledger_id", wire: 2, repeated: false },
    12: { name: "stand_by", wire: 0, repeated: false },
  },
};

const WELCOME: MessageShape = {
  name: "Welcome",
  fields: {
    1: { name: "protocol", wire: 0, repeated: false },
    2: { name: "epoch", wire: 0, repeated: false },
    3: { name: "status_cursor", wire: 0, repeated: false },
    4: { name: "inventory_version", wire: 0, repeated: false },
    5: { name: "heartbeat_ms", wire: 0, repeated: false },
    6: { name: "coordinator_time_ms", wire: 0, repeated: false },
    7: { name: "statuses_per_batch_max", wire: 0, repeated: false },
    8: { name: "stand_by", wire: 0, repeated: false },
    9: { name: "acting_lease_ms", wire: 0, repeated: false },
  },
};

const ENDPOINT: MessageShape = {
  name: "Endpoint",
  fields: {
    1: { name: "endpoint_id", wire: 2, repeated: false },
    2: { name: "instance_id", wire: 2, repeated: false },
    3: { name: "display_name", wire: 2, repeated: false },
    4: { name: "fqdn", wire: 2, repeated: false },
    5: { name: "host_name", wire: 2, repeated: false },
    6: { name: "addresses", wire: 2, repeated: true },
    7: { name: "group_id", wire: 0, repeated: false },
    8: { name: "group_name", wire: 2, repeated: false },
    9: { name: "kes_version", wire: 2, repeated: false },
    10: { name: "agent_version", wire: 2, repeated: false },
    11: { name: "os_name", wire: 2, repeated: false },
    12: { name: "status_mask", wire: 0, repeated: false },
    13: { name: "last_seen_at_ms", wire: 0, repeated: false },
    14: { name: "edr_status", wire: 0, repeated: false },
  },
};

const INVENTORY_SNAPSHOT: MessageShape = {
  name: "InventorySnapshot",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "part", wire: 0, repeated: false },
    3: { name: "last", wire: 0, repeated: false },
    4: { name: "endpoints", wire: 2, repeated: true, message: ENDPOINT },
  },
};

const INVENTORY_DELTA: MessageShape = {
  name: "InventoryDelta",
  fields: {
    1: { name: "from_version", wire: 0, repeated: false },
    2: { name: "version", wire: 0, repeated: false },
    3: { name: "upserted", wire: 2, repeated: true, message: ENDPOINT },
    4: { name: "removed", wire: 2, repeated: true },
  },
};

const INVENTORY_ACK: MessageShape = {
  name: "InventoryAck",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
  },
};

const POLICY_PUSH: MessageShape = {
  name: "PolicyPush",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "json", wire: 2, repeated: false },
  },
};

const POLICY_APPLIED: MessageShape = {
  name: "PolicyApplied",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const RESOLVE_REQUEST: MessageShape = {
  name: "ResolveRequest",
  fields: {
    1: { name: "request_id", wire: 2, repeated: false },
    2: { name: "by", wire: 0, repeated: false },
    3: { name: "value", wire: 2, repeated: false },
  },
};

const RESOLVE_ANSWER: MessageShape = {
  name: "ResolveAnswer",
  fields: {
    1: { name: "request_id", wire: 2, repeated: false },
    2: { name: "endpoints", wire: 2, repeated: true, message: ENDPOINT },
    3: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const ENDPOINT_BUDGET: MessageShape = {
  name: "EndpointBudget",
  fields: {
    1: { name: "endpoint_id", wire: 2, repeated: false },
    2: { name: "limit", wire: 0, repeated: false },
    3: { name: "used", wire: 0, repeated: false },
    4: { name: "foreign", wire: 0, repeated: false },
    5: { name: "deferred", wire: 0, repeated: false },
    6: { name: "known", wire: 0, repeated: false },
    7: { name: "measured_at_ms", wire: 0, repeated: false },
  },
};

const BUDGET_REPORT: MessageShape = {
  name: "BudgetReport",
  fields: {
    1: { name: "service_console", wire: 0, repeated: false },
    2: { name: "ledger", wire: 2, repeated: false, message: LEDGER_SUMMARY },
    3: { name: "budgets", wire: 2, repeated: true, message: ENDPOINT_BUDGET },
    4: { name: "ksc_problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const RELEASE_RESULT: MessageShape = {
  name: "ReleaseResult",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "outcome", wire: 0, repeated: false },
    3: { name: "endpoint_ends_at_ms", wire: 0, repeated: false },
    4: { name: "steps", wire: 2, repeated: false },
  },
};

const LEASE_RELEASE: MessageShape = {
  name: "LeaseRelease",
  fields: {
    1: { name: "at_ms", wire: 0, repeated: false },
    2: { name: "by", wire: 2, repeated: false },
    3: { name: "reason", wire: 2, repeated: false },
  },
};

const LEASE: MessageShape = {
  name: "Lease",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "endpoint_id", wire: 2, repeated: false },
    3: { name: "state", wire: 0, repeated: false },
    4: { name: "wanted_until_ms", wire: 0, repeated: false },
    5: { name: "agent_ends_at_ms", wire: 0, repeated: false },
    6: { name: "endpoint_ends_at_ms", wire: 0, repeated: false },
    7: { name: "renewals", wire: 0, repeated: false },
    8: { name: "renewals_max", wire: 0, repeated: false },
    9: { name: "next_renewal_at_ms", wire: 0, repeated: false },
    10: { name: "heard", wire: 0, repeated: false },
    11: { name: "problem", wire: 2, repeated: false },
    12: { name: "released", wire: 2, repeated: false, message: LEASE_RELEASE },
  },
};

const LEASE_REPORT: MessageShape = {
  name: "LeaseReport",
  fields: {
    1: { name: "leases", wire: 2, repeated: true, message: LEASE },
  },
};

const EVIDENCE_ITEM: MessageShape = {
  name: "EvidenceItem",
  fields: {
    1: { name: "item_id", wire: 2, repeated: false },
    2: { name: "object_name", wire: 2, repeated: false },
    3: { name: "bytes", wire: 0, repeated: false },
    4: { name: "added_at_ms", wire: 0, repeated: false },
    5: { name: "md5", wire: 2, repeated: false },
    6: { name: "sha256", wire: 2, repeated: false },
  },
};

const EVIDENCE_FILE: MessageShape = {
  name: "EvidenceFile",
  fields: {
    1: { name: "item_id", wire: 2, repeated: false },
    2: { name: "path", wire: 2, repeated: false },
    3: { name: "bytes", wire: 0, repeated: false },
    4: { name: "sha256", wire: 2, repeated: false },
  },
};

const EVIDENCE_ANSWER: MessageShape = {
  name: "EvidenceAnswer",
  fields: {
    1: { name: "request_id", wire: 2, repeated: false },
    2: { name: "items", wire: 2, repeated: true, message: EVIDENCE_ITEM },
    3: { name: "file", wire: 2, repeated: false, message: EVIDENCE_FILE },
    4: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const SITE_REFUSAL: MessageShape = {
  name: "SiteRefusal",
  fields: {
    1: { name: "action", wire: 2, repeated: false },
    2: { name: "code", wire: 2, repeated: false },
    3: { name: "reason", wire: 2, repeated: false },
  },
};

const SITE_REPORT: MessageShape = {
  name: "SiteReport",
  fields: {
    1: { name: "measured_at_ms", wire: 0, repeated: false },
    2: { name: "ksc_version", wire: 2, repeated: false },
    3: { name: "missing_rights", wire: 2, repeated: true },
    4: { name: "kill_switch", wire: 0, repeated: false },
    5: { name: "policy_sha256", wire: 2, repeated: false },
    6: { name: "policy_problem", wire: 2, repeated: false },
    7: { name: "refusals", wire: 2, repeated: true, message: SITE_REFUSAL },
    8: { name: "ksc_clock_skew_ms", wire: 0, repeated: false },
    9: { name: "drift_endpoints", wire: 0, repeated: false },
    10: { name: "drift_tasks", wire: 0, repeated: false },
  },
};

const UPDATE_OFFER: MessageShape = {
  name: "UpdateOffer",
  fields: {
    1: { name: "version", wire: 2, repeated: false },
    2: { name: "target", wire: 2, repeated: false },
    3: { name: "path", wire: 2, repeated: false },
    4: { name: "bytes", wire: 0, repeated: false },
    5: { name: "sha256", wire: 2, repeated: false },
    6: { name: "signature", wire: 2, repeated: false },
    7: { name: "key_id", wire: 2, repeated: false },
  },
};

const UPDATE_REPORT: MessageShape = {
  name: "UpdateReport",
  fields: {
    1: { name: "version", wire: 2, repeated: false },
    2: { name: "state", wire: 0, repeated: false },
    3: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
    4: { name: "target", wire: 2, repeated: false },
    5: { name: "ring", wire: 0, repeated: false },
  },
};

const RENEWAL_REQUEST: MessageShape = {
  name: "RenewalRequest",
  fields: {
    1: { name: "csr", wire: 2, repeated: false },
  },
};

const RENEWAL_ANSWER: MessageShape = {
  name: "RenewalAnswer",
  fields: {
    1: { name: "certificate", wire: 2, repeated: false },
    2: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const TRUST_BUNDLE: MessageShape = {
  name: "TrustBundle",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "roots", wire: 2, repeated: true },
    3: { name: "recovery_sequence", wire: 0, repeated: false },
    4: { name: "renew_issued_before_ms", wire: 0, repeated: false },
  },
};

const TRUST_APPLIED: MessageShape = {
  name: "TrustApplied",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const SIGNED_ORDER: MessageShape = {
  name: "SignedOrder",
  fields: {
    1: { name: "key_id", wire: 2, repeated: false },
    2: { name: "payload", wire: 2, repeated: false },
    3: { name: "signature", wire: 2, repeated: false },
  },
};

const ORDER_REFUSED: MessageShape = {
  name: "OrderRefused",
  fields: {
    1: { name: "sequence", wire: 0, repeated: false },
    2: { name: "problem", wire: 2, repeated: false, message: PROBLEM },
  },
};

const ORDER_KEYS_HELD: MessageShape = {
  name: "OrderKeysHeld",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
  },
};

export const ENVELOPE: MessageShape = {
  name: "Envelope",
  fields: {
    1: { name: "seq", wire: 0, repeated: false },
    2: { name: "traceparent", wire: 2, repeated: false },
    3: { name: "ping", wire: 2, repeated: false, oneof: "body", message: PING },
    4: { name: "pong", wire: 2, repeated: false, oneof: "body", message: PONG },
    6: { name: "receipt", wire: 2, repeated: false, oneof: "body", message: RECEIPT },
    7: { name: "status_batch", wire: 2, repeated: false, oneof: "body", message: STATUS_BATCH },
    8: { name: "status_ack", wire: 2, repeated: false, oneof: "body", message: STATUS_ACK },
    10: { name: "cancel_result", wire: 2, repeated: false, oneof: "body", message: CANCEL_RESULT },
    11: { name: "hello", wire: 2, repeated: false, oneof: "body", message: HELLO },
    12: { name: "welcome", wire: 2, repeated: false, oneof: "body", message: WELCOME },
    13: { name: "inventory_snapshot", wire: 2, repeated: false, oneof: "body", message: INVENTORY_SNAPSHOT },
    14: { name: "inventory_delta", wire: 2, repeated: false, oneof: "body", message: INVENTORY_DELTA },
    15: { name: "inventory_ack", wire: 2, repeated: false, oneof: "body", message: INVENTORY_ACK },
    16: { name: "policy_push", wire: 2, repeated: false, oneof: "body", message: POLICY_PUSH },
    17: { name: "policy_applied", wire: 2, repeated: false, oneof: "body", message: POLICY_APPLIED },
    18: { name: "resolve_request", wire: 2, repeated: false, oneof: "body", message: RESOLVE_REQUEST },
    19: { name: "resolve_answer", wire: 2, repeated: false, oneof: "body", message: RESOLVE_ANSWER },
    20: { name: "budget_report", wire: 2, repeated: false, oneof: "body", message: BUDGET_REPORT },
    22: { name: "release_result", wire: 2, repeated: false, oneof: "body", message: RELEASE_RESULT },
    23: { name: "lease_report", wire: 2, repeated: false, oneof: "body", message: LEASE_REPORT },
    25: { name: "evidence_answer", wire: 2, repeated: false, oneof: "body", message: EVIDENCE_ANSWER },
    26: { name: "site_report", wire: 2, repeated: false, oneof: "body", message: SITE_REPORT },
    27: { name: "update_offer", wire: 2, repeated: false, oneof: "body", message: UPDATE_OFFER },
    28: { name: "update_report", wire: 2, repeated: false, oneof: "body", message: UPDATE_REPORT },
    40: { name: "renewal_request", wire: 2, repeated: false, oneof: "body", message: RENEWAL_REQUEST },
    41: { name: "renewal_answer", wire: 2, repeated: false, oneof: "body", message: RENEWAL_ANSWER },
    42: { name: "trust_bundle", wire: 2, repeated: false, oneof: "body", message: TRUST_BUNDLE },
    43: { name: "trust_applied", wire: 2, repeated: false, oneof: "body", message: TRUST_APPLIED },
    45: { name: "signed_order", wire: 2, repeated: false, oneof: "body", message: SIGNED_ORDER },
    46: { name: "order_refused", wire: 2, repeated: false, oneof: "body", message: ORDER_REFUSED },
    47: { name: "order_keys_held", wire: 2, repeated: false, oneof: "body", message: ORDER_KEYS_HELD },
  },
};

const ON_DEMAND_SCAN: MessageShape = {
  name: "OnDemandScan",
  fields: {
  },
};

const INDICATOR: MessageShape = {
  name: "Indicator",
  fields: {
    1: { name: "type", wire: 0, repeated: false },
    2: { name: "value", wire: 2, repeated: false },
  },
};

const IOC_SCAN: MessageShape = {
  name: "IocScan",
  fields: {
    1: { name: "indicators", wire: 2, repeated: true, message: INDICATOR },
  },
};

const FILE_TARGET: MessageShape = {
  name: "FileTarget",
  fields: {
    1: { name: "path", wire: 2, repeated: false },
    2: { name: "md5", wire: 2, repeated: false },
    3: { name: "sha256", wire: 2, repeated: false },
  },
};

const QUARANTINE_FILE: MessageShape = {
  name: "QuarantineFile",
  fields: {
    1: { name: "target", wire: 2, repeated: false, message: FILE_TARGET },
  },
};

const DELETE_FILE: MessageShape = {
  name: "DeleteFile",
  fields: {
    1: { name: "target", wire: 2, repeated: false, message: FILE_TARGET },
    2: { name: "search_in_subfolders", wire: 0, repeated: false },
  },
};

const GET_FILE: MessageShape = {
  name: "GetFile",
  fields: {
    1: { name: "target", wire: 2, repeated: false, message: FILE_TARGET },
  },
};

const PORT_RANGE: MessageShape = {
  name: "PortRange",
  fields: {
    1: { name: "from", wire: 0, repeated: false },
    2: { name: "to", wire: 0, repeated: false },
  },
};

const ISOLATION_EXCLUSION: MessageShape = {
  name: "IsolationExclusion",
  fields: {
    1: { name: "direction", wire: 0, repeated: false },
    2: { name: "protocol", wire: 0, repeated: false },
    3: { name: "remote_address", wire: 2, repeated: false },
    4: { name: "local_ports", wire: 2, repeated: false, message: PORT_RANGE },
    5: { name: "remote_ports", wire: 2, repeated: false, message: PORT_RANGE },
  },
};

const ISOLATE_HOST: MessageShape = {
  name: "IsolateHost",
  fields: {
    1: { name: "duration_seconds", wire: 0, repeated: false },
    2: { name: "exclusions", wire: 2, repeated: true, message: ISOLATION_EXCLUSION },
    3: { name: "hold_seconds", wire: 0, repeated: false },
  },
};

const PREVENT_EXECUTION: MessageShape = {
  name: "PreventExecution",
  fields: {
    1: { name: "target", wire: 2, repeated: false, message: FILE_TARGET },
  },
};

const START_PROCESS: MessageShape = {
  name: "StartProcess",
  fields: {
    1: { name: "path", wire: 2, repeated: false },
    2: { name: "arguments", wire: 2, repeated: false },
    3: { name: "working_directory", wire: 2, repeated: false },
  },
};

const TERMINATE_PROCESS: MessageShape = {
  name: "TerminateProcess",
  fields: {
    1: { name: "target", wire: 2, repeated: false, message: FILE_TARGET },
    2: { name: "pid", wire: 0, repeated: false },
  },
};

const ACTION_SPEC: MessageShape = {
  name: "ActionSpec",
  fields: {
    1: { name: "on_demand_scan", wire: 2, repeated: false, oneof: "kind", message: ON_DEMAND_SCAN },
    2: { name: "ioc_scan", wire: 2, repeated: false, oneof: "kind", message: IOC_SCAN },
    3: { name: "quarantine_file", wire: 2, repeated: false, oneof: "kind", message: QUARANTINE_FILE },
    4: { name: "delete_file", wire: 2, repeated: false, oneof: "kind", message: DELETE_FILE },
    5: { name: "get_file", wire: 2, repeated: false, oneof: "kind", message: GET_FILE },
    6: { name: "isolate_host", wire: 2, repeated: false, oneof: "kind", message: ISOLATE_HOST },
    7: { name: "prevent_execution", wire: 2, repeated: false, oneof: "kind", message: PREVENT_EXECUTION },
    8: { name: "start_process", wire: 2, repeated: false, oneof: "kind", message: START_PROCESS },
    9: { name: "terminate_process", wire: 2, repeated: false, oneof: "kind", message: TERMINATE_PROCESS },
  },
};

const ACTION_ORDER: MessageShape = {
  name: "ActionOrder",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "endpoint_id", wire: 2, repeated: false },
    3: { name: "spec", wire: 2, repeated: false, message: ACTION_SPEC },
    4: { name: "deadline_ms", wire: 0, repeated: false },
  },
};

const OFFER: MessageShape = {
  name: "Offer",
  fields: {
    1: { name: "order", wire: 2, repeated: false, message: ACTION_ORDER },
    3: { name: "first_offered_at_ms", wire: 0, repeated: false },
  },
};

const CANCEL: MessageShape = {
  name: "Cancel",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "reason", wire: 2, repeated: false },
  },
};

const RELEASE: MessageShape = {
  name: "Release",
  fields: {
    1: { name: "action_id", wire: 2, repeated: false },
    2: { name: "reason", wire: 2, repeated: false },
  },
};

const EVIDENCE_REQUEST: MessageShape = {
  name: "EvidenceRequest",
  fields: {
    1: { name: "request_id", wire: 2, repeated: false },
    2: { name: "action_id", wire: 2, repeated: false },
    3: { name: "want", wire: 0, repeated: false },
    4: { name: "item_id", wire: 2, repeated: false },
    5: { name: "requested_by", wire: 2, repeated: false },
  },
};

const ORDER_KEY: MessageShape = {
  name: "OrderKey",
  fields: {
    1: { name: "key_id", wire: 2, repeated: false },
    2: { name: "public_key", wire: 2, repeated: false },
  },
};

const ORDER_KEYS: MessageShape = {
  name: "OrderKeys",
  fields: {
    1: { name: "version", wire: 0, repeated: false },
    2: { name: "keys", wire: 2, repeated: true, message: ORDER_KEY },
  },
};

export const ORDER: MessageShape = {
  name: "Order",
  fields: {
    1: { name: "tenant_id", wire: 2, repeated: false },
    2: { name: "site_id", wire: 2, repeated: false },
    3: { name: "agent_id", wire: 2, repeated: false },
    4: { name: "epoch", wire: 0, repeated: false },
    5: { name: "sequence", wire: 0, repeated: false },
    6: { name: "issued_at_ms", wire: 0, repeated: false },
    7: { name: "not_after_ms", wire: 0, repeated: false },
    8: { name: "offer", wire: 2, repeated: false, oneof: "what", message: OFFER },
    9: { name: "cancel", wire: 2, repeated: false, oneof: "what", message: CANCEL },
    10: { name: "release", wire: 2, repeated: false, oneof: "what", message: RELEASE },
    11: { name: "evidence_request", wire: 2, repeated: false, oneof: "what", message: EVIDENCE_REQUEST },
    12: { name: "order_keys", wire: 2, repeated: false, oneof: "what", message: ORDER_KEYS },
  },
};
