import { canDo, type Endpoint, type EndpointMinimums } from "@cordon/core/endpoint";
import type { EndpointId } from "@cordon/core/kernel";
import type { SiteWord } from "../site-policy/index.ts";

/** The site's word, with what its endpoints cannot do. An endpoint that the inventory does not know refuses nothing. */
export function withCapability(
  site: SiteWord,
  deps: {
    readonly find: (endpointId: EndpointId) => Endpoint | undefined;
    readonly minimums: EndpointMinimums;
  },
): SiteWord {
  return {
    ...site,
    admit(order) {
      const said = site.admit(order);
      if (said !== undefined) return said;
      const endpoint = deps.find(order.endpointId);
      const capability = endpoint && canDo(endpoint, order.spec.kind, deps.minimums);
      if (capability?.kind !== "cannot") return undefined;
      return { kind: "refuse", code: capability.code, reason: capability.reason };
    },
  };
}
