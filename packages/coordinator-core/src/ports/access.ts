import type { Access, Grant } from "@cordon/core/access";
import type { EpochMs, TenantId } from "@cordon/core/kernel";

export interface GrantRecord extends Grant {
  readonly reason?: string;
  readonly grantedAt: EpochMs;
  readonly grantedBy: string;
}

export interface GroupMember {
  readonly group: string;
  readonly person: string;
  readonly addedAt: EpochMs;
  readonly addedBy: string;
}

export interface ApiTokenRecord {
  readonly tokenId: string;
  /** Its first characters. */
  readonly prefix: string;
  /** For whom it acts. */
  readonly person: string;
  readonly label: string;
  readonly bounds: readonly Access[];
  readonly madeAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly lastUsed?: { readonly at: EpochMs; readonly from: string };
  readonly revoked?: { readonly at: EpochMs; readonly by: string };
}

export type AddGrantAnswer = "added" | "too_many" | "no_tenant" | "no_person";

/** Roles, groups and tokens; everything is read anew at each request. */
export interface AccessStore {
  /** What is in force for a person by its name and groups, and all groups it is in: those given and Cordon's own. */
  standing(
    person: string,
    groups: readonly string[],
  ): Promise<{ readonly grants: readonly Grant[]; readonly groups: readonly string[] }>;
  /** Refuses beyond `grantsMax` in force for one person or group. */
  addGrant(grant: GrantRecord, grantsMax: number): Promise<AddGrantAnswer>;
  /** In force, of one tenant or on all tenants, in the order of their ids. */
  listGrants(of: TenantId | "allTenants"): Promise<readonly GrantRecord[]>;
  getGrant(of: TenantId | "allTenants", grantId: string): Promise<GrantRecord | undefined>;
  /** False: it is not in force. */
  removeGrant(grantId: string, removed: { readonly at: EpochMs; readonly by: string }): Promise<boolean>;
  /** What is in force for a group itself. */
  grantsOfGroup(group: string): Promise<readonly Grant[]>;
  /** In the order of group and person. */
  listMembers(): Promise<readonly GroupMember[]>;
  /** `exists`: it is a member already. */
  addMember(member: GroupMember, membersMax: number): Promise<"added" | "exists" | "too_many" | "no_person">;
  removeMember(group: string, person: string): Promise<boolean>;
  /** Refuses beyond `tokensMax` that live for one person. */
  addToken(token: ApiTokenRecord, tokenHash: string, tokensMax: number): Promise<"added" | "too_many" | "no_person">;
  /** Newest first; also those that ended. */
  listTokens(person: string | "everybody"): Promise<readonly ApiTokenRecord[]>;
  getToken(tokenId: string): Promise<ApiTokenRecord | undefined>;
  /** The token, unless its person was removed. */
  findToken(tokenHash: string): Promise<ApiTokenRecord | undefined>;
  noteTokenUse(tokenId: string, used: { readonly at: EpochMs; readonly from: string }): Promise<void>;
  /** False: it is revoked already, or there is none. */
  revokeToken(tokenId: string, revoked: { readonly at: EpochMs; readonly by: string }): Promise<boolean>;
}
