import { Option } from "@commander-js/extra-typings";
import { loosening, looseningPage } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { looseningColumns } from "../show/loosening.ts";
import { SCOPE_FLAGS as FLAG } from "./brake-options.ts";
import { setBrake } from "./brake-set.ts";

const EVERY_TENANT = ["--every-tenant", "of brakes that bind all tenants, instead of one tenant's"] as const;

export const registerLoosenings: RegisterCommand = (program, host) => {
  const loosenings = program
    .command("loosenings")
    .description("what takes protection away and waits for a second person, where `two-persons` is in force");
  addExamples(loosenings, EXAMPLES);
  loosenings
    .command("list")
    .description("the newest first")
    .addOption(new Option("--state <state>", "of one state").choices(["open", "confirmed", "rejected"]))
    .option(...EVERY_TENANT)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ state, everyTenant, limit }) => {
      const listed = await (await host.api()).list(await pathOf(host, everyTenant), looseningPage, {
        query: { state },
        limit,
      });
      printList(host, listed, looseningColumns(host.clock.now()));
    });
  loosenings
    .command("confirm")
    .description("let it happen, as another person than who asked for it")
    .argument("<loosening>", "its id")
    .requiredOption("--reason <text>", "why; kept with it")
    .option(...EVERY_TENANT)
    .option("-y, --yes", "do not ask")
    .action(async (id, { reason, everyTenant, yes }) => {
      await host.confirm(`Let ${id} take protection away?`, yes);
      await decide(host, id, { verdict: "confirm", reason }, everyTenant);
    });
  loosenings
    .command("reject")
    .description("keep the protection")
    .argument("<loosening>", "its id")
    .requiredOption("--reason <text>", "why; kept with it")
    .option(...EVERY_TENANT)
    .action((id, { reason, everyTenant }) => decide(host, id, { verdict: "reject", reason }, everyTenant));
};

export const registerTwoPersons: RegisterCommand = (program, host) => {
  const command = program
    .command("two-persons")
    .description(
      "never-touch and redundancy brakes, demands for approval, and labels of endpoints are taken away by two persons only; adding counts at once",
    )
    .requiredOption(...FLAG.reason)
    .option(...FLAG.site)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action((options) => setBrake(host, { type: "twoPersons" }, options));
  addExamples(command, ['cordon two-persons --reason "as the contract says"']);
};

async function pathOf(host: Host, everyTenant: boolean | undefined): Promise<string> {
  return everyTenant === true ? "/loosenings" : `${await host.tenantPath()}/loosenings`;
}

async function decide(host: Host, id: string, body: object, everyTenant: boolean | undefined): Promise<void> {
  const path = `${await pathOf(host, everyTenant)}${apiPath`/${id}/decide`}`;
  const decided = await (await host.api()).post(path, body, loosening);
  host.print(decided, () => `${decided.looseningId} is ${decided.state}.`);
}

const EXAMPLES = [
  "cordon loosenings list --state open",
  'cordon loosenings confirm lsn_029d2a0d-dd30-4506-a869-9e4152d72a70 --reason "the server is gone"',
  'cordon loosenings reject lsn_029d2a0d-dd30-4506-a869-9e4152d72a70 --reason "it is still needed"',
];
