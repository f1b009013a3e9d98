import type { ActionKind } from "../action/index.ts";
import { canDo, type EndpointMinimums, type SiteRefusal } from "../endpoint/index.ts";
import { errorSpec, type SiteId } from "../kernel/index.ts";
import type { DecisionReason } from "./decision.ts";
import type { EndpointCandidate } from "./resolution.ts";

/** What speaks against an action before anybody is asked: what its endpoint lacks, and what its site refuses just now. */
export interface CapabilityFacts {
  readonly minimums: EndpointMinimums;
  /** Of sites that are connected: the last word of one that is not may be old, and its agent has the last word anyway. */
  readonly refusals: ReadonlyMap<SiteId, readonly SiteRefusal[]>;
}

/** Why this kind of action cannot work there; undefined when nothing is known against it. */
export function explainCapability(
  kind: ActionKind,
  endpoint: EndpointCandidate,
  facts: CapabilityFacts,
): DecisionReason | undefined {
  const { siteId, name } = endpoint;
  const refusal = refusalOf(facts.refusals.get(siteId) ?? [], kind);
  if (refusal !== undefined) {
    const message = `Site ${siteId} refuses ${kind} just now: ${refusal.reason}`;
    return { code: "site.refuses", message, details: { siteId, code: refusal.code } };
  }
  const capability = canDo({ ...endpoint, displayName: name }, kind, facts.minimums);
  if (capability.kind === "can") return undefined;
  const { kesVersion, edrStatus, statusMask } = endpoint;
  return {
    code: capability.code,
    message: capability.reason,
    details: { siteId, kesVersion, edrStatus, statusMask, needed: facts.minimums.kesVersion },
  };
}

/**
 * Only what the site refuses for good: what it merely holds back (its hours, its kill switch) goes there and waits, for it may
 * be let go before its deadline. A refusal of every kind stands before one of this kind, because it says more.
 */
export function refusalOf(refusals: readonly SiteRefusal[], kind: ActionKind): SiteRefusal | undefined {
  const forGood = refusals.filter(({ code }) => errorSpec(code).retry === "never");
  return forGood.find((each) => each.kind === undefined) ?? forGood.find((each) => each.kind === kind);
}
