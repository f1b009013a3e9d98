import type { Brake } from "./brake.ts";
import type { EndpointRef } from "./traits.ts";

/** Roles and tags that an endpoint has. */
export interface LabelSet {
  readonly roles: readonly string[];
  readonly tags: readonly string[];
}

const PROTECTS: ReadonlySet<Brake["type"]> = new Set(["neverTouch", "redundancy", "approval", "twoPersons"]);

/** [G16] Whether lifting the brake takes protection away that is to be taken away by two. `inForce`: all that bind the brake's owner. */
export function liftNeedsTwo(brake: Brake, inForce: readonly Brake[]): boolean {
  if (!PROTECTS.has(brake.type)) return false;
  const { tenantId, siteId } = brake.scope;
  return inForce.some(({ type, scope }) => {
    if (type !== "twoPersons") return false;
    if (scope.tenantId !== undefined && scope.tenantId !== tenantId) return false;
    return scope.siteId === undefined || siteId === undefined || scope.siteId === siteId;
  });
}

/** [G16] The same for labels: taking one away may take the endpoint out of a list, adding one never does. */
export function relabelNeedsTwo(
  { siteId }: EndpointRef,
  before: LabelSet,
  after: LabelSet,
  inForce: readonly Brake[],
): boolean {
  const loses =
    before.roles.some((role) => !after.roles.includes(role)) || before.tags.some((tag) => !after.tags.includes(tag));
  return (
    loses &&
    inForce.some(({ type, scope }) => type === "twoPersons" && (scope.siteId === undefined || scope.siteId === siteId))
  );
}
