import * as z from "zod";

/** The route on the coordinator's API listener that turns a one-time token into a certificate. */
export const ENROLMENT_PATH = "/agent/v1/enroll";

/** `POST /agent/v1/enroll`, sent with the pinned root as the only trusted CA. */
export const enrolmentRequest = z.strictObject({
  /** The token's one-time secret (not the whole token text). */
  secret: z.string().min(1).max(256),
  /** PKCS#10 in PEM, P-256, signed by its own key. */
  csr: z.string().min(1).max(4_096),
  agentVersion: z.string().min(1).max(64),
  /** The machine's name, for people to recognise the agent by. */
  machineName: z.string().min(1).max(255),
});

export type EnrolmentRequest = z.output<typeof enrolmentRequest>;

/** The agent keeps all of it; loose, so that an older agent accepts what a newer coordinator adds. */
export const enrolmentResponse = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  agentId: z.string(),
  /** PEM of the agent's certificate. */
  certificate: z.string(),
  /** PEM of the root to trust at the gateway. */
  authority: z.string(),
  /** `wss://host:port`. */
  gatewayUrl: z.string(),
  /** End of the certificate, epoch milliseconds. */
  expiresAt: z.number().int(),
  /** The agent takes other roots only on the word of this key, and only one that is newer. */
  recovery: z.object({ publicKey: z.string(), sequence: z.number().int() }),
  /** The keys that may sign orders for the agent; it takes no others. */
  orderKeys: z.object({
    version: z.number().int().min(1),
    keys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
  }),
});

/** Where an agent that no TLS lets in any more gets a new certificate, by proving that it has the key of the old one. */
export const RENEWAL_PATH = "/agent/v1/renew";
/** Public: what the recovery key's owner says of the coordinator's roots. */
export const RECOVERY_PATH = "/agent/v1/recovery";
/** Public: the lists of certificates that do not count any more. */
export const REVOCATIONS_PATH = "/agent/v1/crl";

/** `POST /agent/v1/renew`. */
export const renewalRequest = z.strictObject({
  /** PEM of the certificate that the coordinator gave last. */
  certificate: z.string().min(1).max(16_384),
  /** PKCS#10 in PEM, P-256, of a new key and signed by it. */
  csr: z.string().min(1).max(4_096),
  /** Base64 of the signature by the old key over both. */
  proof: z.string().min(1).max(512),
});

export type RenewalRequest = z.output<typeof renewalRequest>;

export const renewalResponse = z.object({
  /** PEM of the new certificate and the intermediate behind it. */
  certificate: z.string(),
  /** PEM of the roots to trust at the gateway. */
  authority: z.string(),
  expiresAt: z.number().int(),
});

/** `GET /agent/v1/recovery`: the exact bytes that were signed and the Ed25519 signature over them, base64. */
export const recoveryResponse = z.object({ statement: z.string().max(131_072), signature: z.string().max(256) });

export type EnrolmentResponse = z.output<typeof enrolmentResponse>;
