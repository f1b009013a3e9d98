import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { HostSummary } from "@cordon/ksc-sim";
import { type DemoSite, SITES, siteKey } from "./estate.ts";

const EXAMPLES = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../examples");
/** EDR actions need this version of the endpoint product (KUMA help 300229). */
const KES_WITH_EDR = /^(12\.(9|[1-9]\d)|1[3-9])\./;

/** One body as KUMA would post it, and what the demo knows of it. */
export interface SampleBody {
  readonly tenantId: string;
  /** The example file it was made from. */
  readonly file: string;
  readonly text: string;
  /** The endpoint that every event id in the body is about, by event id. */
  readonly targets: ReadonlyMap<string, { readonly siteId: string; readonly hostId: string }>;
}

export interface SampleSource {
  readonly hostsOf: (site: DemoSite) => readonly HostSummary[];
  readonly newId: () => string;
  readonly now: () => number;
}

export function readRuleFiles(): readonly { readonly name: string; readonly text: string }[] {
  const folder = path.join(EXAMPLES, "rules");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));
}

/**
 * Every example event, for every site, in the order of the files: first one site's line, then the next one's, as three
 * customers' alarms would interleave. Each line is about another endpoint, so that no cool-down swallows it.
 */
export function sampleBodies(source: SampleSource): readonly SampleBody[] {
  const folder = path.join(EXAMPLES, "events");
  const spare = new Map(SITES.map((site) => [siteKey(site), capableHosts(source.hostsOf(site))]));
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const template = readFileSync(path.join(folder, file), "utf8");
      return splitBodies(file, template).flatMap((body) =>
        SITES.map((site) => fillBody(site, file, body, takeHost(spare, site), source)),
      );
    });
}

/** Lines of a file travel one by one, but what belongs together (repeats, malformed lines) stays one body. */
function splitBodies(file: string, template: string): readonly string[] {
  const oneByOne =
    file.endsWith(".ndjson") && !template.includes("{{event.id.repeated}}") && !file.startsWith("malformed");
  return oneByOne ? template.split("\n").filter((line) => line.trim() !== "") : [template];
}

function takeHost(spare: Map<string, HostSummary[]>, site: DemoSite): HostSummary {
  const host = spare.get(siteKey(site))?.shift();
  if (host === undefined) throw new Error(`${site.siteId} has fewer capable endpoints than there are example events`);
  return host;
}

function fillBody(site: DemoSite, file: string, template: string, host: HostSummary, source: SampleSource): SampleBody {
  const targets = new Map<string, { siteId: string; hostId: string }>();
  const target = { siteId: site.siteId, hostId: host.id };
  const newId = () => {
    const id = source.newId();
    targets.set(id, target);
    return id;
  };
  const repeated = template.includes("{{event.id.repeated}}") ? newId() : "";
  const text = template
    .replaceAll("{{event.id.repeated}}", repeated)
    .replace(/\{\{event\.id\}\}/g, newId)
    .replaceAll("{{now}}", String(source.now()))
    .replaceAll("{{host.id}}", host.id)
    .replaceAll("{{host.fqdn}}", host.fqdn ?? host.name)
    .replaceAll("{{host.name}}", host.name)
    .replaceAll("{{host.address}}", host.ip)
    .replaceAll("{{site.ksc}}", site.kscName);
  return { tenantId: site.tenantId, file, text, targets };
}

/** Endpoints that can do EDR actions and whose name means only them. */
export function capableHosts(hosts: readonly HostSummary[]): HostSummary[] {
  const names = new Map<string, number>();
  for (const { name } of hosts) names.set(name, (names.get(name) ?? 0) + 1);
  return hosts.filter(
    ({ name, fqdn, kesVersion, behaviour }) =>
      behaviour === "online" && fqdn !== undefined && KES_WITH_EDR.test(kesVersion ?? "") && names.get(name) === 1,
  );
}
