import type { ActionOrder } from "../action/index.ts";
import type { Endpoint } from "../endpoint/index.ts";
import type { EndpointId, ErrorCode } from "../kernel/index.ts";

/** How a machine names itself. */
export interface HostNames {
  readonly hostName: string;
  readonly fqdn?: string;
  /** Loopback and link-local ones left out. */
  readonly addresses: readonly string[];
}

/** Endpoints that are never isolated, whoever asks: what Cordon and KSC themselves stand on [H1]. */
export interface Foundations {
  readonly kscServer: readonly EndpointId[];
  readonly agentHost: readonly EndpointId[];
}

export interface IsolationRefusal {
  readonly code: Extract<ErrorCode, "lease.agent_host" | "lease.ksc_server">;
  readonly message: string;
}

/** Whether this endpoint is the machine that names itself so. */
export function isSameHost(endpoint: Endpoint, host: HostNames): boolean {
  const names = [host.hostName, host.fqdn, host.hostName.split(".")[0]].flatMap((name) => name?.toLowerCase() || []);
  const known = [endpoint.hostName, endpoint.fqdn, endpoint.displayName].flatMap((name) => name?.toLowerCase() || []);
  if (known.some((name) => names.includes(name))) return true;
  return endpoint.addresses.some((address) => host.addresses.includes(address));
}

/** [H1] An isolation of the KSC server or of the agent's own host would cut off what must end it. */
export function refuseIsolation(order: ActionOrder, foundations: Foundations): IsolationRefusal | undefined {
  if (order.spec.kind !== "isolateHost") return undefined;
  if (foundations.kscServer.includes(order.endpointId)) {
    return {
      code: "lease.ksc_server",
      message: `${order.endpointId} is the site's KSC server: isolated, it could manage no device any more`,
    };
  }
  if (foundations.agentHost.includes(order.endpointId)) {
    return {
      code: "lease.agent_host",
      message: `${order.endpointId} is the host that the site agent runs on: isolated, the agent could neither renew nor report`,
    };
  }
  return undefined;
}
