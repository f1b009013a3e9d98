import type { webcrypto } from "node:crypto";
import { AppError, type Secret } from "@cordon/core/kernel";
import { generateKeyPair, privateKeyToPem } from "./key-pair.ts";
import { SIGNING_ALGORITHM, x509 } from "./x509.ts";

/** A P-256 request is about 400 characters of PEM; ten times that is still nothing. */
export const CSR_CHARS_MAX = 4_096;

export interface AgentRequest {
  readonly privateKeyPem: Secret;
  readonly csrPem: string;
}

/** The agent's side: its own key, which never leaves it, and the request that proves its possession. */
export async function createAgentRequest(): Promise<AgentRequest> {
  const keys = await generateKeyPair();
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    // The name is the coordinator's to give; what a request says of it is ignored.
    name: "CN=cordon-agent",
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
  });
  return { privateKeyPem: await privateKeyToPem(keys.privateKey), csrPem: csr.toString("pem") };
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
