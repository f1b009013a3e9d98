export { type Decision, decide, isAllowed, mayInTenant, seesTenant } from "./decide.ts";
export type { Access, Grant, Request, Scope, Where } from "./grant.ts";
export { lackingVerb } from "./hand-out.ts";
export type { Principal } from "./principal.ts";
export { ROLES, type Role } from "./roles.ts";
export { isStandingRole, type Standing, standingOf } from "./standing.ts";
export { hasVerb, type Reach, takesVerb, VERB_NAMES, VERBS, type Verb, type VerbSpec } from "./verbs.ts";
