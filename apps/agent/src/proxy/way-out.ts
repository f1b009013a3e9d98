import type { ProxyConfig } from "../config/proxy-section.ts";
import type { SiteProxy } from "./site-proxy.ts";

const STRAIGHT: SiteProxy = { agentFor: () => undefined, dialFor: () => undefined };

/** The configured way out of this site. What opens tunnels is loaded where there is a proxy. */
export async function wayOut(config: ProxyConfig | undefined): Promise<SiteProxy> {
  if (config === undefined) return STRAIGHT;
  const { createSiteProxy } = await import("./site-proxy.ts");
  return createSiteProxy(config);
}
