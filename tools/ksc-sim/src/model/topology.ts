import type { HostConfig, ServerConfig } from "../types.ts";
import type { Host } from "./host.ts";
import type { SeededRandom } from "./random.ts";
import { createRandom } from "./random.ts";
import type { KscValue } from "./values.ts";
import { datetime, long } from "./values.ts";

const HOSTS_DEFAULT = 50;
const DAY_MS = 86_400_000;

/** Rough shares of what a real estate holds: mostly workstations, some notebooks and servers, a few strays. */
const KINDS = ["WS", "WS", "WS", "WS", "NB", "NB", "SRV"] as const;
const DEPARTMENTS = ["acc", "hr", "sales", "dev", "prod", "log", "it", "law", "mkt", "ops"] as const;
const KES_VERSIONS = [
  "12.9.0.384",
  "12.9.0.384",
  "12.9.0.384",
  "12.10.0.466",
  "12.10.0.466",
  "12.8.0.505",
  "12.6.0.438",
] as const;
const AGENT_VERSIONS = ["15.1.0.20748", "15.1.0.20748", "15.0.0.12912", "14.2.0.26967"] as const;
type OperatingSystem = readonly [name: string, major: number, minor: number, build: number];
type Systems = readonly [OperatingSystem, ...OperatingSystem[]];
const CLIENT_SYSTEMS: Systems = [
  ["Microsoft Windows 11", 10, 0, 22631],
  ["Microsoft Windows 11", 10, 0, 26100],
  ["Microsoft Windows 10", 10, 0, 19045],
];
const SERVER_SYSTEMS: Systems = [
  ["Microsoft Windows Server 2019", 10, 0, 17763],
  ["Microsoft Windows Server 2022", 10, 0, 20348],
];

/** Builds the devices of one server. The same seed, name and counts always give the same estate. */
export function buildHosts(server: ServerConfig, seed: number, nowMs: number): Host[] {
  const random = createRandom(`${seed}/${server.name}/hosts`);
  const hosts: Host[] = [];
  const names = new Set<string>();
  const listed = server.hostList ?? [];
  for (const given of listed) hosts.push(hostFromConfig(given, server, random, nowMs));
  const drawn = server.hosts ?? (listed.length > 0 ? 0 : HOSTS_DEFAULT);
  for (let index = 0; index < drawn; index++)
    hosts.push(drawHost({ server, virtualServer: "", index, names, random, nowMs }));
  for (const virtual of server.virtualServers ?? []) {
    for (let index = 0; index < (virtual.hosts ?? 0); index++) {
      hosts.push(drawHost({ server, virtualServer: virtual.name, index, names, random, nowMs }));
    }
  }
  return hosts;
}

interface Draw {
  readonly server: ServerConfig;
  readonly virtualServer: string;
  readonly index: number;
  readonly names: Set<string>;
  readonly random: SeededRandom;
  readonly nowMs: number;
}

function drawHost({ server, virtualServer, index, names, random, nowMs }: Draw): Host {
  const kind = random.pick(KINDS);
  const department = random.pick(DEPARTMENTS);
  const name = freshName(() => `${kind}-${department.toUpperCase()}-${String(random.below(900) + 100)}`, names, random);
  const domain = `${slug(virtualServer || server.name)}.example`;
  // Private ranges repeat from site to site, as they do in life: an address alone does not name a device.
  const ip = `10.${20 + random.below(4)}.${random.below(8)}.${10 + (index % 240)}`;
  const inDomain = !random.chance(0.08);
  const kesVersion = random.chance(0.05) ? undefined : random.pick(KES_VERSIONS);
  const host = createHost({
    id: random.guid(),
    instanceId: random.guid(),
    name,
    fqdn: inDomain ? `${name.toLowerCase()}.${domain}` : undefined,
    ip,
    kind,
    kesVersion,
    agentVersion: random.pick(AGENT_VERSIONS),
    virtualServer,
    random,
    nowMs,
  });
  if (random.chance(0.1)) host.attributes.delete("KLHST_WKS_RTP_AV_BASES_TIME");
  if (random.chance(0.3)) host.attributes.delete("KLHST_WKS_OWNER_ID");
  if (random.chance(0.4)) host.attributes.delete("KLHST_WKS_COMMENT");
  return host;
}

function hostFromConfig(given: HostConfig, server: ServerConfig, random: SeededRandom, nowMs: number): Host {
  const host = createHost({
    id: given.id ?? random.guid(),
    instanceId: random.guid(),
    name: given.name,
    fqdn: given.fqdn ?? `${given.name.toLowerCase()}.${slug(server.name)}.example`,
    ip: given.ip ?? `10.20.9.${random.below(240) + 10}`,
    kind: "WS",
    kesVersion: given.kesVersion ?? "12.9.0.384",
    agentVersion: AGENT_VERSIONS[0],
    virtualServer: "",
    random,
    nowMs,
  });
  host.behaviour = given.behaviour ?? "online";
  setAttributes(host, given.attributes ?? {});
  return host;
}

/** Sets attributes, or takes away those given as null (K8). */
export function setAttributes(
  host: Host,
  attributes: Readonly<Record<string, string | number | boolean | null>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) host.attributes.delete(name);
    else host.attributes.set(name, value);
  }
}

interface NewHost {
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly fqdn: string | undefined;
  readonly ip: string;
  readonly kind: (typeof KINDS)[number];
  readonly kesVersion: string | undefined;
  readonly agentVersion: string;
  readonly virtualServer: string;
  readonly random: SeededRandom;
  readonly nowMs: number;
}

function createHost(given: NewHost): Host {
  const { random, nowMs } = given;
  const [system, major, minor, build] = random.pick(given.kind === "SRV" ? SERVER_SYSTEMS : CLIENT_SYSTEMS);
  const attributes = new Map<string, KscValue>([
    ["KLHST_INSTANCEID", given.instanceId],
    ["KLHST_WKS_WINHOSTNAME", given.name.slice(0, 15)],
    ["KLHST_WKS_DNSNAME", given.name.toLowerCase()],
    ["KLHST_WKS_STATUS_ID", 0],
    ["KLHST_WKS_CREATED", datetime(nowMs - (30 + random.below(700)) * DAY_MS)],
    ["KLHST_WKS_LAST_FULLSCAN", datetime(nowMs - random.below(14) * DAY_MS)],
    ["KLHST_WKS_IP", given.ip],
    ["KLHST_WKS_IP_LONG", long(addressNumber(given.ip))],
    ["KLHST_WKS_CONNECT_IP_LONG", long(addressNumber(given.ip))],
    ["KLHST_WKS_CTYPE", given.kind === "SRV" ? 36_871 : 4103],
    ["KLHST_WKS_PTYPE", 2],
    ["KLHST_WKS_OS_NAME", system],
    ["KLHST_WKS_OS_VER_MAJOR", major],
    ["KLHST_WKS_OS_VER_MINOR", minor],
    ["KLHST_WKS_OS_BUILD_NUMBER", build],
    ["KLHST_WKS_CPU_ARCH", 2],
    ["KLHST_WKS_NAG_VERSION", given.agentVersion],
    ["KLHST_WKS_NAG_VER_ID", 983_041],
    ["KLHST_WKS_RBT_REQUIRED", random.chance(0.1)],
    ["KLHST_WKS_VIRUS_COUNT", long(random.below(3))],
    ["KLHST_WKS_OWNER_ID", random.below(5000)],
    ["KLHST_WKS_COMMENT", ""],
  ]);
  if (given.fqdn !== undefined) {
    const domain = given.fqdn.slice(given.fqdn.indexOf(".") + 1);
    attributes.set("KLHST_WKS_FQDN", given.fqdn);
    attributes.set("KLHST_WKS_DNSDOMAIN", domain);
    attributes.set("KLHST_WKS_WINDOMAIN", (domain.split(".")[0] ?? "").toUpperCase().slice(0, 15));
  } else {
    attributes.set("KLHST_WKS_WINDOMAIN", "WORKGROUP");
  }
  if (given.kesVersion === undefined) {
    attributes.set("KLHST_WKS_RTP_STATE", 0);
  } else {
    attributes.set("KLHST_WKS_RTP_STATE", 4);
    attributes.set("KLHST_WKS_RTP_AV_VERSION", given.kesVersion);
    attributes.set("KLHST_WKS_RTP_AV_BASES_TIME", datetime(nowMs - random.below(48) * 3_600_000));
    attributes.set("KLHST_WKS_EDR_STATUS", 4);
    attributes.set("KLHST_WKS_PRODUCT_ID", "KES/12.0.0.0");
  }
  return {
    id: given.id,
    instanceId: given.instanceId,
    name: given.name,
    virtualServer: given.virtualServer,
    kesVersion: given.kesVersion,
    agentVersion: given.agentVersion,
    groupId: 0,
    groupName: "",
    behaviour: "online",
    outcomes: {},
    attributes,
    syncPhase: random.float(),
    lastSeenMs: nowMs,
    syncDueMs: undefined,
    waiting: new Set(),
    untold: new Set(),
    runs: new Map(),
    files: new Map(),
    settings: new Map(),
  };
}

/** Retries a drawn name until it is new; after some tries a counter makes it so. */
function freshName(draw: () => string, names: Set<string>, random: SeededRandom): string {
  let name = draw();
  for (let attempt = 0; attempt < 20 && names.has(name); attempt++) name = draw();
  while (names.has(name)) name = `${draw()}-${random.below(100_000)}`;
  names.add(name);
  return name;
}

/** Little-endian, as one public client reports the server's byte order. */
function addressNumber(ip: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
  return ((d << 24) | (c << 16) | (b << 8) | a) >>> 0;
}

export function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "site"
  );
}
