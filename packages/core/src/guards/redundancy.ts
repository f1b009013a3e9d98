import { covers, type Redundancy } from "./brake.ts";
import type { Guard } from "./guard.ts";
import { endpointKey } from "./traits.ts";

/** Endpoints that stand in for each other, by `endpointKey`. */
export interface RedundancyGroup {
  /** In the inventory, with the group's role or tag. */
  readonly members: ReadonlySet<string>;
  /** Of them: isolated, or on the way to it. */
  readonly down: ReadonlySet<string>;
}

/** What has to stay up: the last domain controller of a pair, half of the distribution points. */
export interface RedundancyBounds {
  /** So many members are never isolated. */
  readonly upMin?: number;
  /** At most this share (0-1) of the members is isolated at the same time. */
  readonly downShareMax?: number;
}

/** Suppresses an isolation that would leave too few of a redundancy group. */
export const REDUNDANCY_GUARD: Guard = {
  name: "redundancy",
  stage: "standing",
  check({ tenantId, rule, endpoint, kind }, { brakes, groups, earlier }) {
    if (kind !== "isolateHost") return { kind: "pass" };
    const self = endpointKey(endpoint);
    for (const brake of brakes) {
      if (brake.type !== "redundancy") continue;
      const group = groups.get(brake.brakeId);
      if (group === undefined || !group.members.has(self)) continue;
      if (!covers(brake.scope, { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind })) continue;
      const down = new Set([...group.down, self]);
      // What the same event isolates besides is down, too.
      for (const each of earlier) if (each.kind === "isolateHost" && !each.observed) down.add(endpointKey(each));
      const left = [...group.members].filter((member) => !down.has(member)).length;
      if (isEnough(brake, group.members.size, left)) continue;
      const message =
        `Isolating ${endpoint.name} would leave ${left} of ${group.members.size} endpoints with the ` +
        `${printGroup(brake)} up, and ${printBounds(brake)}: by ${brake.setBy}, "${brake.reason}". ${brake.brakeId} says so.`;
      return { kind: "suppress", code: "guard.redundancy", message, details: { brakeId: brake.brakeId, left } };
    }
    return { kind: "pass" };
  },
};

function isEnough({ bounds: { upMin = 0, downShareMax = 1 } }: Redundancy, members: number, left: number): boolean {
  return left >= upMin && members - left <= Math.floor(downShareMax * members);
}

function printGroup({ group }: Redundancy): string {
  return group.by === "role" ? `role ${group.role}` : `tag ${group.tag}`;
}

function printBounds({ bounds: { upMin, downShareMax } }: Redundancy): string {
  const parts = [
    ...(upMin === undefined ? [] : [`${upMin} stay up`]),
    ...(downShareMax === undefined ? [] : [`at most ${Number((downShareMax * 100).toFixed(2))} % are isolated`]),
  ];
  return parts.join(" and ");
}
