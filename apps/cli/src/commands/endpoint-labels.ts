import { endpointLabels, endpointLabelsPage, endpointLabelsPut } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { isFailureWith } from "../api/api-failure.ts";
import { findEndpoint } from "../api/find-endpoint.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatAwaitsSecond } from "../show/loosening.ts";
import { formatWhen } from "../show/times.ts";

interface Change {
  readonly addRole: readonly string[];
  readonly addTag: readonly string[];
  readonly removeRole: readonly string[];
  readonly removeTag: readonly string[];
}

/** Roles and tags, by which never-touch lists name endpoints. */
export const registerEndpointLabels: RegisterCommand = (endpoints, host) => {
  endpoints
    .command("labels")
    .description("endpoints that have roles or tags, by which brakes name them")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      const path = `${await host.tenantPath()}/endpoint-labels`;
      printList(host, await (await host.api()).list(path, endpointLabelsPage, { limit }), [
        { title: "site/host id", of: ({ siteId, endpointId }) => `${siteId}/${endpointId}` },
        { title: "roles", of: ({ roles }) => roles.join(", ") },
        { title: "tags", of: ({ tags }) => tags.join(", ") },
        { title: "changed", of: ({ changedAt, changedBy }) => `${formatWhen(changedAt, now)} by ${changedBy}` },
      ]);
    });
  endpoints
    .command("label")
    .description("add roles and tags to an endpoint, or take them from it")
    .argument("<endpoint>", "its whole name, host id or address, or site/hostId")
    .option("--add-role <role...>", "like domain-controller", [] as string[])
    .option("--add-tag <tag...>", "any word", [] as string[])
    .option("--remove-role <role...>", "one that it has", [] as string[])
    .option("--remove-tag <tag...>", "one that it has", [] as string[])
    .action((wanted, change) => label(host, wanted, change));
};

async function label(host: Host, wanted: string, change: Change): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const { siteId, endpointId, displayName } = await findEndpoint(api, tenant, wanted);
  const path = `${tenant}${apiPath`/sites/${siteId}/endpoints/${endpointId}/labels`}`;
  const before = await api.get(path, endpointLabels).catch((error: unknown) => {
    if (isFailureWith(error, "endpoint.labels_not_found")) return { roles: [], tags: [] };
    throw error;
  });
  const put = await api.put(
    path,
    {
      roles: changed(before.roles, change.addRole, change.removeRole),
      tags: changed(before.tags, change.addTag, change.removeTag),
    },
    endpointLabelsPut,
  );
  const said = (labels: readonly string[]): string => labels.join(", ") || "none";
  const { awaitsSecond } = put;
  host.print(put, () =>
    awaitsSecond === undefined
      ? `${displayName} (${siteId}/${endpointId}): roles ${said(put.roles)}; tags ${said(put.tags)}.`
      : formatAwaitsSecond(awaitsSecond, false),
  );
}

function changed(before: readonly string[], add: readonly string[], remove: readonly string[]): readonly string[] {
  return [...new Set([...before, ...add])].filter((one) => !remove.includes(one)).sort();
}
