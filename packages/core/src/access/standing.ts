import { isAllowed } from "./decide.ts";
import type { Request } from "./grant.ts";
import type { Principal } from "./principal.ts";
import { ROLES, type Role } from "./roles.ts";
import { hasVerb, VERB_NAMES, VERBS } from "./verbs.ts";

/** Besides its name, as whom somebody counts where people are asked: `role:approver`, `group:soc`. */
export type Standing = `role:${Role}` | `group:${string}`;

export function isStandingRole(name: string): boolean {
  return ROLES.some((role) => name === `role:${role}`);
}

/** [A13] A role counts where its grant reaches and nothing of it is denied; a group wherever its member is. */
export function standingOf(who: Pick<Principal, "grants" | "bounds" | "groups">, asked: Request): readonly Standing[] {
  const roles = ROLES.filter((role) => holds(who, role, asked)).map((role): Standing => `role:${role}`);
  return [...roles, ...who.groups.map((name): Standing => `group:${name}`)];
}

function holds({ grants, bounds }: Pick<Principal, "grants" | "bounds">, role: Role, asked: Request): boolean {
  const verbs = VERB_NAMES.filter((verb) => hasVerb(role, verb) && VERBS[verb].reach !== "fleet");
  const ofRole = grants.filter((grant) => grant.effect === "deny" || grant.role === role);
  const who = { grants: ofRole, ...(bounds === undefined ? {} : { bounds }) };
  return verbs.every((verb) => isAllowed(who, verb, asked));
}
