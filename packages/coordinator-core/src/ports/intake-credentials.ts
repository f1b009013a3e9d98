import type { EpochMs, TenantId } from "@cordon/core/kernel";

/** What the store keeps of a sender's credential: nothing that a reader of the database could send with. */
export type CredentialProof =
  /** `passwordHash` as `hashPassword` prints it. */
  | { readonly kind: "basic"; readonly user: string; readonly passwordHash: string }
  /** SHA-256 of the path segment; it has 256 random bits, so it needs no slow hash. */
  | { readonly kind: "secretPath"; readonly segmentHash: string }
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export interface IntakeCredential {
  readonly credentialId: string;
  readonly tenantId: TenantId;
  readonly proof: CredentialProof;
  readonly createdAt: EpochMs;
}

/** The user name, segment hash or fingerprint by which a sender's credential is found, before the tenant is known. */
export type CredentialKey =
  | { readonly kind: "basic"; readonly user: string }
  | { readonly kind: "secretPath"; readonly segmentHash: string }
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export interface IntakeCredentialStore {
  /** User names, segments and fingerprints are unique over all tenants: `exists` when taken. */
  addCredential(
    tenantId: TenantId,
    credential: Omit<IntakeCredential, "tenantId">,
  ): Promise<"created" | "exists" | "no_tenant">;
  findCredential(key: CredentialKey): Promise<IntakeCredential | undefined>;
  listCredentials(tenantId: TenantId): Promise<readonly IntakeCredential[]>;
  removeCredential(tenantId: TenantId, credentialId: string): Promise<boolean>;
}
