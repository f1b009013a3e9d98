import { type Brake, type EndpointRef, type EndpointTraits, endpointKey } from "@cordon/core/guards";
import type { SiteId } from "@cordon/core/kernel";
import {
  type EndpointCandidate,
  type LookupNeeds,
  lookupKey,
  RESOLUTION_LIMITS,
  type ResolutionFacts,
} from "@cordon/core/planning";
import type { ReplayEndpoint, ReplayEstate } from "../ports/replay-store.ts";

/** A tenant's estate in memory, asked as planning asks the record. */
export interface InventoryIndex {
  readonly endpoints: number;
  endpoint(key: string): ReplayEndpoint | undefined;
  resolution(needs: LookupNeeds): ResolutionFacts;
  traitsOf(endpoints: readonly EndpointRef[]): ReadonlyMap<string, EndpointTraits>;
  /** `endpointKey` of those with the group's role or tag. */
  membersOf(brake: Extract<Brake, { type: "redundancy" }>): ReadonlySet<string>;
  countOf(siteId: SiteId | undefined): number;
}

export function createInventoryIndex({ sites, endpoints }: ReplayEstate): InventoryIndex {
  const found = new Map<string, ReplayEndpoint[]>();
  const byKey = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const perSite = new Map<SiteId, number>();
  for (const endpoint of endpoints) {
    perSite.set(endpoint.siteId, (perSite.get(endpoint.siteId) ?? 0) + 1);
    for (const key of keysOf(endpoint)) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [endpoint]);
      else known.push(endpoint);
    }
  }
  const sitesByAlias = new Map<string, SiteId[]>();
  for (const { siteId, names } of sites) {
    for (const name of new Set(names)) sitesByAlias.set(name, [...(sitesByAlias.get(name) ?? []), siteId]);
  }
  return {
    endpoints: endpoints.length,
    endpoint: (key) => byKey.get(key),
    resolution({ lookups }) {
      const candidates = new Map<string, readonly EndpointCandidate[]>();
      for (const lookup of lookups) {
        const key = lookupKey(lookup);
        const known = found.get(key);
        if (known !== undefined) candidates.set(key, known.slice(0, RESOLUTION_LIMITS.candidatesMax));
      }
      return { candidates, sitesByAlias, siteCount: sites.length };
    },
    traitsOf(asked) {
      return new Map(
        asked.flatMap((ref) => {
          const endpoint = byKey.get(endpointKey(ref));
          return endpoint === undefined ? [] : [[endpointKey(ref), traitsOf(endpoint)] as const];
        }),
      );
    },
    membersOf({ scope, group }) {
      const isMember = (endpoint: ReplayEndpoint) =>
        (scope.siteId === undefined || scope.siteId === endpoint.siteId) &&
        (group.by === "role" ? endpoint.roles.includes(group.role) : endpoint.tags.includes(group.tag));
      return new Set(endpoints.filter(isMember).map(endpointKey));
    },
    countOf: (siteId) => (siteId === undefined ? endpoints.length : (perSite.get(siteId) ?? 0)),
  };
}

/** Under which lookups the record would find it, each once. */
function keysOf(endpoint: ReplayEndpoint): ReadonlySet<string> {
  const { endpointId, instanceId, fqdn, hostName, addresses } = endpoint;
  const keys = new Set<string>();
  const add = (by: Parameters<typeof lookupKey>[0]["by"], value: string | undefined) => {
    if (value !== undefined && value !== "") keys.add(lookupKey({ by, value: value.toLowerCase() }));
  };
  for (const id of [endpointId, instanceId]) {
    add("hostId", id);
    add("assetId", id);
  }
  add("fqdn", fqdn);
  add("hostName", hostName);
  add("hostName", fqdn?.split(".", 1)[0]);
  for (const address of addresses) add("address", address);
  return keys;
}

function traitsOf({ name, fqdn, hostName, groupName, roles, tags }: ReplayEndpoint): EndpointTraits {
  return {
    displayName: name,
    ...(fqdn === undefined ? {} : { fqdn }),
    ...(hostName === undefined ? {} : { hostName }),
    ...(groupName === undefined ? {} : { groupName }),
    roles,
    tags,
  };
}
