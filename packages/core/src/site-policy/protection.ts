import type { ActionKind } from "../action/index.ts";
import type { Endpoint } from "../endpoint/index.ts";
import type { EndpointId } from "../kernel/index.ts";
import { isInSubnet, parseIpAddress } from "../rules/subnet.ts";
import type { ProtectedWho, Protection } from "./policy.ts";
import { fitsWildcard } from "./wildcard.ts";

export type Protected =
  | { readonly kind: "free" }
  | { readonly kind: "protected"; readonly protection: Protection }
  /** A name, an address or a group would decide, and nothing is known of the endpoint. */
  | { readonly kind: "unknown" };

/** Whether the endpoint is kept from actions of the kind. Without facts only a host id can tell. */
export function protectionOf(
  protections: readonly Protection[],
  kind: ActionKind,
  endpointId: EndpointId,
  endpoint: Endpoint | undefined,
): Protected {
  let undecided = false;
  for (const protection of protections) {
    if (!protection.from.includes(kind)) continue;
    if (protection.who.by !== "host" && endpoint === undefined) undecided = true;
    else if (fits(protection.who, endpointId, endpoint)) return { kind: "protected", protection };
  }
  return { kind: undecided ? "unknown" : "free" };
}

function fits(who: ProtectedWho, endpointId: EndpointId, endpoint: Endpoint | undefined): boolean {
  switch (who.by) {
    case "host":
      return who.endpointId.toLowerCase() === endpointId.toLowerCase();
    case "name":
      return [endpoint?.fqdn, endpoint?.hostName, endpoint?.displayName].some(
        (name) => name !== undefined && fitsWildcard(who.pattern, name),
      );
    case "address":
      return (endpoint?.addresses ?? []).some((text) => {
        const address = parseIpAddress(text);
        return address !== undefined && isInSubnet(address, who.subnet);
      });
    case "group":
      return endpoint?.groupName !== undefined && fitsWildcard(who.pattern, endpoint.groupName);
  }
}

export function printWho(who: ProtectedWho): string {
  switch (who.by) {
    case "host":
      return `host ${who.endpointId}`;
    case "address":
      return `address ${who.text}`;
    default:
      return `${who.by} ${who.pattern}`;
  }
}
