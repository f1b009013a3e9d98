import { AppError, agentId, siteId, tenantId } from "@cordon/core/kernel";
import type { Order, OrderBody, OrderKeys, OrderKeysHeld, OrderRefused, SignedOrder } from "../messages.ts";
import { decodeEvidenceRequest, encodeEvidenceRequest } from "./evidence.ts";
import { badField, each, id, inside, int64, positive, requiredText, time, uint64 } from "./fields.ts";
import { cordon } from "./generated/agent.js";
import type * as pb from "./generated/names.ts";
import { ORDER } from "./generated/shapes.ts";
import { decodeRelease, encodeRelease } from "./lease.ts";
import { decodeCancel, decodeOffer, decodeProblem, encodeCancel, encodeOffer, type RefusedOffer } from "./order.ts";
import { scanFrame } from "./scan-frame.ts";

const SIGNATURE_BYTES = 64;

export function encodeSignedOrder({ keyId, payload, signature }: SignedOrder): pb.SignedOrder {
  return { keyId, payload, signature };
}

export function decodeSignedOrder(raw: pb.SignedOrder): SignedOrder {
  const payload = plain(raw.payload);
  const signature = plain(raw.signature);
  if (payload === undefined) throw badField("payload", "is missing");
  if (signature?.length !== SIGNATURE_BYTES) throw badField("signature", `must have ${SIGNATURE_BYTES} bytes`);
  return { kind: "signedOrder", keyId: requiredText("key_id", raw.keyId), payload, signature };
}

/** A view of the very bytes that came. */
function plain(bytes: Uint8Array | null | undefined): Uint8Array | undefined {
  if (bytes === null || bytes === undefined || bytes.length === 0) return undefined;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The bytes that are to be signed. Throws `wire.bad_frame` naming the field for what cannot be put on the wire. */
export function encodeOrder(order: Order): Uint8Array {
  const { tenantId, siteId, agentId, body } = order;
  const raw: pb.Order = {
    tenantId,
    siteId,
    agentId,
    epoch: uint64("epoch", order.epoch),
    sequence: positive("sequence", uint64("sequence", order.sequence)),
    issuedAtMs: int64("issued_at_ms", order.issuedAt),
    notAfterMs: int64("not_after_ms", order.notAfter),
    ...encodeBody(body),
  };
  return cordon.agent.v1.Order.encode(raw).finish();
}

function encodeBody(body: OrderBody): pb.Order {
  switch (body.kind) {
    case "offer":
      return { offer: inside("offer", body, encodeOffer) };
    case "cancel":
      return { cancel: encodeCancel(body) };
    case "release":
      return { release: encodeRelease(body) };
    case "evidenceRequest":
      return { evidenceRequest: encodeEvidenceRequest(body) };
    case "orderKeys":
      return { orderKeys: { version: uint64("version", body.version), keys: each("keys", body.keys, (key) => key) } };
  }
}

/**
 * What a signed payload says. Throws `wire.bad_frame` naming the field, and nothing else whatever the bytes are; an offer that
 * cannot be taken but whose action can be named is not that.
 */
export function decodeOrder(payload: Uint8Array): Order<OrderBody | RefusedOffer> {
  scanFrame(payload, ORDER);
  const raw = parse(payload);
  const epoch = uint64("epoch", raw.epoch);
  return {
    tenantId: id("tenant_id", raw.tenantId, tenantId),
    siteId: id("site_id", raw.siteId, siteId),
    agentId: id("agent_id", raw.agentId, agentId),
    epoch,
    sequence: positive("sequence", uint64("sequence", raw.sequence)),
    issuedAt: time("issued_at_ms", raw.issuedAtMs),
    notAfter: time("not_after_ms", raw.notAfterMs),
    body: decodeBody(raw, epoch),
  };
}

function parse(payload: Uint8Array): pb.Order {
  try {
    return cordon.agent.v1.Order.decode(payload);
  } catch (thrown) {
    throw new AppError("wire.bad_frame", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

function decodeBody(raw: pb.Order, epoch: number): OrderBody | RefusedOffer {
  if (raw.offer) return inside("offer", raw.offer, (offer) => decodeOffer(offer, epoch));
  if (raw.cancel) return inside("cancel", raw.cancel, decodeCancel);
  if (raw.release) return inside("release", raw.release, decodeRelease);
  if (raw.evidenceRequest) return inside("evidence_request", raw.evidenceRequest, decodeEvidenceRequest);
  if (raw.orderKeys) return inside("order_keys", raw.orderKeys, decodeOrderKeys);
  throw badField("what", "is missing");
}

function decodeOrderKeys(raw: pb.OrderKeys): OrderKeys {
  const keys = each("keys", raw.keys, ({ keyId, publicKey }) => ({
    keyId: requiredText("key_id", keyId),
    publicKey: requiredText("public_key", publicKey),
  }));
  if (keys.length === 0) throw badField("keys", "is missing");
  return { kind: "orderKeys", version: positive("version", uint64("version", raw.version)), keys };
}

export function encodeOrderRefused({ sequence, code, message }: OrderRefused): pb.OrderRefused {
  return { sequence: uint64("sequence", sequence), problem: { code, message } };
}

export function decodeOrderRefused(raw: pb.OrderRefused): OrderRefused {
  return {
    kind: "orderRefused",
    sequence: uint64("sequence", raw.sequence),
    ...inside("problem", raw.problem, decodeProblem),
  };
}

export function encodeOrderKeysHeld({ version }: OrderKeysHeld): pb.OrderKeysHeld {
  return { version: uint64("version", version) };
}

export function decodeOrderKeysHeld(raw: pb.OrderKeysHeld): OrderKeysHeld {
  return { kind: "orderKeysHeld", version: uint64("version", raw.version) };
}
