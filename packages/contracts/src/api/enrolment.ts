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
});

export type EnrolmentResponse = z.output<typeof enrolmentResponse>;
