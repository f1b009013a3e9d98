import type { SiteRefusal } from "@cordon/core/endpoint";
import type { CorrelationEvent } from "@cordon/core/event";
import type { Brake, EndpointTraits } from "@cordon/core/guards";
import type { EndpointId, EpochMs, EventId, SiteId, TenantId } from "@cordon/core/kernel";
import type { EndpointCandidate } from "@cordon/core/planning";

/** An endpoint with everything by which rules find it and brakes know it. */
export interface ReplayEndpoint extends EndpointCandidate, Pick<EndpointTraits, "groupName" | "roles" | "tags"> {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly instanceId?: string;
  readonly addresses: readonly string[];
  /** Its slots, when its agent has told of them. */
  readonly slots?: { readonly limit: number; readonly foreignUsed: number };
}

export interface ReplaySite {
  readonly siteId: SiteId;
  /** Lower-case: its id, its name and its aliases. */
  readonly names: readonly string[];
  readonly labels: readonly string[];
  /** What it refuses now; absent while it is not connected. */
  readonly refusals?: readonly SiteRefusal[];
}

/** A tenant as it is now, read at one instant: events of the past are replayed against the estate of today. */
export interface ReplayEstate {
  readonly sites: readonly ReplaySite[];
  /** By site and endpoint id. */
  readonly endpoints: readonly ReplayEndpoint[];
  readonly brakes: readonly Brake[];
}

export interface ReceivedEvent {
  readonly event: CorrelationEvent;
  readonly receivedAt: EpochMs;
}

export interface EventRange {
  readonly from: EpochMs;
  /** Not included. */
  readonly to: EpochMs;
}

export interface ReplayStore {
  /** Undefined: there is no such tenant. */
  readEstate(tenantId: TenantId): Promise<ReplayEstate | undefined>;
  readMarks(tenantId: TenantId): Promise<EstateMarks>;
  countEvents(tenantId: TenantId, range: EventRange): Promise<number>;
  /** In the order in which they were received, equal times by id; the page after the event `after`. */
  readEvents(
    tenantId: TenantId,
    range: EventRange & {
      readonly after?: { readonly receivedAt: EpochMs; readonly eventId: EventId };
      readonly limit: number;
    },
  ): Promise<readonly ReceivedEvent[]>;
}

/** Digests of what a plan rests on beside the rule sets; equal as long as nothing of it has changed. */
export interface EstateMarks {
  readonly brakes: string;
  readonly lists: string;
  readonly inventory: string;
}
