import { InvalidArgumentError } from "@commander-js/extra-typings";
import { KINDS_AND_CLASSES } from "@cordon/core/site-policy";
import { apiPath } from "../api/api-client.ts";
import type { Host } from "../command/host.ts";

/** What of a tenant, or of all of them, a brake is to bind. */
export interface ScopeOptions {
  readonly site?: string | undefined;
  readonly rule?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly everyTenant?: boolean | undefined;
  readonly reason: string;
  readonly yes?: boolean | undefined;
}

export const SCOPE_FLAGS = {
  site: ["--site <id>", "only at one site; all of the tenant's when left out"],
  rule: ["--rule <id>", "only what one rule asks for; every rule and orders by hand when left out"],
  kinds: ["--kinds <kinds>", "only these kinds or classes, separated by commas; all when left out"],
  everyTenant: ["--every-tenant", "for all tenants instead of one; this is asked about unless --yes is given"],
  reason: ["--reason <text>", "why; shown with everything that it stops"],
  yes: ["-y, --yes", "do not ask"],
} as const;

export function kinds(text: string): readonly string[] {
  const known: readonly string[] = KINDS_AND_CLASSES;
  const given = text.split(",").map((one) => one.trim());
  const wrong = given.find((one) => !known.includes(one));
  if (wrong === undefined) return given;
  throw new InvalidArgumentError(`"${wrong}" is neither a kind nor a class; there are ${known.join(", ")}`);
}

export function scopeBody({ site, rule, kinds, reason }: ScopeOptions): Record<string, unknown> {
  return {
    reason,
    ...(site === undefined ? {} : { siteId: site }),
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(kinds === undefined ? {} : { kinds }),
  };
}

/** Brakes of one tenant, or those of every tenant. */
export async function brakesPath(host: Host, everyTenant: boolean | undefined): Promise<string> {
  return everyTenant === true ? "/brakes" : `${await host.tenantPath()}/brakes`;
}

export async function brakePath(host: Host, id: string, everyTenant: boolean | undefined): Promise<string> {
  return `${await brakesPath(host, everyTenant)}${apiPath`/${id}`}`;
}
