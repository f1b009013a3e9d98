import type { access, grant, grantRecord } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import type { Column } from "./table.ts";
import { formatWhen } from "./times.ts";

type Access = z.output<typeof access>;
type Grant = z.output<typeof grant>;

/** `allow responder in acme at ot, plant: contain`, as far as it is limited. */
export function formatAccess({ effect, role, tenantId, sites, classes }: Access): string {
  const place = tenantId === undefined ? "on all tenants" : `in ${tenantId}${sites ? ` at ${sites.join(", ")}` : ""}`;
  return `${effect} ${role} ${place}${classes ? `: ${classes.join(", ")}` : ""}`;
}

export function formatGrant(grant: Grant): string {
  return `${grant.to.kind} ${grant.to.name}: ${formatAccess(grant)} (${grant.grantId})`;
}

export function grantColumns(now: EpochMs): readonly Column<z.output<typeof grantRecord>>[] {
  return [
    { title: "id", of: ({ grantId }) => grantId },
    { title: "to", of: ({ to }) => `${to.kind} ${to.name}` },
    { title: "role", of: formatAccess },
    { title: "since", of: ({ grantedAt, grantedBy }) => `${formatWhen(grantedAt, now)} by ${grantedBy}` },
    { title: "why", of: ({ reason }) => reason },
  ];
}
