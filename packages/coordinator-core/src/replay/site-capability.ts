import { ACTION_KINDS } from "@cordon/core/action";
import { canDo, DEFAULT_MINIMUMS, type EndpointMinimums } from "@cordon/core/endpoint";
import type { SiteId } from "@cordon/core/kernel";
import { refusalOf } from "@cordon/core/planning";
import type { CompiledRuleSet } from "@cordon/core/rules";
import type { ReplayEndpoint, ReplayEstate } from "../ports/replay-store.ts";
import type { KindCapability, SiteCapability } from "./report.ts";

/** Whether each site can do what the rules may ask of it, by what is known of it now. */
export function siteCapability(
  { sites, endpoints }: ReplayEstate,
  { rules }: CompiledRuleSet,
  minimums: EndpointMinimums = DEFAULT_MINIMUMS,
): readonly SiteCapability[] {
  const asked = new Set(rules.flatMap(({ rule }) => rule.actions.map(({ kind }) => kind)));
  const kinds = ACTION_KINDS.filter((kind) => asked.has(kind));
  const bySite = new Map<SiteId, ReplayEndpoint[]>();
  for (const endpoint of endpoints) {
    const known = bySite.get(endpoint.siteId);
    if (known === undefined) bySite.set(endpoint.siteId, [endpoint]);
    else known.push(endpoint);
  }
  return sites.map(({ siteId, refusals }) => {
    const here = bySite.get(siteId) ?? [];
    return {
      siteId,
      endpoints: here.length,
      connected: refusals !== undefined,
      kinds: kinds.map((kind): KindCapability => {
        const unable = new Map<string, number>();
        for (const endpoint of here) {
          const capability = canDo({ ...endpoint, displayName: endpoint.name }, kind, minimums);
          if (capability.kind !== "can") unable.set(capability.code, (unable.get(capability.code) ?? 0) + 1);
        }
        const refused = refusalOf(refusals ?? [], kind);
        const lacking = [...unable.values()].reduce((sum, count) => sum + count, 0);
        return {
          kind,
          able: here.length - lacking,
          unable: [...unable].map(([code, count]) => ({ code, endpoints: count })).sort(byCode),
          ...(refused === undefined ? {} : { refused: refused.reason }),
        };
      }),
    };
  });
}

function byCode(left: { readonly code: string }, right: { readonly code: string }): number {
  return left.code < right.code ? -1 : 1;
}
