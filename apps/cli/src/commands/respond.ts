import { Argument, InvalidArgumentError } from "@commander-js/extra-typings";
import { action } from "@cordon/contracts/api";
import { ACTION_KINDS, type ActionKind, ARGUMENT_NAMES, parseActionArgs } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { duration } from "../command/options.ts";
import { tellOrdered } from "../command/tell-ordered.ts";
import { plain, shortValue } from "../show/plain-text.ts";

type Values = Readonly<Record<string, unknown>>;

interface Options {
  readonly set: Values;
  readonly arguments?: Values | undefined;
  readonly for?: number | undefined;
  readonly reason: string;
  readonly requestId?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly wait?: boolean | undefined;
  readonly timeout?: number | undefined;
}

export const registerRespond: RegisterCommand = (program, host) => {
  const command = program
    .command("respond")
    .description(
      "order one action on one endpoint by hand; rules' guards and the site's policy apply to it as to any other",
    )
    .addArgument(new Argument("<kind>", "what is to be done").choices(ACTION_KINDS))
    .argument("<endpoint>", "its whole name, host id or address, or site/hostId")
    .requiredOption("--reason <text>", "why; kept with the decision")
    .option("--set <name=value>", "an argument of the action; may be given several times", setValue, {} as Values)
    .option("--arguments <json>", "all arguments as one JSON object", jsonObject)
    .option("--for <duration>", "isolateHost: until when it is wanted (30m, 4h, 2d); sites renew it as long", duration)
    .option("--request-id <id>", "sending the same order again with the same id changes nothing; made when left out")
    .option("--wait", "follow it to its end, as `actions watch` does")
    .option("--timeout <duration>", "with --wait: no longer than this (exit code 7)", duration)
    .option("-y, --yes", "do not ask")
    .action((kind, endpoint, options) => respond(host, kind, endpoint, options));
  addExamples(command, EXAMPLES);
};

async function respond(host: Host, kind: ActionKind, wanted: string, options: Options): Promise<void> {
  const args = argumentsOf(kind, options);
  const parsed = parseActionArgs(kind, args);
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ argument, problem }) => `${argument} ${problem}`).join("\n");
    const known = ARGUMENT_NAMES[kind].join(", ") || "none";
    throw new AppError("cli.usage", `${problems}\n${kind} takes: ${known}; give them as --set name=value`);
  }
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const endpoint = await findEndpoint(api, tenant, wanted);
  const said = Object.entries(args).map(([name, value]) => `${name} ${shortValue(value)}`);
  const what = said.length === 0 ? kind : `${kind} (${said.join(", ")})`;
  await host.confirm(
    `${what} on ${plain(endpoint.displayName)} (${endpoint.siteId}/${endpoint.endpointId})?`,
    options.yes,
  );
  const order = {
    siteId: endpoint.siteId,
    endpointId: endpoint.endpointId,
    kind,
    arguments: args,
    reason: options.reason,
    requestId: options.requestId ?? `cli-${Buffer.from(host.random.bytes(12)).toString("hex")}`,
  };
  const ordered = await api.post(`${tenant}/actions`, order, action);
  await tellOrdered(host, ordered, options);
}

/** Six hours of isolation are six hours of a timer on the endpoint: longer is asked as a hold, which sites renew. */
const TERM_SECONDS_DEFAULT = 3_600;

function argumentsOf(kind: ActionKind, { set, arguments: json, for: forMs }: Options): Values {
  const given = { ...json, ...set };
  if (forMs === undefined) return given;
  if (kind !== "isolateHost") throw new AppError("cli.usage", `--for belongs to isolateHost; ${kind} has no duration`);
  const seconds = Math.round(forMs / 1_000);
  if (seconds <= TERM_SECONDS_DEFAULT) return { durationSeconds: seconds, ...given };
  return { durationSeconds: TERM_SECONDS_DEFAULT, holdSeconds: seconds, ...given };
}

function setValue(text: string, before: Values): Values {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("must be name=value");
  const name = text.slice(0, at);
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice`);
  return { ...before, [name]: text.slice(at + 1) };
}

function jsonObject(text: string): Values {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below in the same words.
  }
  throw new InvalidArgumentError('must be a JSON object like {"path":"C:\\\\Temp\\\\x.exe"}');
}

const EXAMPLES = [
  'cordon respond isolateHost ws-17 --for 4h --reason "ransomware, ticket 4711" --wait',
  `cordon respond quarantineFile ws-17 --set path='C:\\Users\\Public\\enc.exe' --reason "ticket 4711"`,
  `cordon respond terminateProcess berlin/3f2a8c1e-… --set path='C:\\Temp\\x.exe' --set pid=4711 --reason "ticket 4711" --yes`,
  'cordon respond iocScan ws-17 --set sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --reason "sweep"',
  'cordon respond onDemandScan ws-17 --reason "after clean-up" --request-id ticket-4711-scan --yes',
];
