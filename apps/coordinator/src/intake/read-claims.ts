import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { SenderClaim } from "@cordon/coordinator-core";
import { type EpochMs, Secret } from "@cordon/core/kernel";

/** A secret path is `/in/<segment>`, with anything behind it; every other path says nothing about the sender. */
export const SECRET_PATH_PREFIX = "/in/";
const SEGMENT = /^\/in\/([A-Za-z0-9_-]{16,256})(?:[/?]|$)/;
/** Base64 of a user and a password of 256 characters each in UTF-8, with room. */
const AUTHORIZATION_CHARS_MAX = 4_096;

/** All that a request shows of its sender: what KUMA's destination can send. */
export function readClaims(request: IncomingMessage, now: EpochMs): readonly SenderClaim[] {
  return [basicClaim(request), pathClaim(request), certificateClaim(request.socket as TLSSocket, now)].filter(
    (claim) => claim !== undefined,
  );
}

function basicClaim(request: IncomingMessage): SenderClaim | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined || authorization.length > AUTHORIZATION_CHARS_MAX) return undefined;
  const encoded = /^basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  return { kind: "basic", user: text.slice(0, colon), password: new Secret(text.slice(colon + 1)) };
}

function pathClaim(request: IncomingMessage): SenderClaim | undefined {
  const segment = SEGMENT.exec(request.url ?? "")?.[1];
  return segment === undefined ? undefined : { kind: "secretPath", segment: new Secret(segment) };
}

/**
 * The handshake has proven that the peer holds the certificate's key. Whether the certificate is known is the store's to say,
 * so it need not chain to anything; but one whose time is over is nobody's.
 */
function certificateClaim(socket: TLSSocket, now: EpochMs): SenderClaim | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const isValid = certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime();
  if (!isValid) return undefined;
  return { kind: "clientCertificate", fingerprint: createHash("sha256").update(certificate.raw).digest("hex") };
}
