import {
  type AccessDesk,
  type AccessStore,
  createAccessDesk,
  createPrincipals,
  createTokenDesk,
  type PeopleStore,
  type Principals,
  type TokenDesk,
} from "@cordon/coordinator-core";
import type { Principal } from "@cordon/core/access";
import { AppError, type Clock, type Logger, type Random } from "@cordon/core/kernel";
import type { FastifyRequest } from "fastify";
import type { Authenticator, Credential } from "../login/authenticate.ts";
import type { Identify } from "./enforce-access.ts";

export interface OpenAccess {
  readonly principals: Principals;
  readonly desk: AccessDesk;
  readonly tokens: TokenDesk;
}

/** Roles, grants and tokens, put together. */
export function openAccess(deps: {
  readonly store: AccessStore;
  readonly people: PeopleStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): OpenAccess {
  const principals = createPrincipals(deps);
  return { principals, desk: createAccessDesk({ ...deps, principals }), tokens: createTokenDesk(deps) };
}

/** Turns what a request proved itself with into who asks. */
export function identifyBy(authenticator: Authenticator<Principal>, principals: Principals): Identify {
  return async (request) => {
    const found = await authenticator.authenticate(request);
    if (found === undefined) throw new AppError("api.unauthorized", "no or wrong token");
    return principalOf(principals, found, request);
  };
}

export function principalOf(
  principals: Principals,
  found: Credential<Principal>,
  { ip }: Pick<FastifyRequest, "ip">,
): Principal | Promise<Principal> {
  switch (found.kind) {
    case "breakGlass":
      return principals.ofBreakGlass(ip);
    case "session":
      return principals.ofSession(found.who.name, found.who.groups, ip);
    case "other":
      return found.who;
  }
}
