import { lease, leasePage } from "@cordon/contracts/api";
import { LEASE_STATES } from "@cordon/core/endpoint";
import { apiPath } from "../api/api-client.ts";
import { placeQuery } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, statesOf } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatLease, leaseColumns } from "../show/lease.ts";

export const registerLeases: RegisterCommand = (program, host) => {
  const leases = program
    .command("leases")
    .description("isolations: until when they are wanted, and when the agent's and the device's own timers end");
  addExamples(leases, EXAMPLES);
  leases
    .command("list")
    .description("the newest first")
    .option("--site <id>", "at one site")
    .option("--endpoint <endpoint>", "of one endpoint: whole name, host id or address, or site/hostId")
    .option("--state <states>", `one or several: ${LEASE_STATES.join(",")}`, statesOf(LEASE_STATES))
    .option("--mismatch", "only those whose end times do not agree: an alarm")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ watch, ...filter }) => showOrWatch(host, watch, () => list(host, filter)));
  leases
    .command("show")
    .description("how one isolation holds")
    .argument("<action>", "the isolation's action id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, { watch }) =>
      showOrWatch(host, watch, async () => {
        const path = `${await host.tenantPath()}${apiPath`/leases/${id}`}`;
        const found = await (await host.api()).get(path, lease);
        return { value: found, text: () => formatLease(found, host.paint, host.clock.now()) };
      }),
    );
};

interface Filter {
  readonly site?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly state?: string | undefined;
  readonly mismatch?: boolean | undefined;
  readonly limit: number;
}

async function list(host: Host, filter: Filter): Promise<Look> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const query = {
    ...(await placeQuery(api, tenant, filter)),
    states: filter.state,
    mismatch: filter.mismatch,
  };
  const listed = await api.list(`${tenant}/leases`, leasePage, { query, limit: filter.limit });
  return listLook(listed, leaseColumns(host.paint, host.clock.now()));
}

const EXAMPLES = [
  "cordon leases list --state holding,renewing --watch",
  "cordon leases list --mismatch",
  "cordon leases show act_0123456789abcdef0123456789abcdef",
  'cordon release ws-17 --reason "cleaned, ticket 4711"',
];
