import type { EndpointId, SiteId } from "../kernel/index.ts";

/** What a never-touch list can know an endpoint by: KSC's names for it, and what people at the coordinator say of it. */
export interface EndpointTraits {
  readonly displayName?: string;
  readonly fqdn?: string;
  readonly hostName?: string;
  /** KSC administration group. */
  readonly groupName?: string;
  /** `domain-controller`, `file-server`: what it is. */
  readonly roles: readonly string[];
  /** Anything else that people want to call it by. */
  readonly tags: readonly string[];
}

export interface EndpointRef {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
}

/** Neither part may contain a line feed: sites are slugs, endpoint ids are printable. */
export function endpointKey({ siteId, endpointId }: EndpointRef): string {
  return `${siteId}\n${endpointId}`;
}
