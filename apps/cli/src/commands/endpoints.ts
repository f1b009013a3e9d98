import { endpointPage } from "@cordon/contracts/api";
import { type Endpoint, findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment, formatWhen } from "../show/times.ts";
import { registerEndpointLabels } from "./endpoint-labels.ts";

export const registerEndpoints: RegisterCommand = (program, host) => {
  const endpoints = program.command("endpoints").description("the computers of a tenant, with their task budget");
  registerEndpointLabels(endpoints, host);
  addExamples(endpoints, EXAMPLES, NOTES);
  endpoints
    .command("list")
    .description("those that the sites' agents told of")
    .option("--site <id>", "of one site")
    .option("--text <part>", "part of a name or address, or a whole host id")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ site, text, limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const query = { siteId: site, text };
        const path = `${await host.tenantPath()}/endpoints`;
        const options = { query, limit, onProgress: host.onProgress };
        const listed = await (await host.api()).list(path, endpointPage, options);
        const now = host.clock.now();
        return listLook(listed, [
          { title: "endpoint", of: ({ displayName }) => displayName },
          { title: "site/host id", of: ({ siteId, endpointId }) => `${siteId}/${endpointId}` },
          { title: "address", of: ({ addresses }) => addresses[0] },
          { title: "group", of: ({ groupName }) => groupName },
          { title: "kes", of: ({ kesVersion }) => kesVersion },
          { title: "seen", of: ({ lastSeenAt }) => formatWhen(lastSeenAt, now) },
          { title: "slots", of: ({ budget }) => slotWord(budget), right: true },
          { title: "waiting", of: ({ budget }) => budget?.deferred, right: true },
        ]);
      }),
    );
  endpoints
    .command("show")
    .description("one of them")
    .argument("<endpoint>", "its whole name, host id or address, or site/hostId")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((wanted, { watch }) =>
      showOrWatch(host, watch, async () => {
        const found = await findEndpoint(await host.api(), await host.tenantPath(), wanted);
        return { value: found, text: () => format(found, host) };
      }),
    );
};

function slotWord(budget: Endpoint["budget"]): string | undefined {
  if (budget === undefined) return undefined;
  return `${budget.used}/${budget.limit}${budget.known ? "" : "?"}`;
}

function format(endpoint: Endpoint, { clock }: Host): string {
  const { budget } = endpoint;
  const now = clock.now();
  return formatFields([
    ["endpoint", endpoint.displayName],
    ["site", endpoint.siteId],
    ["host id", endpoint.endpointId],
    ["fqdn", endpoint.fqdn],
    ["host name", endpoint.hostName],
    ["addresses", endpoint.addresses.join(", ")],
    ["group", endpoint.groupName],
    ["system", endpoint.osName],
    ["kes", endpoint.kesVersion],
    ["edr status", endpoint.edrStatus],
    ["seen", formatMoment(endpoint.lastSeenAt, now)],
    [
      "slots",
      budget === undefined
        ? "not told by the site yet"
        : `${budget.used} of ${budget.limit} used, ${budget.foreign} of them by others; ${budget.deferred} actions wait`,
    ],
    ["measured", budget === undefined ? undefined : formatMoment(budget.measuredAt, now)],
    ["", budget?.known === false ? "not yet compared with KSC, so the worst is assumed" : undefined],
  ]);
}

const EXAMPLES = [
  "cordon endpoints list --site berlin",
  "cordon endpoints labels",
  "cordon endpoints label dc01 --add-role domain-controller --add-tag tier-0",
  "cordon endpoints list --text 10.20.4.",
  "cordon endpoints show ws-17.acme.example",
  "cordon endpoints show berlin/3f2a8c1e-0b5d-4a52-9a31-6d1c7f0e2b44 --json",
];

const NOTES = `A "?" behind the slots: the site has not compared them with KSC yet, and assumes the worst.`;
