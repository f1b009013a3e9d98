import { createHash, X509Certificate } from "node:crypto";
import { type EpochMs, epochMs } from "@cordon/core/kernel";

/** SHA-256 of the certificate's DER, 64 lower-case hex digits: how certificates are pinned and looked up. */
export function certificateFingerprint(certificate: string | Uint8Array): string {
  const der = typeof certificate === "string" ? new X509Certificate(certificate).raw : certificate;
  return createHash("sha256").update(der).digest("hex");
}

const FINGERPRINT = /^[0-9a-f]{64}$/;

/** Accepts the notations people paste: upper case, and pairs with colons. Undefined when it is no SHA-256 fingerprint. */
export function parseFingerprint(text: string): string | undefined {
  const normal = text.replaceAll(":", "").trim().toLowerCase();
  return FINGERPRINT.test(normal) ? normal : undefined;
}

/** Names a certificate or key among the few of its kind. */
export function shortId(fingerprint: string): string {
  return fingerprint.slice(0, 16);
}

/** The end of a certificate's life (PEM), epoch milliseconds. */
export function certificateEnd(certificate: string): EpochMs {
  return epochMs(new Date(new X509Certificate(certificate).validTo).getTime());
}

/** The time from which on a certificate (PEM) is good, epoch milliseconds; an hour before it was made. */
export function certificateStart(certificate: string): EpochMs {
  return epochMs(new Date(new X509Certificate(certificate).validFrom).getTime());
}
