import { ACTION_CLASSES, ACTION_KINDS, type ActionClass, type ActionKind, classOf } from "../action/index.ts";
import type { EndpointId } from "../kernel/index.ts";
import type { Subnet } from "../rules/subnet.ts";

/**
 * [S7] What one site will do, and to whom, as its own people wrote it. It only narrows: what the coordinator orders must pass
 * here as well, and nothing that comes from the coordinator changes it.
 */
export interface SitePolicy {
  /** Kinds that this site carries out at all. */
  readonly allowed: readonly ActionKind[];
  readonly limits: readonly ActionLimit[];
  readonly protections: readonly Protection[];
  readonly hours?: Hours;
  readonly caps: readonly Cap[];
}

/** The most that one action of a kind may ask for. */
export interface ActionLimit {
  readonly kind: ActionKind;
  /** `isolateHost`: the longest timer of the endpoint, and the longest time it may be renewed for. */
  readonly durationSecondsMax?: number;
  readonly holdSecondsMax?: number;
  /** `iocScan` */
  readonly indicatorsMax?: number;
  /** Kinds with a path: only these, or all but these; `*` stands for any characters. */
  readonly onlyPaths?: readonly string[];
  readonly exceptPaths?: readonly string[];
}

/** Endpoints that are not touched. */
export interface Protection {
  readonly who: ProtectedWho;
  /** What is kept from them. */
  readonly from: readonly ActionKind[];
  readonly reason: string;
}

export type ProtectedWho =
  | { readonly by: "host"; readonly endpointId: EndpointId }
  /** Against FQDN, host name and KSC's display name; `*` and `?` are wildcards, case does not count. */
  | { readonly by: "name"; readonly pattern: string }
  | { readonly by: "address"; readonly subnet: Subnet; readonly text: string }
  /** KSC administration group, by name with wildcards. */
  | { readonly by: "group"; readonly pattern: string };

/** A kind that has a window goes out inside one of its windows only; a kind that has none goes out at any time. */
export interface Hours {
  /** IANA name. */
  readonly timeZone: string;
  readonly windows: readonly HoursWindow[];
}

export interface HoursWindow {
  readonly kinds: readonly ActionKind[];
  /** Days on which the window begins, 0 = Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; `to` at or before `from` reaches into the next day. */
  readonly from: number;
  readonly to: number;
}

/** At most `max` sends of these kinds within any `windowMs`, on the whole site or on one endpoint. */
export interface Cap {
  readonly kinds: readonly ActionKind[];
  readonly per: "site" | "endpoint";
  readonly max: number;
  readonly windowMs: number;
}

export const SITE_POLICY_LIMITS = {
  /** As many as a person can still read; groups and wildcards stand for more. */
  protectionsMax: 5_000,
  windowsMax: 100,
  capsMax: 50,
  pathsMax: 200,
  /** The sends of a window are remembered one by one. */
  capMax: 10_000,
  capWindowMsMax: 31 * 86_400_000,
} as const;

/** `contain` stands for all its kinds, `all` for every kind. */
export type KindOrClass = ActionKind | ActionClass | "all";

export const KINDS_AND_CLASSES: readonly KindOrClass[] = ["all", ...ACTION_CLASSES, ...ACTION_KINDS];

export function kindsOf(names: readonly KindOrClass[]): readonly ActionKind[] {
  return ACTION_KINDS.filter((kind) => names.includes("all") || names.includes(kind) || names.includes(classOf(kind)));
}
