import { AppError, type Clock, type Random, Secret, type TenantId } from "@cordon/core/kernel";
import type { CredentialProof, IntakeCredential, IntakeCredentialStore } from "../ports/intake-credentials.ts";
import { normaliseFingerprint } from "../sites/fingerprint.ts";
import { hashSegment } from "./authenticate-sender.ts";
import { hashPassword } from "./password-hash.ts";

/** What to make; `secret` of a new secret path and of a generated password is in the answer, once. */
export type CredentialRequest =
  | { readonly kind: "basic"; readonly user: string; readonly password?: Secret }
  | { readonly kind: "secretPath" }
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export type CredentialMade =
  | { readonly kind: "created"; readonly credential: IntakeCredential; readonly secret?: Secret }
  | { readonly kind: "exists" }
  | { readonly kind: "no_tenant" };

/** How KUMA's destinations of a tenant may prove themselves. */
export interface IntakeCredentials {
  create(tenantId: TenantId, request: CredentialRequest): Promise<CredentialMade>;
  list(tenantId: TenantId): Promise<readonly IntakeCredential[]>;
  remove(tenantId: TenantId, credentialId: string): Promise<boolean>;
}

const SECRET_BYTES = 32;
/** RFC 7617 forbids a colon in the user's name. */
const USER = /^[^\s:]{1,128}$/;
const FINGERPRINT = /^[0-9a-f]{64}$/;

export function createIntakeCredentials(deps: {
  readonly store: IntakeCredentialStore;
  readonly clock: Clock;
  readonly random: Random;
}): IntakeCredentials {
  const { store, clock, random } = deps;
  return {
    async create(tenantId, request) {
      const { proof, secret } = await makeProof(request, random);
      const credential = { credentialId: random.uuid(), proof, createdAt: clock.now() };
      const kind = await store.addCredential(tenantId, credential);
      if (kind !== "created") return { kind };
      return { kind, credential: { ...credential, tenantId }, ...(secret === undefined ? {} : { secret }) };
    },
    list: (tenantId) => store.listCredentials(tenantId),
    remove: (tenantId, credentialId) => store.removeCredential(tenantId, credentialId),
  };
}

async function makeProof(
  request: CredentialRequest,
  random: Random,
): Promise<{ readonly proof: CredentialProof; readonly secret?: Secret }> {
  switch (request.kind) {
    case "basic": {
      if (!USER.test(request.user)) {
        throw new AppError("input.invalid", "user must be 1-128 characters without white space and colon");
      }
      const made = request.password === undefined ? makeSecret(random) : undefined;
      const passwordHash = await hashPassword(request.password ?? made ?? makeSecret(random), random);
      return {
        proof: { kind: "basic", user: request.user, passwordHash },
        ...(made === undefined ? {} : { secret: made }),
      };
    }
    case "secretPath": {
      const secret = makeSecret(random);
      return { proof: { kind: "secretPath", segmentHash: hashSegment(secret) }, secret };
    }
    case "clientCertificate": {
      const fingerprint = normaliseFingerprint(request.fingerprint);
      if (!FINGERPRINT.test(fingerprint)) {
        throw new AppError("input.invalid", "fingerprint must be the SHA-256 of the certificate: 64 hex digits");
      }
      return { proof: { kind: "clientCertificate", fingerprint } };
    }
  }
}

function makeSecret(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(SECRET_BYTES)).toString("base64url"));
}
