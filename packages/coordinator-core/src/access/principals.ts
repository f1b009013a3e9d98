import type { Grant, Principal } from "@cordon/core/access";
import type { Clock } from "@cordon/core/kernel";
import { ADMIN_NAME } from "../people/people.ts";
import type { AccessStore } from "../ports/access.ts";
import type { PeopleStore } from "../ports/people.ts";
import { hashOfToken } from "./token-hash.ts";

/** Makes somebody who may do things out of what the listener recognised. Asks the record each time: what is taken back is gone at once. */
export interface Principals {
  /** Somebody who signed in; `groups` as the provider calls them. */
  ofSession(name: string, groups: readonly string[], from: string): Promise<Principal>;
  /** Whose own or API token it is; undefined: nobody's, or one that has ended. */
  ofToken(token: string, from: string): Promise<Principal | undefined>;
  ofBreakGlass(from: string): Principal;
  /** As somebody would stand who signs in now with Cordon's own groups alone. */
  ofName(name: string): Promise<Principal>;
}

export const API_TOKEN_PREFIX = "cordon_";
/** Groups of a provider are told apart from Cordon's own of the same name. */
export const PROVIDER_GROUP = "oidc:";
const NOTE_USE_MS = 60_000;

const EVERYTHING: Grant = {
  grantId: "break-glass",
  to: { kind: "person", name: ADMIN_NAME },
  effect: "allow",
  role: "platform-admin",
  scope: { kind: "allTenants" },
};

export function createPrincipals(deps: {
  readonly store: Pick<AccessStore, "standing" | "findToken" | "noteTokenUse">;
  readonly people: Pick<PeopleStore, "nameOf">;
  readonly clock: Clock;
}): Principals {
  const { store, people, clock } = deps;

  const person = async (
    name: string,
    groups: readonly string[],
    { via, from }: Pick<Principal, "via" | "from">,
  ): Promise<Principal> => {
    const standing = await store.standing(name, groups);
    return { kind: "person", id: `person:${name}`, name, ...standing, via, from };
  };

  return {
    ofSession: (name, groups, from) =>
      person(
        name,
        groups.map((group) => `${PROVIDER_GROUP}${group}`),
        { via: "session", from },
      ),
    async ofToken(token, from) {
      const hash = hashOfToken(token);
      if (!token.startsWith(API_TOKEN_PREFIX)) {
        const name = await people.nameOf(hash);
        return name === undefined ? undefined : person(name, [], { via: "personal-token", from });
      }
      const found = await store.findToken(hash);
      const now = clock.now();
      if (found === undefined || found.revoked !== undefined || now >= found.expiresAt) return undefined;
      if (found.lastUsed === undefined || now - found.lastUsed.at >= NOTE_USE_MS) {
        await store.noteTokenUse(found.tokenId, { at: now, from });
      }
      const standing = await store.standing(found.person, []);
      const { tokenId, person: name, bounds } = found;
      return { kind: "token", id: `token:${tokenId}`, name, ...standing, bounds, via: "api-token", from };
    },
    ofBreakGlass: (from) => ({
      kind: "break-glass",
      id: "break-glass",
      name: ADMIN_NAME,
      grants: [EVERYTHING],
      groups: [],
      via: "break-glass",
      from,
    }),
    ofName: (name) => person(name, [], { via: "internal", from: "" }),
  };
}
