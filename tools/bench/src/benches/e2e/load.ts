import { DEFAULT_DISPATCH_LIMITS } from "@cordon/coordinator-core";

/** What both sides are given. */
export const BENCH_TENANT = "bench";
export const SOLO_SITE = "solo";
export const FLEET_SITES: readonly string[] = Array.from({ length: 20 }, (_, index) => `fleet-${index + 1}`);

/**
 * Endpoints of a site. An action meets an endpoint that has none under way, so that neither one-at-a-time per endpoint nor
 * slots hold anything up; both sides' rounds go over all of them.
 */
const HOSTS = { solo: 1_500, soloFresh: 400, fleet: 100 } as const;

/** Requests under way towards the centre: dozens of correlators with a handful of connections each. */
export const EVENT_CONNECTIONS = 64;
/** As many as the coordinator lets a site have (CORDON_OFFERS_IN_FLIGHT_MAX). */
export const IN_FLIGHT_PER_SITE = DEFAULT_DISPATCH_LIMITS.inFlightMax;
/** As many as the agent opens by default (ksc.sessions). */
export const KSC_CONNECTIONS = 4;

export interface Target {
  readonly siteId: string;
  readonly hostId: string;
}

/** The endpoints of a site have ids that can be told from the site's number and their own. */
export function hostIdOf(siteNumber: number, host: number): string {
  const tail = `${siteNumber.toString(16).padStart(4, "0")}${host.toString(16).padStart(8, "0")}`;
  return `7c0d8a52-5a4e-4c0e-9a55-${tail}`;
}

export const SITES: readonly { readonly siteId: string; readonly hosts: number }[] = [
  { siteId: SOLO_SITE, hosts: HOSTS.solo + HOSTS.soloFresh },
  ...FLEET_SITES.map((siteId) => ({ siteId, hosts: HOSTS.fleet })),
];

export function hostsOf(siteId: string): readonly string[] {
  const number = SITES.findIndex((site) => site.siteId === siteId);
  return Array.from({ length: SITES[number]?.hosts ?? 0 }, (_, host) => hostIdOf(number, host));
}

/** One action for every endpoint of the sites, the sites taking turns, as alarms of several customers come. */
export function targetsOf(siteIds: readonly string[]): readonly Target[] {
  const each = siteIds.map((siteId) =>
    hostsOf(siteId)
      .slice(0, HOSTS.solo)
      .map((hostId) => ({ siteId, hostId })),
  );
  const longest = Math.max(...each.map((targets) => targets.length));
  return Array.from({ length: longest }, (_, turn) => each.flatMap((targets) => targets[turn] ?? [])).flat();
}

/** Endpoints that no round has asked yet: the agent has to look at their tasks before it may send [L2]. */
export function freshTargets(): readonly Target[] {
  return hostsOf(SOLO_SITE)
    .slice(HOSTS.solo)
    .map((hostId) => ({ siteId: SOLO_SITE, hostId }));
}

/** What the action asks for: the mark by which a stored incident is found again. */
export function pathOf(mark: string): string {
  return `C:\\Users\\m.ivanov\\AppData\\Local\\Temp\\${mark}.ps1`;
}

export const MATCHED_NAME = "Script from mail attachment";

export const BENCH_RULES = `
version: 1
rules:
  - id: fetch-script
    name: Fetch a script that was started from a mail attachment
    mode: enforce
    when:
      all:
        - { field: CorrelationRuleName, op: "=", value: ${MATCHED_NAME} }
        - { field: FileName, op: endsWith, value: [.ps1, .vbs, .js], ignoreCase: true }
    target:
      - { by: hostId, field: S.KscHostID }
    actions:
      - kind: getFile
        arguments:
          path: { field: FilePath }
          sha256: { field: FileHash, optional: true }
`;

/** A correlation event as KUMA's HTTP destination posts it, of ordinary size. */
export function eventBody(mark: string, hostId: string, correlationRuleName: string): string {
  return JSON.stringify({
    ID: mark,
    Type: 3,
    Timestamp: 1_772_442_847_000,
    TenantID: "5b1f9c8e-2a57-4d0e-8a44-7d3a6f0c1e22",
    ServiceID: "a1e1c0de-77aa-4c1b-9d52-0b4f6c2d9e31",
    ServiceName: "correlator-hq",
    Name: correlationRuleName,
    CorrelationRuleID: "9a7b5c11-0f6e-4a53-8a2d-6d1f0c3b7e44",
    CorrelationRuleName: correlationRuleName,
    Priority: 2,
    DeviceVendor: "Kaspersky",
    DeviceProduct: "KUMA",
    "S.KscHostID": hostId,
    DeviceHostName: "ksc.hq.example",
    FileName: `${mark}.ps1`,
    FilePath: pathOf(mark),
    FileHash: "d1".repeat(32),
    Technique: "T1566.001",
    BaseEventCount: 3,
    BaseEventIDs: ["1f0c9d0e-0001-4c00-9000-000000000001", "1f0c9d0e-0001-4c00-9000-000000000002"],
    StartTime: 1_772_442_840_000,
    EndTime: 1_772_442_847_000,
  });
}
