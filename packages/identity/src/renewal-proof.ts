import { createHash, createPrivateKey, sign, verify, X509Certificate } from "node:crypto";
import type { Secret } from "@cordon/core/kernel";
import { certificateFingerprint } from "./fingerprint.ts";

/**
 * Who holds the key of an old certificate asks for a new one: proven over the certificate and the new request, so that what was
 * said once is worth nothing for another request.
 */
export function proveRenewal(certificatePem: string, csrPem: string, key: Secret): string {
  return sign("sha256", said(certificatePem, csrPem), createPrivateKey(key.reveal())).toString("base64");
}

/** Says nothing about trust: whether the certificate is one that counts, the record tells. */
export function isRenewalProven(certificatePem: string, csrPem: string, proof: string): boolean {
  try {
    const { publicKey } = new X509Certificate(certificatePem);
    return verify("sha256", said(certificatePem, csrPem), publicKey, Buffer.from(proof, "base64"));
  } catch {
    return false;
  }
}

function said(certificatePem: string, csrPem: string): Buffer {
  const request = createHash("sha256").update(csrPem).digest("hex");
  return Buffer.from(`cordon-renewal-1\n${certificateFingerprint(certificatePem)}\n${request}`);
}
