import * as z from "zod";
import { displayName, epochMillis, foreignId, ids } from "./identifiers.ts";

export const tenantInput = z.strictObject({ tenantId: ids.tenant, name: displayName });
export const tenant = z.object({ tenantId: z.string(), name: z.string(), createdAt: epochMillis });

export const siteInput = z.strictObject({
  siteId: ids.site,
  name: displayName,
  aliases: z
    .array(z.string().trim().min(1).max(255))
    .max(20)
    .default([])
    .describe(
      "other names of the site in events, best the DNS name of its KSC server: KUMA puts that into DeviceHostName",
    ),
});
export const site = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  name: z.string(),
  aliases: z.array(z.string()).readonly(),
  labels: z.array(z.string()).readonly().describe("by which the waves of a rollout choose it"),
  createdAt: epochMillis,
});

export const TOKEN_SECONDS = { min: 60, max: 7 * 86_400, default: 86_400 } as const;

export const enrolmentTokenInput = z.strictObject({
  validForSeconds: z.number().int().min(TOKEN_SECONDS.min).max(TOKEN_SECONDS.max).default(TOKEN_SECONDS.default),
  keyFingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/, "must be a SHA-256 fingerprint")
    .optional()
    .describe("only the agent whose `enroll --show-fingerprint` prints it may use the token"),
});

export const enrolmentToken = z.object({
  tokenId: z.string(),
  siteId: z.string(),
  createdAt: epochMillis,
  expiresAt: epochMillis,
  usedAt: epochMillis.optional(),
  agentId: z.string().optional(),
  keyFingerprint: z.string().optional(),
});

/** The only time that the token's text is shown. */
export const newEnrolmentToken = enrolmentToken.extend({
  token: z.string().describe("give it to `cordon-agent enroll`; shown only once"),
});

export const agent = z.object({
  agentId: z.string(),
  siteId: z.string(),
  certificateFingerprint: z.string(),
  enrolledAt: epochMillis,
  revokedAt: epochMillis.optional(),
  decommissionedAt: epochMillis.optional(),
  certificateExpiresAt: epochMillis.optional(),
  certificateIssuer: z.string().optional().describe("the intermediate that signed it"),
  trustVersion: z.number().int().optional().describe("of the roots that it has on its disk"),
});

export const promotionInput = z.strictObject({
  agentId: ids.agent.optional().describe("left out: the one that waits and is connected"),
  oldIsStopped: z
    .boolean()
    .default(false)
    .describe(
      "you have seen that the former active agent is switched off; only then may a site change that has no lease",
    ),
});

/** The take-over comes when the former agent cannot act any more; the site's health shows it. */
export const promotion = z.object({ agentId: z.string(), epoch: z.number().int() });

export const intakeCredentialInput = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("basic"),
    user: z
      .string()
      .regex(/^[^\s:]{1,128}$/, "must be 1-128 characters without white space and colon")
      .describe("unique over all tenants"),
    password: z.string().min(12).max(256).optional().describe("left out: one is made and shown once"),
  }),
  z.strictObject({ kind: z.literal("secretPath") }).describe("a path is made and shown once"),
  z.strictObject({
    kind: z.literal("clientCertificate"),
    fingerprint: z.string().min(64).max(95).describe("SHA-256 of the certificate, hex, with or without colons"),
  }),
]);

export type IntakeCredentialInput = z.output<typeof intakeCredentialInput>;

export const intakeCredential = z.object({
  credentialId: z.string(),
  kind: z.enum(["basic", "secretPath", "clientCertificate"]),
  user: z.string().optional(),
  fingerprint: z.string().optional(),
  createdAt: epochMillis,
});

/** What to enter in KUMA's destination. */
export const newIntakeCredential = intakeCredential.extend({
  url: z.string().describe("the destination's URL; for `secretPath` it contains the secret"),
  password: z.string().optional().describe("shown only once"),
});

export const tenantParams = z.strictObject({ tenantId: ids.tenant });
export const siteParams = z.strictObject({ tenantId: ids.tenant, siteId: ids.site });
export const agentParams = z.strictObject({ tenantId: ids.tenant, agentId: ids.agent });
export const credentialParams = z.strictObject({ tenantId: ids.tenant, credentialId: foreignId });
