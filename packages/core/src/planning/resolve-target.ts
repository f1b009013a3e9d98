import type { CorrelationEvent } from "../event/index.ts";
import type { SiteId } from "../kernel/index.ts";
import {
  isInSubnet,
  parseIpAddress,
  parseSubnet,
  printIpAddress,
  type TargetKey,
  type TargetStep,
} from "../rules/index.ts";
import {
  type EndpointCandidate,
  type EndpointLookup,
  RESOLUTION_LIMITS as LIMITS,
  type LookupNeeds,
  type Resolution,
  type ResolutionFacts,
  type TargetTrace,
} from "./resolution.ts";

/** What to fetch so that `resolveTarget` can answer for every one of these targets. */
export function lookupsFor(targets: readonly (readonly TargetStep[])[], event: CorrelationEvent): LookupNeeds {
  const lookups = new Map<string, EndpointLookup>();
  const siteAliases = new Set<string>();
  for (const step of targets.flat()) {
    for (const value of textsOf(event, step.field)) {
      const lookup = lookupOf(step.by, value);
      if (lookup !== undefined) lookups.set(lookupKey(lookup), lookup);
    }
    if (typeof step.site === "object") for (const alias of textsOf(event, step.site.field)) siteAliases.add(alias);
  }
  return { lookups: [...lookups.values()], siteAliases: [...siteAliases] };
}

export function lookupKey({ by, value }: EndpointLookup): string {
  return `${by}\n${value}`;
}

/**
 * [S5] Walks the target's steps in order; the first whose field finds any endpoint decides: one is resolved, several are
 * ambiguous. A step whose field is absent, or that finds nothing, passes on to the next.
 */
export function resolveTarget(
  target: readonly TargetStep[],
  event: CorrelationEvent,
  facts: ResolutionFacts,
): Resolution {
  const tried: TargetTrace[] = [];
  for (const step of target) {
    const values = textsOf(event, step.field).filter((value) => lookupOf(step.by, value) !== undefined);
    if (values.length === 0) continue;
    const sites = hintedSites(step, event, facts);
    const candidates = distinct(values.flatMap((value) => candidatesOf(step.by, value, facts))).filter(
      ({ siteId }) => sites === undefined || sites.includes(siteId),
    );
    const trace: TargetTrace = {
      by: step.by,
      field: step.field,
      value: values.join(", "),
      ...(sites === undefined ? {} : { sites }),
    };
    const [only, ...others] = candidates;
    if (only === undefined) {
      tried.push(trace);
      continue;
    }
    const certain = step.by !== "address" || sites !== undefined || facts.siteCount <= 1 || !values.some(isPrivate);
    if (others.length === 0 && certain) return { kind: "resolved", endpoint: only, trace };
    return { kind: "ambiguous", candidates: candidates.slice(0, LIMITS.candidatesMax), trace };
  }
  if (tried.length > 0) return { kind: "not_found", tried };
  return { kind: "no_target", fields: [...new Set(target.map(({ field }) => field))] };
}

/** Undefined: the step says nothing about the site, or its alias is not known. */
function hintedSites(step: TargetStep, event: CorrelationEvent, facts: ResolutionFacts): readonly SiteId[] | undefined {
  if (step.site === undefined) return undefined;
  if (typeof step.site === "string") return [step.site as SiteId];
  const sites = textsOf(event, step.site.field).flatMap((alias) => facts.sitesByAlias.get(alias) ?? []);
  return sites.length === 0 ? undefined : [...new Set(sites)];
}

function candidatesOf(by: TargetKey, value: string, facts: ResolutionFacts): readonly EndpointCandidate[] {
  const lookup = lookupOf(by, value);
  if (lookup === undefined) return [];
  const found = facts.candidates.get(lookupKey(lookup)) ?? [];
  // "ws-1.a.example" was looked up by its first label: a host that is known as "ws-1.b.example" is another one.
  if (by !== "hostName" || !value.includes(".")) return found;
  return found.filter(({ fqdn }) => fqdn === undefined || !fqdn.includes(".") || fqdn.toLowerCase() === value);
}

/** Undefined: the value cannot be such a key, e.g. an address where a name is wanted. */
function lookupOf(by: TargetKey, value: string): EndpointLookup | undefined {
  const address = parseIpAddress(value);
  if (by === "address") return address === undefined ? undefined : { by, value: printIpAddress(address) };
  if (by === "hostId" || by === "assetId") return { by, value };
  if (address !== undefined) return undefined;
  if (by === "fqdn") return value.includes(".") ? { by, value } : undefined;
  const [label = ""] = value.split(".", 1);
  return label === "" ? undefined : { by, value: label };
}

/** The field's texts, trimmed, lower-case, without a DNS name's closing dot; bounded. */
function textsOf(event: CorrelationEvent, field: string): readonly string[] {
  const value = event.fields[field];
  const values = Array.isArray(value) ? value.slice(0, LIMITS.valuesMax) : [value];
  const texts = values.flatMap((each) =>
    typeof each === "string" ? each.trim().toLowerCase().replace(/\.$/, "") : [],
  );
  return [...new Set(texts.filter((text) => text !== ""))];
}

function distinct(candidates: readonly EndpointCandidate[]): readonly EndpointCandidate[] {
  return [...new Map(candidates.map((each) => [`${each.siteId}\n${each.endpointId}`, each])).values()];
}

/** Ranges that every site may use for itself: RFC 1918, RFC 6598, link-local, unique local. */
const PRIVATE = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "fe80::/10",
  "fc00::/7",
]
  .map(parseSubnet)
  .filter((subnet) => subnet !== undefined);

function isPrivate(value: string): boolean {
  const address = parseIpAddress(value);
  return address !== undefined && PRIVATE.some((subnet) => isInSubnet(address, subnet));
}
