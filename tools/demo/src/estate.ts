/** The world that the demo builds: two customers with three sites, each site with its own simulated Security Center. */
export interface DemoSite {
  readonly tenantId: string;
  readonly siteId: string;
  readonly name: string;
  /** The DNS name of its KSC server, which KUMA writes into `DeviceHostName`: the hint that tells the site. */
  readonly kscName: string;
}

export interface DemoTenant {
  readonly tenantId: string;
  readonly name: string;
}

export const TENANTS: readonly DemoTenant[] = [
  { tenantId: "acme", name: "ACME Logistics" },
  { tenantId: "globex", name: "Globex Clinics" },
];

export const SITES: readonly DemoSite[] = [
  { tenantId: "acme", siteId: "berlin", name: "Berlin head office", kscName: "ksc.berlin.acme.example" },
  { tenantId: "acme", siteId: "prague", name: "Prague warehouse", kscName: "ksc.prague.acme.example" },
  { tenantId: "globex", siteId: "lyon", name: "Lyon hospital", kscName: "ksc.lyon.globex.example" },
];

export const HOSTS_PER_SITE = 60;
/** A fifteen-minute synchronisation takes fifteen seconds. */
export const TIME_SCALE = 60;

/** Unique over all tenants, so it names its simulated server too. */
export function siteKey({ tenantId, siteId }: Pick<DemoSite, "tenantId" | "siteId">): string {
  return `${tenantId}-${siteId}`;
}
