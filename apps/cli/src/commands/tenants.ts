import { InvalidArgumentError } from "@commander-js/extra-typings";
import { pageOf, RETENTION_DAY_BOUNDS, retention, tenant } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatFields } from "../show/table.ts";
import { formatTime } from "../show/times.ts";

export const registerTenants: RegisterCommand = (program, host) => {
  const tenants = program.command("tenants").description("the customers");
  addExamples(tenants, EXAMPLES);
  tenants
    .command("list")
    .description("all of them")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const listed = await (await host.api()).list("/tenants", pageOf(tenant), { limit });
      printList(host, listed, [
        { title: "tenant", of: ({ tenantId }) => tenantId },
        { title: "name", of: ({ name }) => name },
        { title: "since", of: ({ createdAt }) => formatTime(createdAt) },
      ]);
    });
  tenants
    .command("show")
    .description("one of them")
    .argument("<tenant>", "its id")
    .action(async (id) => {
      const found = await (await host.api()).get(apiPath`/tenants/${id}`, tenant);
      host.print(found, () =>
        formatFields([
          ["tenant", found.tenantId],
          ["name", found.name],
          ["since", formatTime(found.createdAt)],
        ]),
      );
    });
  tenants
    .command("add")
    .description("a new customer")
    .argument("<tenant>", "the id that it gets: a-z, 0-9 and inner dashes")
    .requiredOption("--name <name>", "what people call it")
    .action(async (id, { name }) => {
      const made = await (await host.api()).post("/tenants", { tenantId: id, name }, tenant);
      host.print(
        made,
        () =>
          `Tenant ${made.tenantId} (${made.name}) was added. Next: cordon -t ${made.tenantId} sites add <site> --name …`,
      );
    });
  tenants
    .command("retention")
    .description("how long events and decisions are kept; says it, or sets it")
    .argument("<tenant>", "its id")
    .option("--days <n>", "keep them at least so long; what is older goes within hours", days)
    .option("--default", "as long as the installation says")
    .option("-y, --yes", "do not ask")
    .action((id, options) => keep(host, id, options));
};

interface KeepOptions {
  readonly days?: number | undefined;
  readonly default?: true | undefined;
  readonly yes?: true | undefined;
}

async function keep(host: Host, id: string, options: KeepOptions): Promise<void> {
  if (options.days !== undefined && options.default === true) {
    throw new AppError("cli.usage", "give either --days or --default");
  }
  const api = await host.api();
  const path = apiPath`/tenants/${id}/retention`;
  const before = await api.get(path, retention);
  const isSet = options.days !== undefined || options.default === true;
  if (options.days !== undefined && options.days < before.days) {
    await host.confirm(
      `Remove what ${id} has from before the last ${options.days} days? It cannot be had back.`,
      options.yes,
    );
  }
  const body = options.days === undefined ? {} : { days: options.days };
  const found = isSet ? await api.put(path, body, retention) : before;
  host.print(found, () =>
    formatFields([
      ["kept", `at least ${found.days} days`],
      [
        "said by",
        found.own === undefined ? "the installation" : `${found.own.changedBy}, ${formatTime(found.own.changedAt)}`,
      ],
      ["from", formatTime(found.keptFrom)],
    ]),
  );
}

function days(text: string): number {
  const value = Number(text);
  const { min, max } = RETENTION_DAY_BOUNDS;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`must be a whole number of days from ${min} to ${max}`);
}

const EXAMPLES = [
  "cordon tenants list",
  'cordon tenants add acme --name "Acme Ltd"',
  "cordon tenants show acme",
  "cordon tenants retention acme --days 180",
];
