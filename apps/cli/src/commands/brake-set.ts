import { InvalidArgumentError } from "@commander-js/extra-typings";
import { brakeSet } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { formatBrake } from "../show/brake.ts";
import { counted } from "../show/plain-text.ts";
import { brakesPath, SCOPE_FLAGS as FLAG, kinds, type ScopeOptions, scopeBody } from "./brake-options.ts";

export const registerKill: RegisterCommand = (program, host) => {
  const command = program
    .command("kill")
    .description(
      "pull the kill switch: nothing more in its scope is sent to any site, until it is lifted. Releases go on",
    )
    .requiredOption(...FLAG.reason)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action((options) => setBrake(host, { type: "killSwitch" }, options));
  addExamples(command, KILL_EXAMPLES, KILL_NOTES);
};

export const registerFreeze: RegisterCommand = (program, host) => {
  const command = program
    .command("freeze")
    .description("hold what rules would do, for a time or until it is lifted")
    .requiredOption(...FLAG.reason)
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option("--zone <zone>", "the time zone of the times, like Europe/Berlin")
    .option("--span <span...>", "every week: Mon-Fri 08:00-18:00, 22:00-06:00, or Sat,Sun")
    .option("--except <day...>", "days on which no weekly span begins, like 2026-12-25")
    .option(
      "--between <from/until...>",
      "a single period by local clocks: 2026-12-20T18:00/2027-01-02T06:00",
      period,
      [] as Period[],
    )
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action((options) => setBrake(host, { type: "freeze", ...timesOf(options) }, options));
  addExamples(command, FREEZE_EXAMPLES);
};

export const registerNeverTouch: RegisterCommand = (program, host) => {
  const command = program
    .command("never-touch")
    .description("endpoints that no rule and no order may act on; deny wins")
    .requiredOption(...FLAG.reason)
    .option("--endpoint <endpoint...>", "one endpoint: whole name, host id or address, or site/hostId")
    .option("--name <pattern...>", "names that fit: DC*, *.bank.example")
    .option("--group <pattern...>", "KSC administration groups that fit")
    .option("--role <role...>", "endpoints with this role")
    .option("--tag <tag...>", "endpoints with this tag")
    .option(...FLAG.site)
    .option(...FLAG.rule)
    .option(...FLAG.kinds, kinds)
    .option(...FLAG.everyTenant)
    .option(...FLAG.yes)
    .action(async (options) => setBrake(host, { type: "neverTouch", who: await whoOf(host, options) }, options));
  addExamples(command, NEVER_TOUCH_EXAMPLES);
};

export async function setBrake(host: Host, brake: Record<string, unknown>, options: ScopeOptions): Promise<void> {
  if (options.everyTenant === true) {
    if (options.site !== undefined)
      throw new AppError("cli.usage", "a site belongs to one tenant; leave out --every-tenant");
    await host.confirm(`Put this brake (${brake.type}) in force for EVERY tenant?`, options.yes);
  }
  const path = await brakesPath(host, options.everyTenant);
  const made = await (await host.api()).post(path, { ...brake, ...scopeBody(options) }, brakeSet);
  host.print(made, () => {
    const warnings = made.warnings.map((warning) => host.paint.yellow(`warning  ${warning}`));
    const every = options.everyTenant === true ? " --every-tenant" : "";
    return [
      formatBrake(made, host.paint, host.clock.now()),
      ...warnings,
      `${counted(made.unsent, "action")} in its scope not gone to any agent yet.`,
      `Lift it: cordon brakes lift ${made.brakeId}${every} --reason …`,
    ].join("\n");
  });
}

interface Period {
  readonly from: string;
  readonly until: string;
}

function period(text: string, before: Period[]): Period[] {
  const [from, until, ...rest] = text.split("/");
  if (from && until && rest.length === 0) return [...before, { from, until }];
  throw new InvalidArgumentError("must be like 2026-12-20T18:00/2027-01-02T06:00");
}

interface TimeOptions {
  readonly zone?: string | undefined;
  readonly span?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly between: readonly Period[];
}

function timesOf({ zone, span, except, between }: TimeOptions): { times?: object } {
  const hasTimes = span !== undefined || between.length > 0;
  if (!hasTimes && zone === undefined && except === undefined) return {};
  if (zone === undefined) throw new AppError("cli.usage", "times need their zone: --zone Europe/Berlin");
  if (!hasTimes) throw new AppError("cli.usage", "--zone and --except need --span or --between");
  return {
    times: {
      zone,
      ...(span === undefined ? {} : { spans: span }),
      ...(except === undefined ? {} : { except }),
      ...(between.length === 0 ? {} : { between }),
    },
  };
}

interface WhoOptions {
  readonly endpoint?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
  readonly group?: readonly string[] | undefined;
  readonly role?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
}

async function whoOf(host: Host, { endpoint = [], name = [], group = [], role = [], tag = [] }: WhoOptions) {
  const found = [];
  for (const wanted of endpoint) found.push(await findEndpoint(await host.api(), await host.tenantPath(), wanted));
  const who = [
    ...found.map(({ endpointId }) => ({ by: "endpoint", endpointId })),
    ...name.map((pattern) => ({ by: "name", pattern })),
    ...group.map((pattern) => ({ by: "group", pattern })),
    ...role.map((one) => ({ by: "role", role: one })),
    ...tag.map((one) => ({ by: "tag", tag: one })),
  ];
  if (who.length > 0) return who;
  throw new AppError("cli.usage", "name whom it protects: --endpoint, --name, --group, --role or --tag");
}

const KILL_EXAMPLES = [
  'cordon kill --reason "a rule went wrong, ask Ada"',
  'cordon kill --site berlin --kinds contain --reason "KSC upgrade"',
  'cordon kill --rule isolate-on-ransomware --reason "false alarms"',
  'cordon kill --every-tenant --yes --reason "incident 4711"',
  "cordon brakes list --in-force",
];

const KILL_NOTES =
  "For one tenant it is pulled at once, without asking. A site has its own switch, too: cordon-agent kill.";

const FREEZE_EXAMPLES = [
  'cordon freeze --site berlin --reason "moving the data centre"',
  'cordon freeze --kinds scan --zone Europe/Berlin --span "Mon-Fri 08:00-18:00" --reason "office hours"',
  'cordon freeze --zone UTC --between 2026-12-20T18:00/2027-01-02T06:00 --reason "holidays"',
];

const NEVER_TOUCH_EXAMPLES = [
  'cordon never-touch --name "DC*" --role domain-controller --reason "domain controllers"',
  'cordon never-touch --endpoint ws-17 --kinds contain --reason "runs the furnace"',
];
