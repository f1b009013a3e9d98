import type { Endpoint } from "@cordon/core/endpoint";

/** An endpoint as it is kept: all it is in one comparable text, and beside it when it was last seen. */
export interface KeptEndpoint {
  readonly facts: string;
  readonly lastSeenAt: number | undefined;
}

export function keep({ lastSeenAt, ...facts }: Endpoint): KeptEndpoint {
  return { facts: JSON.stringify(facts), lastSeenAt };
}

export function restore({ facts, lastSeenAt }: KeptEndpoint): Endpoint {
  const endpoint = JSON.parse(facts) as Endpoint;
  return lastSeenAt === undefined
    ? endpoint
    : { ...endpoint, lastSeenAt: lastSeenAt as NonNullable<Endpoint["lastSeenAt"]> };
}

/**
 * Whether the coordinator must hear of it. Every live host is seen every few minutes, so that alone is news only when it moved
 * by the grain; whether a host is visible is one of its facts, and with a change of any fact the exact time goes along.
 */
export function isNews(kept: KeptEndpoint, found: KeptEndpoint, lastSeenGrainMs: number): boolean {
  if (kept.facts !== found.facts) return true;
  if (found.lastSeenAt === undefined || kept.lastSeenAt === undefined) return kept.lastSeenAt !== found.lastSeenAt;
  return Math.abs(found.lastSeenAt - kept.lastSeenAt) >= lastSeenGrainMs;
}
