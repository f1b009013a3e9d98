import { InvalidArgumentError } from "@commander-js/extra-typings";
import { ROLES } from "@cordon/core/access";
import { ACTION_CLASSES } from "@cordon/core/action";
import type { Host } from "../command/host.ts";
import { collect } from "./lists-shape.ts";

/** Where somebody is to have a role, or not to have it. */
export interface PlaceOptions {
  readonly site: readonly string[];
  readonly class: readonly string[];
  readonly everyTenant?: boolean | undefined;
}

const NONE: readonly string[] = [];

export const PLACE_FLAGS = {
  site: [
    "--site <id>",
    "only at this site; can be given several times. Left out: all of the tenant's, also those that come later",
    collect,
    NONE,
  ],
  class: ["--class <class>", `orders and approvals of this class alone: ${ACTION_CLASSES.join(", ")}`, collect, NONE],
  everyTenant: ["--every-tenant", "on all tenants, also those that come later, instead of one"],
} as const;

export function role(text: string): string {
  if (ROLES.some((name) => name === text)) return text;
  throw new InvalidArgumentError(`"${text}" is no role; there are ${ROLES.join(", ")}`);
}

/** As a grant of the tenant in the path, or of all, takes it. */
export function placeBody({ site, class: classes }: PlaceOptions): Record<string, unknown> {
  return { ...(site.length === 0 ? {} : { sites: site }), ...(classes.length === 0 ? {} : { classes }) };
}

/** As one that names its tenant takes it. */
export async function accessBody(host: Host, role: string, options: PlaceOptions): Promise<Record<string, unknown>> {
  const tenant = options.everyTenant === true ? { allTenants: true } : { tenantId: await tenantOf(host) };
  return { role, ...tenant, ...placeBody(options) };
}

export async function grantsPath(host: Host, everyTenant: boolean | undefined): Promise<string> {
  return everyTenant === true ? "/grants" : `${await host.tenantPath()}/grants`;
}

/** The tenant that is meant; throws `cli.usage` when none is. */
async function tenantOf(host: Host): Promise<string> {
  await host.tenantPath();
  return (await host.settings()).tenant ?? "";
}
