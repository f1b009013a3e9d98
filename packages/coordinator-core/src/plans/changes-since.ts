import type { PlannedTenant, PlanWorld, StoredPlan } from "../ports/plans.ts";
import type { PlanDeskDeps } from "./plan-desk.ts";
import { type PresentWorld, readPresentWorld } from "./planned-tenant.ts";

/** Why a plan does not hold any more, in sentences for a person; empty when it does. */
export async function changesSince(deps: PlanDeskDeps, plan: StoredPlan): Promise<readonly string[]> {
  const { tenants, expiresAt, createdAt } = plan;
  const changes: string[] = [];
  if (deps.clock.now() >= expiresAt) {
    const [made, until] = [createdAt, expiresAt].map((at) => new Date(at).toISOString());
    changes.push(`The plan was made at ${made} and was valid until ${until}.`);
  }
  for (const tenant of tenants) {
    changes.push(...changesOf(tenant, await readPresentWorld(deps, tenant.tenantId)));
  }
  return changes;
}

const PARTS: Readonly<Record<Exclude<keyof PlanWorld, "versions">, string>> = {
  brakes: "a brake was set or lifted since",
  inventory: "a site, or the labels of a site or an endpoint, were changed since",
  lists: "one of its lists was made, changed or deleted since",
};

function changesOf(
  { tenantId, activeVersion, world }: PlannedTenant,
  { activeVersion: present, world: now }: PresentWorld,
): readonly string[] {
  const changed = (Object.keys(PARTS) as (keyof typeof PARTS)[])
    .filter((part) => world[part] !== now[part])
    .map((part) => `${tenantId}: ${PARTS[part]}.`);
  if (activeVersion !== present) {
    const [was, is] = [activeVersion, present].map((version) =>
      version === undefined ? "no version" : `version ${version}`,
    );
    return [`${tenantId}: ${is} is active; the plan was made against ${was}.`, ...changed];
  }
  if (world.versions !== now.versions) return [`${tenantId}: a rollout changed what its sites run since.`, ...changed];
  return changed;
}
