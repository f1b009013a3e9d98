import type { Clock, Random, Secret, TenantId } from "@cordon/core/kernel";
import type { IntakeCredential, IntakeCredentialStore } from "../ports/intake-credentials.ts";

/** What a request shows of its sender. */
export type SenderClaim =
  | { readonly kind: "basic"; readonly user: string; readonly password: Secret }
  | { readonly kind: "secretPath"; readonly segment: Secret }
  /** SHA-256 of the certificate's DER, in hex; the TLS layer has verified possession of the key. */
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export interface SenderAuthenticator {
  /** Undefined: unknown sender (`intake.unauthorized`). Verified Basic passwords are remembered for a minute, so that scrypt is not paid per request. */
  authenticate(claims: readonly SenderClaim[]): Promise<TenantId | undefined>;
}

export declare function createSenderAuthenticator(deps: {
  readonly store: IntakeCredentialStore;
  readonly clock: Clock;
  readonly random: Random;
}): SenderAuthenticator;

/** What to make; `secret` of a new secret path and of a generated password is in the answer, once. */
export type CredentialRequest =
  | { readonly kind: "basic"; readonly user: string; readonly password?: Secret }
  | { readonly kind: "secretPath" }
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export type CredentialMade =
  | { readonly kind: "created"; readonly credential: IntakeCredential; readonly secret?: Secret }
  | { readonly kind: "exists" }
  | { readonly kind: "no_tenant" };

export interface IntakeCredentials {
  create(tenantId: TenantId, request: CredentialRequest): Promise<CredentialMade>;
  list(tenantId: TenantId): Promise<readonly IntakeCredential[]>;
  remove(tenantId: TenantId, credentialId: string): Promise<boolean>;
}

export declare function createIntakeCredentials(deps: {
  readonly store: IntakeCredentialStore;
  readonly clock: Clock;
  readonly random: Random;
}): IntakeCredentials;
