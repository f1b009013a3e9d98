import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { APPROVAL_LIMITS } from "@cordon/core/approval";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { duration } from "../command/options.ts";
import { SCOPE_FLAGS as FLAG, kinds } from "./brake-options.ts";
import { setBrake } from "./brake-set.ts";

export const registerRequireApproval: RegisterCommand = (program, host) => {
  const command = program
    .command("require-approval")
    .description(
      "what rules and persons ask for in its scope waits for the yes of persons, besides what a rule itself asks for",
    )
    .requiredOption(...FLAG.reason)
    .option("--need <n>", "so many different persons", wholeNumber(1, APPROVAL_LIMITS.needMax), 1)
    .option("--of <names>", "only these persons count, separated by commas", names)
    .option(
      "--timeout <duration>",
      "so long it is waited for them; until the action's deadline when left out",
      duration,
    )
    .addOption(
      new Option("--on-timeout <meaning>", "what silence means then").choices(["deny", "allow"]).default("deny"),
    )
    .option("--author-too", "who asks for it counts as well: who published the rule set, or ordered it by hand")
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(({ need, of, timeout, onTimeout, authorToo, ...scope }) => {
      const policy = {
        need,
        onTimeout,
        notAuthor: authorToo !== true,
        ...(of === undefined ? {} : { of }),
        ...(timeout === undefined ? {} : { timeoutSeconds: Math.round(timeout / 1_000) }),
      };
      return setBrake(host, { type: "approval", policy }, scope);
    });
  addExamples(command, APPROVAL_EXAMPLES);
};

export const registerSlotForecast: RegisterCommand = (program, host) => {
  const command = program
    .command("slot-forecast")
    .description(
      "what rules ask for is warned of, held or denied when its endpoint would have no slot free; containment passes",
    )
    .requiredOption(...FLAG.reason)
    .addOption(
      new Option("--when-full <what>", "what is done with it").choices(["warn", "hold", "deny"]).makeOptionMandatory(),
    )
    .option("--reserve <n>", "so many slots have to stay free besides", wholeNumber(0, 1_000), 0)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(({ whenFull, reserve, ...scope }) => setBrake(host, { type: "slotForecast", whenFull, reserve }, scope));
  addExamples(command, FORECAST_EXAMPLES);
};

function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
  };
}

function names(text: string): readonly string[] {
  const given = text.split(",").map((one) => one.trim());
  if (given.every((one) => one !== "")) return given;
  throw new InvalidArgumentError("must be names with commas between them");
}

const APPROVAL_EXAMPLES = [
  'cordon require-approval --kinds contain --need 2 --timeout 15m --reason "two of us decide about isolations"',
  'cordon require-approval --site berlin --of ann,bob --reason "the customer wants to be asked"',
];

const FORECAST_EXAMPLES = [
  'cordon slot-forecast --when-full hold --kinds scan --reserve 10 --reason "room for the response"',
  'cordon slot-forecast --when-full warn --reason "see how often it happens"',
];
