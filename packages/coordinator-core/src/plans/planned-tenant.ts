import type { TenantId } from "@cordon/core/kernel";
import type { PlannedTenant, PlanWorld } from "../ports/plans.ts";
import { hashFiles } from "../rules/rule-sets.ts";
import { digestOf } from "./digest.ts";
import type { PlanDeskDeps, PlanRequestTenant, PlanStart } from "./plan-desk.ts";

type Deps = Pick<PlanDeskDeps, "replay" | "ruleSets" | "compiler">;

/** What a tenant runs now, and the digests of what else a plan rests on. */
export interface PresentWorld {
  readonly activeVersion?: number;
  readonly world: PlanWorld;
}

export async function readPresentWorld({ replay, ruleSets }: Deps, tenantId: TenantId): Promise<PresentWorld> {
  const [marks, [inUse]] = await Promise.all([replay.readMarks(tenantId), ruleSets.listInUse(tenantId)]);
  return {
    ...(inUse?.version === undefined ? {} : { activeVersion: inUse.version }),
    world: { versions: digestOf([inUse?.version ?? null, inUse?.sites ?? []]), ...marks },
  };
}

export type PlannedTenantRead =
  | { readonly kind: "read"; readonly tenant: PlannedTenant }
  | Extract<PlanStart, { kind: "no_tenant" | "no_set" | "invalid" }>;

/** Pins what one tenant's plan is computed on. Read before the estate is: what changes in between makes it stale, never wrong. */
export async function readPlannedTenant(
  deps: Deps,
  { tenantId, draft }: PlanRequestTenant,
): Promise<PlannedTenantRead> {
  const { ruleSets, compiler } = deps;
  const drafted = await draftOf(ruleSets, tenantId, draft);
  if (drafted === undefined) {
    if ("version" in draft) return { kind: "no_set", tenantId, version: draft.version };
    return { kind: "no_tenant", tenantId };
  }
  if ("files" in draft) {
    const compilation = await compiler.compile(tenantId, draft.files);
    if (!compilation.ok) return { kind: "invalid", tenantId, problems: compilation.problems };
  }
  const { activeVersion, world } = await readPresentWorld(deps, tenantId);
  const active = activeVersion === undefined ? undefined : await ruleSets.getRuleSet(tenantId, activeVersion);
  return {
    kind: "read",
    tenant: {
      tenantId,
      ...(active === undefined ? {} : { activeVersion: active.version, activeHash: active.contentHash }),
      draftVersion: drafted.version,
      draftHash: drafted.hash,
      world,
    },
  };
}

async function draftOf(ruleSets: Deps["ruleSets"], tenantId: TenantId, draft: PlanRequestTenant["draft"]) {
  if ("files" in draft) return { version: 0, hash: hashFiles(draft.files) };
  const found = await ruleSets.getRuleSet(tenantId, draft.version);
  return found && { version: found.version, hash: found.contentHash };
}
