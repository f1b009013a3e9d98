import type { ActionKind } from "../action/index.ts";
import type { Endpoint } from "./endpoint.ts";

/** What an endpoint must have so that a response task can work on it. */
export interface EndpointMinimums {
  /** Lowest version of Kaspersky Endpoint Security, dotted numbers. */
  readonly kesVersion: string;
  /** Values of `KLHST_WKS_EDR_STATUS` at which the component is not there; which ones is UNCONFIRMED (kaspersky.md 4.6). */
  readonly edrMissing: readonly number[];
}

/**
 * EDR Threat Response is in KES from 12.9 on (kaspersky.md 2). 6 is "not installed" among KSC's other component states; 0 may be
 * "none" or "unknown", so it refuses nothing unless a site says so.
 */
export const DEFAULT_MINIMUMS: EndpointMinimums = { kesVersion: "12.9", edrMissing: [6] };

export type CapabilityCode =
  | "endpoint.no_agent"
  | "endpoint.kes_missing"
  | "endpoint.kes_too_old"
  | "endpoint.edr_missing";

export type Capability =
  | { readonly kind: "can" }
  /** One sentence: what is missing, as KSC knows it, and the mend. */
  | { readonly kind: "cannot"; readonly code: CapabilityCode; readonly reason: string };

/** What is known of an endpoint; what KSC did not tell is absent and refuses nothing. */
export type KnownOfEndpoint = Partial<Pick<Endpoint, "statusMask" | "kesVersion" | "edrStatus">> &
  Pick<Endpoint, "displayName">;

/** Bits of `KLHST_WKS_STATUS` (kaspersky.md 4.6): Network Agent installed or running, real-time protection installed. */
const AGENT = 0x04 | 0x08;
const PROTECTION = 0x10;

/** Whether an action can work on this endpoint at all. Only what is known for certain refuses: an attempt costs less than an isolation missed. */
export function canDo(endpoint: KnownOfEndpoint, kind: ActionKind, minimums: EndpointMinimums): Capability {
  const { displayName, kesVersion, edrStatus } = endpoint;
  // No bit at all is what a host has whose status KSC did not tell.
  const statusMask = endpoint.statusMask === 0 ? undefined : endpoint.statusMask;
  const cannot = (code: CapabilityCode, why: string): Capability => ({
    kind: "cannot",
    code,
    reason: `${kind} cannot work on ${displayName}: ${why}`,
  });
  if (statusMask !== undefined && (statusMask & AGENT) === 0) {
    return cannot("endpoint.no_agent", "it has no Network Agent, so no task reaches it; install the agent.");
  }
  if (kesVersion === undefined) {
    if (statusMask === undefined || (statusMask & PROTECTION) !== 0) return CAN;
    return cannot("endpoint.kes_missing", "it has no Kaspersky Endpoint Security; install it.");
  }
  if (isOlder(kesVersion, minimums.kesVersion)) {
    const why = `its Kaspersky Endpoint Security is ${kesVersion}, response tasks need ${minimums.kesVersion}; update it.`;
    return cannot("endpoint.kes_too_old", why);
  }
  if (edrStatus !== undefined && minimums.edrMissing.includes(edrStatus)) {
    const why = `its EDR component is not there (state ${edrStatus}); install the component.`;
    return cannot("endpoint.edr_missing", why);
  }
  return CAN;
}

const CAN: Capability = { kind: "can" };

/** Compares dotted numbers part by part; a version that is not made of numbers is not older than anything. */
export function isOlder(version: string, minimum: string): boolean {
  const have = numbersOf(version);
  const want = numbersOf(minimum);
  if (have === undefined || want === undefined) return false;
  for (const [index, part] of want.entries()) {
    const own = have[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}

function numbersOf(version: string): readonly number[] | undefined {
  const parts = version.trim().split(".");
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? parts.map(Number) : undefined;
}
