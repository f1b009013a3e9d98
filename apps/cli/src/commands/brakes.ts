import { Option } from "@commander-js/extra-typings";
import { brake, brakeLifted, brakePage } from "@cordon/contracts/api";
import { BRAKE_TYPES } from "@cordon/core/guards";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { brakeColumns, formatBrake } from "../show/brake.ts";
import { formatAwaitsSecond } from "../show/loosening.ts";
import { brakePath, brakesPath } from "./brake-options.ts";

const EVERY_TENANT = ["--every-tenant", "those that bind all tenants, instead of one tenant's"] as const;

export const registerBrakes: RegisterCommand = (program, host) => {
  const brakes = program
    .command("brakes")
    .description("what stops and holds actions: kill switches, freezes, never-touch lists");
  brakes
    .command("list")
    .description("those that bind the tenant, its own and everybody's, the newest first")
    .option("--in-force", "only those that nobody has lifted")
    .addOption(new Option("--type <type>", "of one type").choices(BRAKE_TYPES))
    .option(...EVERY_TENANT)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ inForce, type, everyTenant, limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const query = { type, inForce };
        const listed = await (await host.api()).list(await brakesPath(host, everyTenant), brakePage, { query, limit });
        return listLook(listed, brakeColumns(host.paint, host.clock.now()));
      }),
    );
  brakes
    .command("show")
    .description("one of them")
    .argument("<brake>", "its id")
    .option(...EVERY_TENANT)
    .action(async (id, { everyTenant }) => {
      const found = await (await host.api()).get(await brakePath(host, id, everyTenant), brake);
      host.print(found, () => formatBrake(found, host.paint, host.clock.now()));
    });
  brakes
    .command("lift")
    .description("let go of one: what it held back goes on, unless its deadline has passed")
    .argument("<brake>", "its id")
    .requiredOption("--reason <text>", "why; kept with it")
    .option(...EVERY_TENANT)
    .option("-y, --yes", "do not ask")
    .action(async (id, { reason, everyTenant, yes }) => {
      await host.confirm(`Lift ${id}? What it held back goes on.`, yes);
      const path = `${await brakePath(host, id, everyTenant)}/lift`;
      const lifted = await (await host.api()).post(path, { reason }, brakeLifted);
      const { awaitsSecond } = lifted;
      host.print(lifted, () =>
        awaitsSecond === undefined
          ? formatBrake(lifted, host.paint, host.clock.now())
          : formatAwaitsSecond(awaitsSecond, everyTenant === true),
      );
    });
  addExamples(brakes, EXAMPLES);
};

const EXAMPLES = [
  "cordon brakes list --in-force --watch",
  "cordon brakes list --every-tenant --type killSwitch",
  "cordon brakes show brk_029d2a0d-dd30-4506-a869-9e4152d72a70",
  'cordon brakes lift brk_029d2a0d-dd30-4506-a869-9e4152d72a70 --reason "rule 7 was mended"',
];
