import { X509Certificate } from "node:crypto";
import { type AgentId, agentId, type SiteId, siteId, type TenantId, tenantId } from "@cordon/core/kernel";

/** Who an agent is: one site of one tenant. Carried as the URI name of its certificate. */
export interface AgentIdentity {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
}

/** `spiffe://cordon/<tenant>/<site>/<agent>` */
export function agentUri(identity: AgentIdentity): string {
  return `spiffe://cordon/${identity.tenantId}/${identity.siteId}/${identity.agentId}`;
}

const URI = /^spiffe:\/\/cordon\/([^/]+)\/([^/]+)\/([^/]+)$/;

/**
 * Reads the identity out of a peer certificate (PEM or DER). Says nothing about trust: the TLS layer has verified the chain
 * before. Undefined when the certificate is not one of an agent.
 */
export function agentIdentityOf(certificate: string | Uint8Array): AgentIdentity | undefined {
  const names = new X509Certificate(certificate).subjectAltName?.split(", ") ?? [];
  // Exactly one name: a certificate of two identities is nobody's.
  const match = names.length === 1 ? URI.exec(names[0]?.replace(/^URI:/, "") ?? "") : null;
  if (!match) return undefined;
  const [, tenant = "", site = "", agent = ""] = match;
  try {
    return { tenantId: tenantId(tenant), siteId: siteId(site), agentId: agentId(agent) };
  } catch {
    return undefined;
  }
}
