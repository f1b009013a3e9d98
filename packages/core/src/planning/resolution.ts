import type { SiteRefusal } from "../endpoint/index.ts";
import type { EndpointId, SiteId } from "../kernel/index.ts";
import type { TargetKey } from "../rules/index.ts";

/**
 * One question to the inventory of the tenant, over all its sites. `value` is trimmed and lower-case, and is compared so.
 * - `hostId`, `assetId`: the KSC host id or the Network Agent's instance id (KUMA may carry either: kaspersky.md 3.10)
 * - `fqdn`: the full DNS name · `hostName`: the NetBIOS name or the first label of the DNS name · `address`: an IP address
 */
export interface EndpointLookup {
  readonly by: TargetKey;
  readonly value: string;
}

/** What must be fetched before targets can be resolved; each list without repeats. */
export interface LookupNeeds {
  readonly lookups: readonly EndpointLookup[];
  /** Lower-case values of site hint fields: names of KSC servers, KUMA services and the like. */
  readonly siteAliases: readonly string[];
}

/** What the inventory says of an endpoint, as far as a target needs it. */
export interface EndpointCandidate {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly name: string;
  readonly fqdn?: string;
  readonly hostName?: string;
  /** What it is able to do, as far as the inventory knows. */
  readonly kesVersion?: string;
  readonly edrStatus?: number;
  readonly statusMask?: number;
}

export interface ResolutionFacts {
  /** `lookupKey` → what fits, at most `RESOLUTION_LIMITS.candidatesMax`. A missing entry is an empty one. */
  readonly candidates: ReadonlyMap<string, readonly EndpointCandidate[]>;
  /** Lower-case alias → its sites (several when one KSC serves several). */
  readonly sitesByAlias: ReadonlyMap<string, readonly SiteId[]>;
  /** How many sites the tenant has: with more than one, a private address says little. */
  readonly siteCount: number;
  /** What connected sites refuse just now; absent: nothing. */
  readonly refusals?: ReadonlyMap<SiteId, readonly SiteRefusal[]>;
}

export const RESOLUTION_LIMITS = {
  /** Fetch no more per lookup: two are ambiguous already, and nobody reads more than this. */
  candidatesMax: 20,
  /** Values of a list field that are looked up. */
  valuesMax: 10,
} as const;

/** The step of a target that decided, and what the event said there. */
export interface TargetTrace {
  readonly by: TargetKey;
  readonly field: string;
  readonly value: string;
  /** Sites that the hint named, when it named any. */
  readonly sites?: readonly SiteId[];
}

/** [S5] Anything but exactly one endpoint is a refusal. */
export type Resolution =
  | { readonly kind: "resolved"; readonly endpoint: EndpointCandidate; readonly trace: TargetTrace }
  | { readonly kind: "ambiguous"; readonly candidates: readonly EndpointCandidate[]; readonly trace: TargetTrace }
  | { readonly kind: "not_found"; readonly tried: readonly TargetTrace[] }
  /** The event has none of the fields that the target names. */
  | { readonly kind: "no_target"; readonly fields: readonly string[] };
