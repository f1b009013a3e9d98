import type { EndpointId } from "../kernel/index.ts";
import { fitsWildcard } from "../site-policy/wildcard.ts";
import { covers, printScope } from "./brake.ts";
import type { Guard, GuardedEndpoint } from "./guard.ts";
import { type EndpointTraits, endpointKey } from "./traits.ts";

/** Whom a never-touch list names. `*` and `?` are wildcards, case does not count. */
export type NeverTouchWho =
  | { readonly by: "endpoint"; readonly endpointId: EndpointId }
  /** Against FQDN, host name and KSC's display name. */
  | { readonly by: "name"; readonly pattern: string }
  /** KSC administration group. */
  | { readonly by: "group"; readonly pattern: string }
  | { readonly by: "role"; readonly role: string }
  | { readonly by: "tag"; readonly tag: string };

/** [S2] Suppresses whatever a never-touch list keeps from the endpoint; the site's own list is asked again at its agent. */
export const NEVER_TOUCH_GUARD: Guard = {
  name: "never-touch",
  stage: "standing",
  check({ tenantId, rule, endpoint, kind }, { brakes, traits }) {
    const subject = { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind };
    for (const brake of brakes) {
      if (brake.type !== "neverTouch" || !covers(brake.scope, subject)) continue;
      const named = brake.who.find((who) => fits(who, endpoint, traits.get(endpointKey(endpoint))));
      if (named === undefined) continue;
      const message =
        `${endpoint.name} is never to be touched by ${printScope(brake.scope)} (${printWho(named)}): ` +
        `by ${brake.setBy}, "${brake.reason}". ${brake.brakeId} says so.`;
      return {
        kind: "suppress",
        code: "guard.never_touch",
        message,
        details: { brakeId: brake.brakeId, who: named },
      };
    }
    return { kind: "pass" };
  },
};

function fits(who: NeverTouchWho, endpoint: GuardedEndpoint, traits: EndpointTraits | undefined): boolean {
  switch (who.by) {
    case "endpoint":
      return who.endpointId.toLowerCase() === endpoint.endpointId.toLowerCase();
    case "name":
      return [endpoint.name, traits?.displayName, traits?.fqdn, traits?.hostName].some(
        (name) => name !== undefined && fitsWildcard(who.pattern, name),
      );
    case "group":
      return traits?.groupName !== undefined && fitsWildcard(who.pattern, traits.groupName);
    case "role":
      return traits?.roles.includes(who.role) ?? false;
    case "tag":
      return traits?.tags.includes(who.tag) ?? false;
  }
}

function printWho(who: NeverTouchWho): string {
  switch (who.by) {
    case "endpoint":
      return `endpoint ${who.endpointId}`;
    case "role":
      return `role ${who.role}`;
    case "tag":
      return `tag ${who.tag}`;
    default:
      return `${who.by} ${who.pattern}`;
  }
}
