import {
  type Access,
  type Decision,
  decide,
  isAllowed,
  lackingVerb,
  type Principal,
  type Request,
  type Verb,
} from "@cordon/core/access";
import type { Clock, Logger, Random, TenantId } from "@cordon/core/kernel";
import type { AccessStore, AddGrantAnswer, GrantRecord, GroupMember } from "../ports/access.ts";
import type { Principals } from "./principals.ts";

export interface GrantWish extends Access {
  readonly to: GrantRecord["to"];
  readonly reason?: string;
}

export type GrantAnswer =
  | { readonly kind: "granted"; readonly grant: GrantRecord }
  /** Who gives it does not have it himself. */
  | { readonly kind: "lacking"; readonly verb: Verb }
  /** It is about somebody who has rights on all tenants, which is for those who manage people everywhere. */
  | { readonly kind: "above" }
  | { readonly kind: "refused"; readonly why: Exclude<AddGrantAnswer, "added"> };

export type RevokeAnswer =
  | { readonly kind: "revoked" }
  | Extract<GrantAnswer, { kind: "lacking" | "above" }>
  | { readonly kind: "not_found" };

/** Where roles are given and taken. Whether somebody may come here at all is asked before. */
export interface AccessDesk {
  grant(by: Principal, wish: GrantWish): Promise<GrantAnswer>;
  revoke(by: Principal, of: TenantId | "allTenants", grantId: string): Promise<RevokeAnswer>;
  list(of: TenantId | "allTenants"): Promise<readonly GrantRecord[]>;
  /** Which grant lets the person do it, or does not. */
  explain(person: string, verb: Verb, asked: Request): Promise<Decision>;
  members(): Promise<readonly GroupMember[]>;
  join(by: Principal, group: string, person: string): Promise<Awaited<ReturnType<AccessStore["addMember"]>>>;
  leave(by: Principal, group: string, person: string): Promise<boolean>;
}

export const ACCESS_LIMITS = {
  /** In force for one person or group. */
  grantsMax: 200,
  membersMax: 1_000,
  /** That live, of one person. */
  tokensMax: 50,
  tokenDaysMax: 366,
  boundsMax: 20,
} as const;

export function createAccessDesk(deps: {
  readonly store: AccessStore;
  readonly principals: Pick<Principals, "ofName">;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): AccessDesk {
  const { store, principals, clock, random, logger } = deps;

  const mayChange = async (by: Principal, to: GrantRecord["to"]): Promise<boolean> => {
    if (isAllowed(by, "fleet.people", { where: { kind: "allTenants" } })) return true;
    const grants = to.kind === "group" ? await store.grantsOfGroup(to.name) : (await principals.ofName(to.name)).grants;
    return grants.every(({ scope }) => scope.kind !== "allTenants");
  };

  return {
    async grant(by, { reason, ...access }) {
      const lacking = access.effect === "allow" ? lackingVerb(by, access) : undefined;
      if (lacking !== undefined) return { kind: "lacking", verb: lacking };
      if (access.effect === "deny" && !(await mayChange(by, access.to))) return { kind: "above" };
      const grant: GrantRecord = {
        grantId: `grt_${random.uuid()}`,
        ...access,
        ...(reason === undefined ? {} : { reason }),
        grantedAt: clock.now(),
        grantedBy: by.name,
      };
      const answer = await store.addGrant(grant, ACCESS_LIMITS.grantsMax);
      if (answer !== "added") return { kind: "refused", why: answer };
      logger.warn("access.grant", { ...grant, by: by.id, from: by.from });
      return { kind: "granted", grant };
    },
    async revoke(by, of, grantId) {
      const found = await store.getGrant(of, grantId);
      if (found === undefined) return { kind: "not_found" };
      const lacking = found.effect === "deny" ? lackingVerb(by, found) : undefined;
      if (lacking !== undefined) return { kind: "lacking", verb: lacking };
      if (found.effect === "allow" && !(await mayChange(by, found.to))) return { kind: "above" };
      if (!(await store.removeGrant(grantId, { at: clock.now(), by: by.name }))) return { kind: "not_found" };
      logger.warn("access.revoke", { ...found, by: by.id, from: by.from });
      return { kind: "revoked" };
    },
    list: (of) => store.listGrants(of),
    async explain(person, verb, asked) {
      return decide(await principals.ofName(person), verb, asked);
    },
    members: () => store.listMembers(),
    async join(by, group, person) {
      const answer = await store.addMember(
        { group, person, addedAt: clock.now(), addedBy: by.name },
        ACCESS_LIMITS.membersMax,
      );
      if (answer === "added") logger.warn("access.join", { group, person, by: by.id, from: by.from });
      return answer;
    },
    async leave(by, group, person) {
      const left = await store.removeMember(group, person);
      if (left) logger.warn("access.leave", { group, person, by: by.id, from: by.from });
      return left;
    },
  };
}
