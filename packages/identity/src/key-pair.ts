import type { webcrypto } from "node:crypto";
import { Secret } from "@cordon/core/kernel";
import { KEY_ALGORITHM, x509 } from "./x509.ts";

export interface PemIdentity {
  /** Leaf first, then its issuers: what a TLS server sends. */
  readonly certificatePem: string;
  readonly privateKeyPem: Secret;
}

export function generateKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
}

export async function privateKeyToPem(key: webcrypto.CryptoKey): Promise<Secret> {
  return new Secret(x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY"));
}

export async function privateKeyFromPem(pem: Secret): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(pem.reveal());
  return crypto.subtle.importKey("pkcs8", der, KEY_ALGORITHM, true, ["sign"]);
}
