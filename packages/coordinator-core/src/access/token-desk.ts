import { type Access, isAllowed, lackingVerb, type Principal, type Verb } from "@cordon/core/access";
import { addMs, type Clock, type Logger, type Random, Secret } from "@cordon/core/kernel";
import type { AccessStore, ApiTokenRecord } from "../ports/access.ts";
import { ACCESS_LIMITS } from "./access-desk.ts";
import { API_TOKEN_PREFIX } from "./principals.ts";
import { hashOfToken } from "./token-hash.ts";

export interface TokenWish {
  readonly label: string;
  readonly bounds: readonly Access[];
  readonly days: number;
}

export type TokenAnswer =
  | { readonly kind: "made"; readonly record: ApiTokenRecord; readonly token: Secret }
  | { readonly kind: "lacking"; readonly verb: Verb }
  | { readonly kind: "refused"; readonly why: "too_many" | "no_person" };

/** Tokens for programs. Everybody has his own; those who manage people everywhere see and end all. */
export interface TokenDesk {
  /** The token is shown here and never again. */
  create(by: Principal, wish: TokenWish): Promise<TokenAnswer>;
  list(by: Principal): Promise<readonly ApiTokenRecord[]>;
  /** False: the asker has no such token. */
  revoke(by: Principal, tokenId: string): Promise<boolean>;
}

/** 256 bits. */
const TOKEN_BYTES = 32;
/** `cordon_` and as many characters as tell tokens apart: 48 of its bits, and 208 stay secret. */
const SHOWN_CHARS = API_TOKEN_PREFIX.length + 8;
const DAY_MS = 86_400_000;

export function createTokenDesk(deps: {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): TokenDesk {
  const { store, clock, random, logger } = deps;
  const managesAll = (who: Principal): boolean => isAllowed(who, "fleet.people", { where: { kind: "allTenants" } });

  return {
    async create(by, { label, bounds, days }) {
      const allowed = bounds.filter(({ effect }) => effect === "allow");
      const lacking = allowed.map((bound) => lackingVerb(by, bound)).find((verb) => verb !== undefined);
      if (lacking !== undefined) return { kind: "lacking", verb: lacking };
      const token = new Secret(`${API_TOKEN_PREFIX}${Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url")}`);
      const madeAt = clock.now();
      const record: ApiTokenRecord = {
        tokenId: `tok_${random.uuid()}`,
        prefix: token.reveal().slice(0, SHOWN_CHARS),
        person: by.name,
        label,
        bounds,
        madeAt,
        expiresAt: addMs(madeAt, days * DAY_MS),
      };
      const answer = await store.addToken(record, hashOfToken(token.reveal()), ACCESS_LIMITS.tokensMax);
      if (answer !== "added") return { kind: "refused", why: answer };
      logger.warn("token.create", { ...record, by: by.id, from: by.from });
      return { kind: "made", record, token };
    },
    list: (by) => store.listTokens(managesAll(by) ? "everybody" : by.name),
    async revoke(by, tokenId) {
      const found = await store.getToken(tokenId);
      if (found === undefined || (found.person !== by.name && !managesAll(by))) return false;
      const revoked = await store.revokeToken(tokenId, { at: clock.now(), by: by.name });
      if (revoked) logger.warn("token.revoke", { tokenId, person: found.person, by: by.id, from: by.from });
      return revoked;
    },
  };
}
