import type { EndpointId, EpochMs } from "../kernel/index.ts";

/** A computer with KES as KSC knows it. What KSC does not know of a host is absent (kaspersky.md 4.6). */
export interface Endpoint {
  readonly endpointId: EndpointId;
  /** Network Agent's instance id (`KLHST_INSTANCEID`), another GUID: KUMA's asset may carry either (kaspersky.md 3.10). */
  readonly instanceId?: string;
  readonly displayName: string;
  readonly fqdn?: string;
  /** NetBIOS name. */
  readonly hostName?: string;
  readonly addresses: readonly string[];
  readonly groupId?: number;
  readonly groupName?: string;
  readonly kesVersion?: string;
  readonly agentVersion?: string;
  readonly osName?: string;
  /** `KLHST_WKS_EDR_STATUS`: state of the EDR component, 0 when there is none (enumeration UNCONFIRMED, kaspersky.md 4.6). */
  readonly edrStatus?: number;
  /** `KLHST_WKS_STATUS` bit mask. */
  readonly statusMask: number;
  readonly lastSeenAt?: EpochMs;
}
