import { ACTION_CLASSES } from "../action/index.ts";
import { isAllowed } from "./decide.ts";
import type { Access, Request, Where } from "./grant.ts";
import type { Principal } from "./principal.ts";
import { hasVerb, takesVerb, VERB_NAMES, VERBS, type Verb } from "./verbs.ts";

/**
 * [A11] The first right that somebody would hand out by an allow, or by taking a deny back, without having it; undefined: none. Nobody
 * hands out more than he has, and who is denied something cannot take that deny back.
 */
export function lackingVerb(
  giver: Pick<Principal, "grants" | "bounds">,
  { effect, role, scope, classes }: Access,
): Verb | undefined {
  const given = effect === "allow" ? hasVerb : takesVerb;
  return VERB_NAMES.filter((verb) => given(role, verb))
    .filter((verb) => scope.kind === "allTenants" || VERBS[verb].reach !== "fleet")
    .find(
      (verb) =>
        !requestsOf(scope, VERBS[verb].byClass ? classes : undefined).every((one) => isAllowed(giver, verb, one)),
    );
}

function requestsOf(scope: Access["scope"], classes: Access["classes"]): readonly Request[] {
  const places = placesOf(scope);
  return (classes ?? ACTION_CLASSES).flatMap((actionClass) => places.map((where) => ({ where, actionClass })));
}

function placesOf(scope: Access["scope"]): readonly Where[] {
  if (scope.kind === "allTenants") return [{ kind: "allTenants" }];
  const { tenantId, sites } = scope;
  if (sites === "all") return [{ kind: "tenant", tenantId }];
  return sites.map((siteId) => ({ kind: "tenant", tenantId, siteId }));
}
