import type { EndpointBudget } from "@cordon/core/endpoint";
import { endpointId, siteId } from "@cordon/core/kernel";
import type {
  BudgetReport,
  Hello,
  LedgerSummary,
  Ping,
  PolicyApplied,
  PolicyPush,
  Pong,
  Welcome,
} from "../messages.ts";
import { SERVICE_CONSOLE } from "./enums.ts";
import { badField, each, id, inside, int64, optional, positive, requiredText, time, uint32, uint64 } from "./fields.ts";
import { POLICY_BYTES_MAX } from "./frame-limits.ts";
import type * as pb from "./generated/names.ts";
import { decodeProblem } from "./order.ts";

export function encodeHello(hello: Hello): pb.Hello {
  return {
    protocolMin: uint32("protocol_min", hello.protocolMin),
    protocolMax: uint32("protocol_max", hello.protocolMax),
    agentVersion: hello.agentVersion,
    siteId: hello.siteId,
    epoch: uint64("epoch", hello.epoch),
    statusSeq: uint64("status_seq", hello.statusSeq),
    inventoryVersion: uint64("inventory_version", hello.inventoryVersion),
    ledger: inside("ledger", hello.ledger, checkLedger),
    serviceConsole: SERVICE_CONSOLE.encode(hello.serviceConsole),
    agentTimeMs: int64("agent_time_ms", hello.agentTime),
    ledgerId: hello.ledgerId === "" ? undefined : hello.ledgerId,
    standBy: hello.standBy ? true : undefined,
  };
}

export function decodeHello(raw: pb.Hello): Hello {
  const protocolMin = positive("protocol_min", raw.protocolMin ?? 0);
  const protocolMax = positive("protocol_max", raw.protocolMax ?? 0);
  if (protocolMax < protocolMin) throw badField("protocol_max", `must not be below protocol_min (${protocolMin})`);
  return {
    kind: "hello",
    protocolMin,
    protocolMax,
    agentVersion: raw.agentVersion ?? "",
    siteId: id("site_id", raw.siteId, siteId),
    // An older agent sends neither.
    ledgerId: raw.ledgerId ?? "",
    standBy: raw.standBy ?? false,
    epoch: uint64("epoch", raw.epoch),
    statusSeq: uint64("status_seq", raw.statusSeq),
    inventoryVersion: uint64("inventory_version", raw.inventoryVersion),
    ledger: inside("ledger", raw.ledger, checkLedger),
    serviceConsole: SERVICE_CONSOLE.decode("service_console", raw.serviceConsole),
    agentTime: time("agent_time_ms", raw.agentTimeMs),
  };
}

export function encodeWelcome(welcome: Welcome): pb.Welcome {
  return {
    protocol: uint32("protocol", welcome.protocol),
    epoch: uint64("epoch", welcome.epoch),
    statusCursor: uint64("status_cursor", welcome.statusCursor),
    inventoryVersion: uint64("inventory_version", welcome.inventoryVersion),
    heartbeatMs: uint32("heartbeat_ms", welcome.heartbeatMs),
    coordinatorTimeMs: int64("coordinator_time_ms", welcome.coordinatorTime),
    statusesPerBatchMax: uint32("statuses_per_batch_max", welcome.statusesPerBatchMax),
    standBy: welcome.role === "standby" ? true : undefined,
    actingLeaseMs: welcome.actingLeaseMs === 0 ? undefined : uint32("acting_lease_ms", welcome.actingLeaseMs),
  };
}

export function decodeWelcome(raw: pb.Welcome): Welcome {
  return {
    kind: "welcome",
    protocol: positive("protocol", raw.protocol ?? 0),
    epoch: uint64("epoch", raw.epoch),
    role: raw.standBy ? "standby" : "active",
    actingLeaseMs: raw.actingLeaseMs ?? 0,
    statusCursor: uint64("status_cursor", raw.statusCursor),
    inventoryVersion: uint64("inventory_version", raw.inventoryVersion),
    heartbeatMs: positive("heartbeat_ms", raw.heartbeatMs ?? 0),
    coordinatorTime: time("coordinator_time_ms", raw.coordinatorTimeMs),
    statusesPerBatchMax: positive("statuses_per_batch_max", raw.statusesPerBatchMax ?? 0),
  };
}

/** The same three numbers both ways. */
function checkLedger(ledger: pb.LedgerSummary): LedgerSummary {
  return {
    endpoints: uint32("endpoints", ledger.endpoints),
    open: uint32("open", ledger.open),
    deferred: uint32("deferred", ledger.deferred),
  };
}

export function encodePolicyPush({ version, json }: PolicyPush): pb.PolicyPush {
  return { version: uint64("version", version), json: boundedPolicy(json) };
}

export function decodePolicyPush(raw: pb.PolicyPush): PolicyPush {
  return {
    kind: "policyPush",
    version: positive("version", uint64("version", raw.version)),
    json: boundedPolicy(requiredText("json", raw.json)),
  };
}

function boundedPolicy(json: string): string {
  const bytes = Buffer.byteLength(json);
  if (bytes > POLICY_BYTES_MAX) throw badField("json", `has ${bytes} bytes; at most ${POLICY_BYTES_MAX}`);
  return json;
}

export function encodePolicyApplied({ version, problem }: PolicyApplied): pb.PolicyApplied {
  return { version: uint64("version", version), problem };
}

export function decodePolicyApplied(raw: pb.PolicyApplied): PolicyApplied {
  return {
    kind: "policyApplied",
    version: positive("version", uint64("version", raw.version)),
    ...optional("problem", raw.problem, (problem) => inside("problem", problem, decodeProblem)),
  };
}

export function encodeBudgetReport(report: BudgetReport): pb.BudgetReport {
  return {
    serviceConsole: SERVICE_CONSOLE.encode(report.serviceConsole),
    ledger: inside("ledger", report.ledger, checkLedger),
    budgets: each("budgets", report.budgets, encodeBudget),
    kscProblem: report.kscProblem,
  };
}

export function decodeBudgetReport(raw: pb.BudgetReport): BudgetReport {
  return {
    kind: "budgetReport",
    serviceConsole: SERVICE_CONSOLE.decode("service_console", raw.serviceConsole),
    ledger: inside("ledger", raw.ledger, checkLedger),
    budgets: each("budgets", raw.budgets, decodeBudget),
    ...optional("kscProblem", raw.kscProblem, (problem) => inside("ksc_problem", problem, decodeProblem)),
  };
}

function encodeBudget(budget: EndpointBudget): pb.EndpointBudget {
  return {
    endpointId: budget.endpointId,
    limit: uint32("limit", budget.limit),
    used: uint32("used", budget.used),
    foreign: uint32("foreign", budget.foreign),
    deferred: uint32("deferred", budget.deferred),
    known: budget.known,
    measuredAtMs: int64("measured_at_ms", budget.measuredAt),
  };
}

function decodeBudget(raw: pb.EndpointBudget): EndpointBudget {
  return {
    endpointId: id("endpoint_id", raw.endpointId, endpointId),
    limit: raw.limit ?? 0,
    used: raw.used ?? 0,
    foreign: raw.foreign ?? 0,
    deferred: raw.deferred ?? 0,
    known: raw.known ?? false,
    measuredAt: time("measured_at_ms", raw.measuredAtMs),
  };
}

export function encodePing({ nonce }: Ping): pb.Ping {
  return { nonce: uint32("nonce", nonce) };
}

export function decodePing(raw: pb.Ping): Ping {
  return { kind: "ping", nonce: raw.nonce ?? 0 };
}

export function encodePong({ nonce }: Pong): pb.Pong {
  return { nonce: uint32("nonce", nonce) };
}

export function decodePong(raw: pb.Pong): Pong {
  return { kind: "pong", nonce: raw.nonce ?? 0 };
}
