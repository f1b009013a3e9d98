import type { Endpoint } from "@cordon/core/endpoint";
import { endpointId } from "@cordon/core/kernel";
import type { InventoryAck, InventoryDelta, InventorySnapshot, ResolveAnswer, ResolveRequest } from "../messages.ts";
import { RESOLVE_BY } from "./enums.ts";
import {
  each,
  id,
  inside,
  int64,
  maybeInt64,
  optional,
  positive,
  requiredText,
  time,
  uint32,
  uint64,
} from "./fields.ts";
import type * as pb from "./generated/names.ts";
import { decodeProblem } from "./order.ts";

export function encodeEndpoint(endpoint: Endpoint): pb.Endpoint {
  const { groupId, lastSeenAt, statusMask, addresses, edrStatus, ...texts } = endpoint;
  return {
    ...texts,
    addresses: each("addresses", addresses, (address) => address),
    groupId: maybeInt64("group_id", groupId),
    statusMask: int64("status_mask", statusMask),
    lastSeenAtMs: maybeInt64("last_seen_at_ms", lastSeenAt),
    edrStatus: maybeInt64("edr_status", edrStatus),
  };
}

function decodeEndpoint(raw: pb.Endpoint): Endpoint {
  const text = (value: string) => value;
  return {
    endpointId: id("endpoint_id", raw.endpointId, endpointId),
    ...optional("instanceId", raw.instanceId, text),
    displayName: raw.displayName ?? "",
    ...optional("fqdn", raw.fqdn, text),
    ...optional("hostName", raw.hostName, text),
    addresses: raw.addresses ?? [],
    ...optional("groupId", raw.groupId, (value) => int64("group_id", value)),
    ...optional("groupName", raw.groupName, text),
    ...optional("kesVersion", raw.kesVersion, text),
    ...optional("agentVersion", raw.agentVersion, text),
    ...optional("osName", raw.osName, text),
    statusMask: int64("status_mask", raw.statusMask),
    ...optional("lastSeenAt", raw.lastSeenAtMs, (value) => time("last_seen_at_ms", value)),
    ...optional("edrStatus", raw.edrStatus, (value) => int64("edr_status", value)),
  };
}

export function encodeInventorySnapshot({ version, part, last, endpoints }: InventorySnapshot): pb.InventorySnapshot {
  return {
    version: uint64("version", version),
    part: uint32("part", part),
    last,
    endpoints: each("endpoints", endpoints, encodeEndpoint),
  };
}

export function decodeInventorySnapshot(raw: pb.InventorySnapshot): InventorySnapshot {
  return {
    kind: "inventorySnapshot",
    version: positive("version", uint64("version", raw.version)),
    part: raw.part ?? 0,
    last: raw.last ?? false,
    endpoints: each("endpoints", raw.endpoints, decodeEndpoint),
  };
}

export function encodeInventoryDelta({ fromVersion, version, upserted, removed }: InventoryDelta): pb.InventoryDelta {
  return {
    fromVersion: uint64("from_version", fromVersion),
    version: uint64("version", version),
    upserted: each("upserted", upserted, encodeEndpoint),
    removed: each("removed", removed, (value) => value),
  };
}

export function decodeInventoryDelta(raw: pb.InventoryDelta): InventoryDelta {
  return {
    kind: "inventoryDelta",
    fromVersion: uint64("from_version", raw.fromVersion),
    version: positive("version", uint64("version", raw.version)),
    upserted: each("upserted", raw.upserted, decodeEndpoint),
    removed: each("removed", raw.removed, (value) => id("endpoint_id", value, endpointId)),
  };
}

export function encodeInventoryAck({ version }: InventoryAck): pb.InventoryAck {
  return { version: uint64("version", version) };
}

export function decodeInventoryAck(raw: pb.InventoryAck): InventoryAck {
  return { kind: "inventoryAck", version: uint64("version", raw.version) };
}

export function encodeResolveRequest({ requestId, by, value }: ResolveRequest): pb.ResolveRequest {
  return { requestId, by: RESOLVE_BY.encode(by), value };
}

export function decodeResolveRequest(raw: pb.ResolveRequest): ResolveRequest {
  return {
    kind: "resolveRequest",
    requestId: requiredText("request_id", raw.requestId),
    by: RESOLVE_BY.decode("by", raw.by),
    value: requiredText("value", raw.value),
  };
}

export function encodeResolveAnswer({ requestId, endpoints, problem }: ResolveAnswer): pb.ResolveAnswer {
  return { requestId, endpoints: each("endpoints", endpoints, encodeEndpoint), problem };
}

export function decodeResolveAnswer(raw: pb.ResolveAnswer): ResolveAnswer {
  return {
    kind: "resolveAnswer",
    requestId: requiredText("request_id", raw.requestId),
    endpoints: each("endpoints", raw.endpoints, decodeEndpoint),
    ...optional("problem", raw.problem, (problem) => inside("problem", problem, decodeProblem)),
  };
}
