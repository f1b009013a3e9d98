import { pageOf, promotion, site, type siteHealth, siteHealthPage } from "@cordon/contracts/api";
import type * as z from "zod";
import { type ApiClient, apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatSite, siteColumns } from "../show/site.ts";

export const registerSites: RegisterCommand = (program, host) => {
  const sites = program.command("sites").description("a tenant's sites and how they stand");
  addExamples(sites, EXAMPLES);
  sites
    .command("list")
    .description("each with its agent's connection, KSC's console, endpoints, queue")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) => showOrWatch(host, watch, () => list(host, limit)));
  sites
    .command("show")
    .description("one site: active agent and stand-bys, KSC, what it would refuse, ledger, queue")
    .argument("<site>", "its id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, { watch }) => showOrWatch(host, watch, () => show(host, id)));
  sites
    .command("add")
    .description("a new site")
    .argument("<site>", "the id that it gets: a-z, 0-9 and inner dashes")
    .requiredOption("--name <name>", "what people call it")
    .option("--alias <name...>", "other names of it in events, best the DNS name of its KSC server", [] as string[])
    .action(async (id, { name, alias }) => {
      const path = `${await host.tenantPath()}/sites`;
      const made = await (await host.api()).post(path, { siteId: id, name, aliases: alias }, site);
      host.print(
        made,
        () => `Site ${made.siteId} (${made.name}) was added. Next: cordon enrolment-token create ${made.siteId}`,
      );
    });
  sites
    .command("label")
    .description("add labels to a site, or take them from it: the waves of a rollout choose sites by them")
    .argument("<site>", "its id")
    .option("--add <label...>", "like canary or tier-gold", [] as string[])
    .option("--remove <label...>", "one that it has", [] as string[])
    .action((id, { add, remove }) => label(host, id, add, remove));
  sites
    .command("promote")
    .description("make a waiting agent the site's active one, as soon as the former cannot act any more")
    .argument("<site>", "its id")
    .option("--agent <id>", "which; the one that waits and is connected when it is left out")
    .option("--old-is-stopped", "you have seen that the former one is switched off")
    .option("-y, --yes", "do not ask")
    .action(async (id, { agent, oldIsStopped, yes }) => {
      await host.confirm(`Make ${agent ?? "the waiting agent"} the active one of ${id}?`, yes);
      const path = `${await host.tenantPath()}${apiPath`/sites/${id}/promote`}`;
      const body = { oldIsStopped: oldIsStopped === true, ...(agent === undefined ? {} : { agentId: agent }) };
      const ordered = await (await host.api()).post(path, body, promotion);
      const text = `${ordered.agentId} is ordered to be the active one (epoch ${ordered.epoch}). Follow it: cordon sites show ${id} --watch`;
      host.print(ordered, () => text);
    });
};

async function list(host: Host, limit: number): Promise<Look> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const [sites, healths] = await Promise.all([
    api.list(`${tenant}/sites`, pageOf(site), { limit }),
    api.list(`${tenant}/health`, siteHealthPage, { limit }),
  ]);
  const healthOf = new Map(healths.items.map((health) => [health.siteId, health]));
  const items = sites.items.map((one) => ({ ...one, health: healthOf.get(one.siteId) }));
  return listLook({ ...sites, items }, siteColumns(host.paint, host.clock.now()));
}

async function show(host: Host, id: string): Promise<Look> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const found = await api.get(`${tenant}${apiPath`/sites/${id}`}`, site);
  const health = await healthOf(api, tenant, found.siteId);
  const value = { ...found, ...(health === undefined ? {} : { health }) };
  return { value, text: () => formatSite(value, host.paint, host.clock.now()) };
}

async function label(host: Host, id: string, add: readonly string[], remove: readonly string[]): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const path = `${tenant}${apiPath`/sites/${id}`}`;
  const { labels } = await api.get(path, site);
  const changed = [...new Set([...labels, ...add])].filter((one) => !remove.includes(one)).sort();
  const put = await api.put(`${path}/labels`, { labels: changed }, site);
  host.print(put, () => `Site ${put.siteId}: labels ${put.labels.join(", ") || "none"}.`);
}

/** The API gives healths as a list only; a tenant's sites are few enough. */
async function healthOf(api: ApiClient, tenant: string, id: string): Promise<z.output<typeof siteHealth> | undefined> {
  const { items } = await api.list(`${tenant}/health`, siteHealthPage);
  return items.find(({ siteId }) => siteId === id);
}

const EXAMPLES = [
  "cordon sites list --watch",
  "cordon sites show berlin",
  'cordon sites add berlin --name "Berlin head office" --alias ksc01.acme.example',
  "cordon sites list --json | jq -r '.items[] | select(.health.connected | not) | .siteId'",
  "cordon sites label berlin --add canary",
  "cordon sites label berlin --remove canary --add tier-gold",
  "cordon sites promote berlin",
];
