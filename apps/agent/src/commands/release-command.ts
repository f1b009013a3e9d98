import { userInfo } from "node:os";
import { systemClock } from "@cordon/core/kernel";
import { InvalidArgumentError } from "commander";
import type { AgentConfig } from "../config/index.ts";
import { findLeases } from "../isolation/find-leases.ts";
import { formatLeases } from "../isolation/format-leases.ts";
import { type HeldLease, type HeldLeases, readLeases } from "../isolation/read-leases.ts";
import { type OrderAnswer, putOrder, REASON_CHARS_MAX, takeAnswer } from "../isolation/release-order.ts";
import { formatTime } from "../table.ts";
import type { CliContext, CommandHost, RegisterCommand } from "./command.ts";

interface Options {
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const registerRelease: RegisterCommand = (program, host) => {
  program
    .command("release <endpointOrLease>")
    .description(
      "end an isolation, also without the coordinator: it is renewed no more, and the site's own release method is run",
    )
    .requiredOption("--reason <text>", "why; it is kept in the action's timeline at the coordinator", reasonText)
    .option("--yes", "do it; without it only what would be released is shown")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, options: Options) => release(host, wanted, options));
};

async function release(host: CommandHost, wanted: string, { reason, yes, json }: Options): Promise<void> {
  const config = host.siteConfig();
  const now = systemClock.now();
  const held = readLeases(config, now);
  const leases = findLeases(held, wanted);
  if (yes !== true) {
    host.print(json, { released: false, leases }, () =>
      [formatLeases({ ...held, leases }, now), "", "Nothing was done. To release, run it again with --yes."].join("\n"),
    );
    host.exitWith(1);
    return;
  }
  const actionIds = leases.map(({ actionId }) => actionId);
  const order = putOrder(config.stateDir, { actionIds, reason, by: personOf(host), askedAt: now });
  const answer = held.running ? await waitFor(config, order.id) : undefined;
  const outcome = answer !== undefined ? "answered" : held.running ? "not_answered" : "not_running";
  host.print(json, { released: isDone(answer), outcome, answers: answer?.answers ?? [] }, () =>
    answer === undefined
      ? unansweredText(held, leases)
      : answer.answers.map((one) => answerText(one, leases)).join("\n"),
  );
  if (!isDone(answer)) host.exitWith(1);
}

const LOOK_MS = 250;
/** For the agent's look, KSC's name of the device and the disk; the site's own method comes on top. */
const ANSWERED_WITHIN_MS = 20_000;

async function waitFor(config: AgentConfig, id: string): Promise<OrderAnswer | undefined> {
  const { release: method } = config.isolation;
  const methodMs = method.method === "command" ? Math.round(method.timeoutSeconds * 1_000) : 0;
  const until = systemClock.monotonicMs() + ANSWERED_WITHIN_MS + methodMs;
  for (;;) {
    const answer = takeAnswer(config.stateDir, id);
    if (answer !== undefined || systemClock.monotonicMs() >= until) return answer;
    await systemClock.sleep(LOOK_MS);
  }
}

function isDone(answer: OrderAnswer | undefined): boolean {
  return answer?.answers.every(({ outcome }) => outcome !== "not_found") ?? false;
}

function answerText(
  { actionId, outcome, endpointEndsAt, steps }: OrderAnswer["answers"][number],
  leases: readonly HeldLease[],
) {
  const lease = leases.find((one) => one.actionId === actionId);
  const who = lease?.name ?? lease?.endpointId ?? actionId;
  const until = endpointEndsAt === undefined ? "runs out" : `ends it at ${formatTime(endpointEndsAt)}`;
  const said = {
    released: `${who}: released, it is not renewed any more. If nobody ends it before, the device's own timer ${until}.`,
    already_over: `${who}: nothing held it any more.`,
    not_found: `${who}: NOT released, the running agent does not know ${actionId}.`,
  }[outcome];
  return [said, ...sentencesOf(steps)].join("\n  → ");
}

/** Each step that a person may take on a line of its own; what the line above them says is not said again. */
function sentencesOf(steps: string): readonly string[] {
  const sentences = steps.split(/(?<=[.:]) (?=To end it now|Or at the device|Otherwise)/);
  return sentences.filter((text) => !text.startsWith("It is not renewed any more.") && !text.startsWith("Otherwise"));
}

function unansweredText({ running }: HeldLeases, leases: readonly HeldLease[]): string {
  const ends = leases.map(({ endpointEndsAt, agentEndsAt }) => endpointEndsAt ?? agentEndsAt ?? 0);
  const last = Math.max(...ends);
  const timer = last === 0 ? "" : ` The device's own timer ends it at ${formatTime(last)}.`;
  const steps =
    "  → To end it now, at the device as administrator: avp.com isolation /OFF /login=<KLAdmin> /password=<its password>; or in the KSC console: Unblock the device isolated from the network.";
  const head = running
    ? "The running agent has NOT answered; the order stays and is obeyed when it can be. Look at `cordon-agent status`."
    : "No agent is running, so nothing renews it; the order stays, and the next start obeys it first.";
  return `${head}${timer}\n${steps}`;
}

/** Who stands in the audit trail. */
function personOf({ env }: CliContext): string {
  const user = userInfo().username;
  return env.SUDO_USER === undefined || env.SUDO_USER === user ? user : `${env.SUDO_USER} as ${user}`;
}

function reasonText(text: string): string {
  const reason = text.trim();
  if (reason.length >= 1 && reason.length <= REASON_CHARS_MAX) return reason;
  throw new InvalidArgumentError(`must be 1 to ${REASON_CHARS_MAX} characters`);
}

const EXAMPLES = `
The endpoint is named by its KSC host id, FQDN or name, the lease by its action id; of an endpoint all isolations are released.
Without a method of the site's own (isolation.release) the device stays isolated until its own timer ends it, or a person does;
the steps are shown.
No kill switch and no policy stops a release. The coordinator learns of it, with the reason and who asked, as soon as it is
reached. 0 when it is released or was over, 1 when it is not (yet).

Examples:
  cordon-agent leases
  cordon-agent release WS-17 --reason "false alarm, INC-4711"           what would be released
  cordon-agent release WS-17 --reason "false alarm, INC-4711" --yes     release it
  cordon-agent release act_0123456789abcdef0123456789abcdef --reason "host is clean" --yes`;
