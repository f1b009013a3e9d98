import { createHash } from "node:crypto";
import type { ActionArgs } from "../action/index.ts";
import type { ActionId, EndpointId, RuleId, SiteId } from "../kernel/index.ts";

/** What of a held action a person says yes to. */
export interface ApprovedThing {
  readonly actionId: ActionId;
  readonly ruleId: RuleId;
  readonly ruleSetVersion: number;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly spec: ActionArgs;
}

const PARTS = ["rules or their versions", "targets", "arguments"] as const;
/** Of SHA-256; 96 bits for each part. */
const PART_CHARS = 24;

/**
 * [A5] Over one held action or many, in any order. Three parts, over the rules with their versions, over the targets and over the
 * arguments, so that a hash that does not fit any more tells what has changed.
 */
export function approvalHash(things: readonly ApprovedThing[]): string {
  return [
    digest(new Set(things.map(({ ruleId, ruleSetVersion }) => `${ruleId}@${ruleSetVersion}`))),
    digest(new Set(things.map(({ siteId, endpointId }) => `${siteId}/${endpointId}`))),
    digest(new Set(things.map(({ actionId, spec }) => `${actionId} ${JSON.stringify(spec, inOrderOfNames)}`))),
  ].join("-");
}

export function changedParts(approved: string, present: string): readonly string[] {
  const before = approved.split("-");
  const now = present.split("-");
  return PARTS.filter((_, index) => before[index] !== now[index]);
}

function digest(lines: ReadonlySet<string>): string {
  const hash = createHash("sha256");
  // Length-prefixed, so that no line can run into the next.
  for (const line of [...lines].sort()) hash.update(`${line.length}:${line};`);
  return hash.digest("hex").slice(0, PART_CHARS);
}

function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
