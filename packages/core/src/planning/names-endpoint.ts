import type { CorrelationEvent } from "../event/index.ts";
import { parseIpAddress, printIpAddress, type TargetKey } from "../rules/index.ts";
import { RESOLUTION_LIMITS as LIMITS } from "./resolution.ts";

/** What an endpoint is called; any case. */
export interface EndpointNames {
  readonly endpointId: string;
  readonly instanceId?: string;
  readonly displayName: string;
  readonly fqdn?: string;
  readonly hostName?: string;
  readonly addresses: readonly string[];
}

/** A field of an event that names an endpoint. */
export interface Naming {
  readonly field: string;
  readonly value: string;
  /** By what; an address alone may be another machine's at another site. */
  readonly by: TargetKey;
}

/**
 * [P20] Which fields of an event name the endpoint, the surest first: as a rule's target would find it, in whatever field. So an event
 * that met no rule is found by the endpoint that it is about.
 */
export function namingsOf(fields: CorrelationEvent["fields"], endpoint: EndpointNames): readonly Naming[] {
  const names = namesOf(endpoint);
  const found = Object.entries(fields).flatMap(([field, value]): readonly Naming[] => {
    const values = Array.isArray(value) ? value.slice(0, LIMITS.valuesMax) : [value];
    for (const each of values) {
      if (typeof each !== "string") continue;
      const by = keyOf(each.trim().toLowerCase().replace(/\.$/, ""), names);
      if (by !== undefined) return [{ field, value: each, by }];
    }
    return [];
  });
  return found.toSorted((left, right) => SURENESS.indexOf(left.by) - SURENESS.indexOf(right.by));
}

/** Lower-case texts of which an event that names the endpoint contains at least one, as it is written. */
export function textsNaming(endpoint: EndpointNames): readonly string[] {
  const { ids, fqdn, labels, addresses } = namesOf(endpoint);
  const all = [...ids, ...(fqdn === undefined ? [] : [fqdn]), ...labels, ...addresses.flatMap(inEverySpelling)];
  return [...new Set(all)];
}

const SURENESS: readonly TargetKey[] = ["hostId", "assetId", "fqdn", "hostName", "address"];

interface Names {
  readonly ids: readonly string[];
  readonly fqdn: string | undefined;
  readonly labels: readonly string[];
  readonly addresses: readonly string[];
}

function namesOf({ endpointId, instanceId, displayName, fqdn, hostName, addresses }: EndpointNames): Names {
  const full = fqdn?.toLowerCase().replace(/\.$/, "");
  const labels = [hostName, full?.split(".", 1)[0], displayName.includes(".") ? undefined : displayName];
  return {
    ids: [endpointId, instanceId].flatMap((id) => (id === undefined || id === "" ? [] : [id.toLowerCase()])),
    fqdn: full === "" ? undefined : full,
    labels: [...new Set(labels.flatMap((label) => (label === undefined || label === "" ? [] : [label.toLowerCase()])))],
    addresses: addresses.map(canonical),
  };
}

function keyOf(text: string, { ids, fqdn, labels, addresses }: Names): TargetKey | undefined {
  if (text === "") return undefined;
  if (ids.includes(text)) return "hostId";
  if (text === fqdn) return "fqdn";
  if (labels.includes(text)) return "hostName";
  const [label = ""] = text.split(".", 1);
  // "ws-1.a.example" names a host that is only known as "ws-1", and not one that is known under another full name.
  if (text.includes(".") && fqdn === undefined && labels.includes(label)) return "hostName";
  return addresses.includes(canonical(text)) ? "address" : undefined;
}

/** An IPv6 address is spelled in many ways; all of them have its first group. One that begins with zeros is nobody's. */
function inEverySpelling(address: string): readonly string[] {
  const [first = "", ...others] = address.split(":");
  if (others.length === 0) return [address];
  return first === "" || first === "0" ? [] : [first];
}

function canonical(text: string): string {
  const address = parseIpAddress(text);
  return address === undefined ? text.toLowerCase() : printIpAddress(address);
}
