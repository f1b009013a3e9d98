import { pageOf, tenant } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
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
};

const EXAMPLES = ["cordon tenants list", 'cordon tenants add acme --name "Acme Ltd"', "cordon tenants show acme"];
