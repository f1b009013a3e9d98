import { AppError } from "@cordon/core/kernel";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { limit as positive, share } from "../command/options.ts";
import { SCOPE_FLAGS as FLAG } from "./brake-options.ts";
import { setBrake } from "./brake-set.ts";

export const registerRedundancy: RegisterCommand = (program, host) => {
  const command = program
    .command("redundancy")
    .description("of endpoints that stand in for each other enough stay up, whoever asks to isolate one more")
    .requiredOption(...FLAG.reason)
    .option("--role <role>", "its members are the endpoints with this role")
    .option("--tag <tag>", "its members are the endpoints with this tag")
    .option("--up-min <n>", "so many members are never isolated", positive)
    .option("--down-share <percent>", "at most this share of the members is isolated at once: 50%", share)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(({ role, tag, upMin, downShare, ...scope }) => {
      if ((role === undefined) === (tag === undefined)) throw new AppError("cli.usage", "give either --role or --tag");
      if (upMin === undefined && downShare === undefined) {
        throw new AppError("cli.usage", "give at least one bound: --up-min or --down-share");
      }
      const group = role === undefined ? { by: "tag", tag } : { by: "role", role };
      const bounds = {
        ...(upMin === undefined ? {} : { upMin }),
        ...(downShare === undefined ? {} : { downShareMax: downShare }),
      };
      return setBrake(host, { type: "redundancy", group, bounds }, scope);
    });
  addExamples(command, EXAMPLES);
};

const EXAMPLES = [
  'cordon redundancy --role domain-controller --up-min 1 --reason "somebody must log people in"',
  'cordon redundancy --site berlin --tag web --down-share 50% --reason "the shop stays open"',
];
