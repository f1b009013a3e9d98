import { AppError } from "@cordon/core/kernel";
import type { Envelope, Message } from "../messages.ts";
import * as evidence from "./evidence.ts";
import { badField, inside, positive, uint64 } from "./fields.ts";
import { cordon } from "./generated/agent.js";
import type * as pb from "./generated/names.ts";
import { ENVELOPE } from "./generated/shapes.ts";
import * as identity from "./identity.ts";
import * as inventory from "./inventory.ts";
import * as lease from "./lease.ts";
import * as order from "./order.ts";
import * as readiness from "./readiness.ts";
import { scanFrame } from "./scan-frame.ts";
import * as signed from "./signed-order.ts";
import * as site from "./site.ts";
import * as status from "./status.ts";
import * as update from "./update.ts";

/** A body of a kind that a newer peer knows and this release does not: it is skipped, and its sequence number counts. */
export interface UnknownBody {
  readonly kind: "unknown";
}

/** What a received frame says. */
export interface Frame {
  readonly seq: number;
  readonly traceparent: string;
  readonly body: Message | UnknownBody;
}

/** version "-" trace id "-" parent id "-" flags (W3C trace context 3.2). */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

type Body = Omit<pb.Envelope, "seq" | "traceparent" | "body">;

/** How each kind of message goes out and comes in, by the name of its field in the envelope; total both ways. */
const CODECS: { readonly [Kind in Message["kind"]]: BodyCodec<Kind> } = {
  ping: { encode: site.encodePing, decode: site.decodePing },
  pong: { encode: site.encodePong, decode: site.decodePong },
  receipt: { encode: order.encodeReceipt, decode: order.decodeReceipt },
  statusBatch: { encode: status.encodeStatusBatch, decode: status.decodeStatusBatch },
  statusAck: { encode: status.encodeStatusAck, decode: status.decodeStatusAck },
  cancelResult: { encode: order.encodeCancelResult, decode: order.decodeCancelResult },
  hello: { encode: site.encodeHello, decode: site.decodeHello },
  welcome: { encode: site.encodeWelcome, decode: site.decodeWelcome },
  inventorySnapshot: { encode: inventory.encodeInventorySnapshot, decode: inventory.decodeInventorySnapshot },
  inventoryDelta: { encode: inventory.encodeInventoryDelta, decode: inventory.decodeInventoryDelta },
  inventoryAck: { encode: inventory.encodeInventoryAck, decode: inventory.decodeInventoryAck },
  policyPush: { encode: site.encodePolicyPush, decode: site.decodePolicyPush },
  policyApplied: { encode: site.encodePolicyApplied, decode: site.decodePolicyApplied },
  resolveRequest: { encode: inventory.encodeResolveRequest, decode: inventory.decodeResolveRequest },
  resolveAnswer: { encode: inventory.encodeResolveAnswer, decode: inventory.decodeResolveAnswer },
  budgetReport: { encode: site.encodeBudgetReport, decode: site.decodeBudgetReport },
  releaseResult: { encode: lease.encodeReleaseResult, decode: lease.decodeReleaseResult },
  leaseReport: { encode: lease.encodeLeaseReport, decode: lease.decodeLeaseReport },
  evidenceAnswer: { encode: evidence.encodeEvidenceAnswer, decode: evidence.decodeEvidenceAnswer },
  siteReport: { encode: readiness.encodeSiteReport, decode: readiness.decodeSiteReport },
  updateOffer: { encode: update.encodeUpdateOffer, decode: update.decodeUpdateOffer },
  updateReport: { encode: update.encodeUpdateReport, decode: update.decodeUpdateReport },
  renewalRequest: { encode: identity.encodeRenewalRequest, decode: identity.decodeRenewalRequest },
  renewalAnswer: { encode: identity.encodeRenewalAnswer, decode: identity.decodeRenewalAnswer },
  trustBundle: { encode: identity.encodeTrustBundle, decode: identity.decodeTrustBundle },
  trustApplied: { encode: identity.encodeTrustApplied, decode: identity.decodeTrustApplied },
  signedOrder: { encode: signed.encodeSignedOrder, decode: signed.decodeSignedOrder },
  orderRefused: { encode: signed.encodeOrderRefused, decode: signed.decodeOrderRefused },
  orderKeysHeld: { encode: signed.encodeOrderKeysHeld, decode: signed.decodeOrderKeysHeld },
};

interface BodyCodec<Kind extends keyof Body> {
  encode(message: Extract<Message, { kind: Kind }>): NonNullable<Body[Kind]>;
  decode(raw: NonNullable<Body[Kind]>): Frame["body"];
}

/** Throws `wire.frame_too_large`, and `wire.bad_frame` naming the field for what cannot be put on the wire. */
export function encodeFrame(envelope: Envelope, bytesMax: number): Uint8Array {
  const { seq, traceparent, body } = envelope;
  const codec: { encode(message: never): object } = CODECS[body.kind];
  const raw = { seq: uint64("seq", seq), traceparent, [body.kind]: inside(body.kind, body as never, codec.encode) };
  const bytes = cordon.agent.v1.Envelope.encode(raw).finish();
  if (bytes.length > bytesMax) {
    throw new AppError("wire.frame_too_large", `${body.kind} takes ${bytes.length} bytes; at most ${bytesMax}`);
  }
  return bytes;
}

/**
 * Throws `wire.frame_too_large` and `wire.bad_frame`, the latter naming the field, and nothing else whatever the bytes are.
 * Size, structure and list lengths are checked before anything is decoded.
 */
export function decodeFrame(bytes: Uint8Array, bytesMax: number): Frame {
  if (bytes.length > bytesMax) {
    throw new AppError("wire.frame_too_large", `a frame of ${bytes.length} bytes; at most ${bytesMax}`);
  }
  const outline = scanFrame(bytes, ENVELOPE);
  const raw = decodeEnvelope(bytes);
  return {
    seq: positive("seq", uint64("seq", raw.seq)),
    traceparent: raw.traceparent && TRACEPARENT.test(raw.traceparent) ? raw.traceparent : "",
    body: decodeBody(raw, outline.hasUnknown),
  };
}

function decodeEnvelope(bytes: Uint8Array): pb.Envelope {
  try {
    return cordon.agent.v1.Envelope.decode(bytes);
  } catch (thrown) {
    throw new AppError("wire.bad_frame", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

function decodeBody(raw: pb.Envelope, hasUnknown: boolean): Frame["body"] {
  const kind = raw.body;
  if (kind === undefined) {
    if (hasUnknown) return { kind: "unknown" };
    throw badField("body", "is missing");
  }
  const codec: { decode(raw: never): Frame["body"] } = CODECS[kind];
  return inside(kind, raw[kind] as never, codec.decode);
}
