import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { CANARY_BOUNDS, CANARY_KIND_NAMES, canary, canaryPage, canaryProbePage } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { duration, LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { canaryColumns, formatCanary } from "../show/canary.ts";

const SHOWN_PROBES = 10;

export const registerCanary: RegisterCommand = (program, host) => {
  const command = program
    .command("canary")
    .description(
      "a harmless action per site on a schedule, so that a site that cannot enforce is known before it has to",
    );
  addExamples(command, EXAMPLES);
  command
    .command("list")
    .description("all of the tenant, with how they do and how long the last took")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const listed = await (await host.api()).list(`${await host.tenantPath()}/canaries`, canaryPage, { limit });
        return listLook(listed, canaryColumns(host.paint, host.clock.now()));
      }),
    );
  command
    .command("show")
    .description("one site's, with its last probes and the time of each stage")
    .argument("<site>", "its id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((site, { watch }) => showOrWatch(host, watch, () => look(host, site)));
  command
    .command("set")
    .description("have a site probed; what was set before is replaced, and the first probe goes out at once")
    .argument("<site>", "its id")
    .requiredOption("--endpoint <endpoint>", "which may be probed: best one that is always on and that nobody needs")
    .addOption(new Option("--kind <kind>", KIND_TEXT).choices(CANARY_KIND_NAMES).default("iocScan" as const))
    .option("--every <duration>", "between two probes", duration, CANARY_BOUNDS.everySeconds.default * 1_000)
    .option(
      "--late-after <duration>",
      "alarm when one is not proven by then",
      duration,
      CANARY_BOUNDS.lateAfterSeconds.default * 1_000,
    )
    .option("--slots <n>", "probes of 30 days that may hold a slot of the endpoint", slots, CANARY_BOUNDS.slots.default)
    .action((site, options) => set(host, site, options));
  command
    .command("run")
    .description("send a probe now; the schedule goes on from it")
    .argument("<site>", "its id")
    .action(async (site) => {
      const path = `${await host.tenantPath()}${apiPath`/sites/${site}/canary/run`}`;
      const found = await (await host.api()).post(path, {}, canary);
      host.print(found, () => `A probe of ${site} goes out. Follow it: cordon canary show ${site} --watch`);
    });
  command
    .command("remove")
    .description("probe a site no longer")
    .argument("<site>", "its id")
    .option("-y, --yes", "do not ask")
    .action(async (site, { yes }) => {
      await host.confirm(`Probe ${site} no longer?`, yes);
      await (await host.api()).delete(`${await host.tenantPath()}${apiPath`/sites/${site}/canary`}`);
      host.print({ siteId: site, removed: true }, () => `${site} is not probed any more.`);
    });
};

async function look(host: Host, site: string) {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const found = await api.get(`${tenant}${apiPath`/sites/${site}/canary`}`, canary);
  const { items } = await api.get(`${tenant}${apiPath`/sites/${site}/canary/probes`}`, canaryProbePage, {
    limit: SHOWN_PROBES,
  });
  return { value: { ...found, probes: items }, text: () => formatCanary(found, items, host.paint, host.clock.now()) };
}

interface SetOptions {
  readonly endpoint: string;
  readonly kind: (typeof CANARY_KIND_NAMES)[number];
  readonly every: number;
  readonly lateAfter: number;
  readonly slots: number;
}

async function set(host: Host, site: string, options: SetOptions): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const endpoint = await findEndpoint(api, tenant, options.endpoint);
  if (endpoint.siteId !== site) {
    throw new AppError("cli.usage", `${endpoint.displayName} is at ${endpoint.siteId}, and not at ${site}`);
  }
  const body = {
    endpointId: endpoint.endpointId,
    kind: options.kind,
    everySeconds: Math.round(options.every / 1_000),
    lateAfterSeconds: Math.round(options.lateAfter / 1_000),
    slots: options.slots,
  };
  const put = await api.put(`${tenant}${apiPath`/sites/${site}/canary`}`, body, canary);
  host.print(
    put,
    () => `${site} is probed: ${put.kind} on ${endpoint.displayName}. Follow it: cordon canary show ${site} --watch`,
  );
}

function slots(text: string): number {
  const value = Number(text);
  const { min, max } = CANARY_BOUNDS.slots;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
}

const KIND_TEXT =
  "iocScan: for a hash that no file has; getFile: of C:\\Windows\\win.ini; onDemandScan: of the critical areas, minutes of load";

const EXAMPLES = [
  "cordon canary set berlin --endpoint canary-01 --every 1d --late-after 1h",
  "cordon canary list --watch",
  "cordon canary show berlin",
  "cordon canary run berlin",
  "cordon canary remove berlin",
];
