import { createHash, createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import { AppError, type Secret } from "@cordon/core/kernel";
import { generateKeyPair, privateKeyFromPem, privateKeyToPem } from "./key-pair.ts";
import { SIGNING_ALGORITHM, x509 } from "./x509.ts";

/** A P-256 request is about 400 characters of PEM; ten times that is still nothing. */
export const CSR_CHARS_MAX = 4_096;

export interface AgentRequest {
  readonly privateKeyPem: Secret;
  readonly csrPem: string;
}

/** A new key for an agent; it never leaves it. */
export async function createAgentKey(): Promise<Secret> {
  return privateKeyToPem((await generateKeyPair()).privateKey);
}

/** The agent's side: its own key, a new one unless it has one, and the request that proves its possession. */
export async function createAgentRequest(key?: Secret): Promise<AgentRequest> {
  const privateKeyPem = key ?? (await createAgentKey());
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    // The name is the coordinator's to give; what a request says of it is ignored.
    name: "CN=cordon-agent",
    keys: { privateKey: await privateKeyFromPem(privateKeyPem), publicKey: await publicKeyOf(privateKeyPem) },
    signingAlgorithm: SIGNING_ALGORITHM,
  });
  return { privateKeyPem, csrPem: csr.toString("pem") };
}

/** The coordinator's side: the public key of a well-formed P-256 request signed by its own key, or `enrolment.bad_request`. */
export async function publicKeyOfRequest(csrPem: string): Promise<webcrypto.CryptoKey> {
  if (csrPem.length > CSR_CHARS_MAX) throw new AppError("enrolment.bad_request", "the certificate request is too long");
  try {
    const csr = new x509.Pkcs10CertificateRequest(csrPem);
    const { name, namedCurve } = csr.publicKey.algorithm as { name: string; namedCurve?: string };
    if (name === "ECDSA" && namedCurve === "P-256" && (await csr.verify())) return await csr.publicKey.export();
  } catch (cause) {
    throw new AppError("enrolment.bad_request", "the certificate request cannot be read", { cause });
  }
  throw new AppError("enrolment.bad_request", "the certificate request is not a P-256 request signed by its own key");
}

/** SHA-256 of the SPKI form of the key that a request is for, 64 hex digits. Throws `enrolment.bad_request`. */
export async function keyFingerprintOfRequest(csrPem: string): Promise<string> {
  const spki = await crypto.subtle.exportKey("spki", await publicKeyOfRequest(csrPem));
  return sha256(new Uint8Array(spki));
}

/** SHA-256 of the SPKI form of the public half, 64 hex digits: what a token is bound to. */
export function publicKeyFingerprint(privateKeyPem: Secret): string {
  return sha256(createPublicKey(createPrivateKey(privateKeyPem.reveal())).export({ type: "spki", format: "der" }));
}

async function publicKeyOf(privateKeyPem: Secret): Promise<webcrypto.CryptoKey> {
  const spki = createPublicKey(createPrivateKey(privateKeyPem.reveal())).export({ type: "spki", format: "der" });
  return crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
