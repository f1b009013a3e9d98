import { Option } from "@commander-js/extra-typings";
import { REACHES } from "@cordon/core/guards";
import { AppError } from "@cordon/core/kernel";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { duration, limit as positive, share } from "../command/options.ts";
import { SCOPE_FLAGS as FLAG, kinds } from "./brake-options.ts";
import { setBrake } from "./brake-set.ts";

export const registerLimit: RegisterCommand = (program, host) => {
  const group = program
    .command("limit")
    .description("how much a rule may do in a window: past it, that rule is in hold until a person re-arms it");
  group
    .command("blast-radius")
    .description("of attempts, of different endpoints, or of a share of them")
    .addOption(new Option("--per <reach>", "what is counted together").choices(REACHES).makeOptionMandatory())
    .requiredOption("--window <duration>", "how long an attempt counts: 1m to 31d", duration)
    .option("--attempts <n>", "actions asked for, whatever came of them", positive)
    .option("--endpoints <n>", "different endpoints", positive)
    .option(
      "--share <percent>",
      "different endpoints as a share of the site's, or without a site the tenant's: 5%",
      share,
    )
    .requiredOption(...FLAG.reason)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(({ per, window, attempts, endpoints, share: shareMax, ...scope }) => {
      const bounds = {
        ...(attempts === undefined ? {} : { attemptsMax: attempts }),
        ...(endpoints === undefined ? {} : { endpointsMax: endpoints }),
        ...(shareMax === undefined ? {} : { shareMax }),
      };
      if (Object.keys(bounds).length === 0) {
        throw new AppError("cli.usage", "give at least one bound: --attempts, --endpoints or --share");
      }
      return setBrake(host, { type: "blastRadius", per, windowSeconds: window / 1_000, bounds }, scope);
    });
  group
    .command("storm")
    .description("of different endpoints that one rule asks for at one site within minutes")
    .requiredOption("--window <duration>", "how long an attempt counts: 1m to 1h", duration)
    .requiredOption("--endpoints <n>", "different endpoints", positive)
    .requiredOption(...FLAG.reason)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(({ window, endpoints, ...scope }) =>
      setBrake(host, { type: "storm", windowSeconds: window / 1_000, bounds: { endpointsMax: endpoints } }, scope),
    );
  addExamples(group, EXAMPLES);
};

const EXAMPLES = [
  'cordon limit blast-radius --per rule --window 1h --endpoints 10 --kinds contain --reason "house rule"',
  'cordon limit blast-radius --per site --window 1d --share 5% --kinds isolateHost --reason "house rule"',
  'cordon limit storm --window 5m --endpoints 20 --reason "one rule, many hosts"',
];
