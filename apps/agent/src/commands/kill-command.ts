import type { KillSwitch } from "@cordon/agent-core";
import { ACTION_KINDS } from "@cordon/core/action";
import { systemClock } from "@cordon/core/kernel";
import { KINDS_AND_CLASSES, type KindOrClass } from "@cordon/core/site-policy";
import { Option } from "commander";
import { signsOf } from "../live-state.ts";
import { pullKillSwitch, readKillFile, releaseKillSwitch } from "../site-policy/kill-file.ts";
import { formatTime } from "../table.ts";
import type { CommandHost, RegisterCommand } from "./command.ts";

export const registerKill: RegisterCommand = (program, host) => {
  const kill = program
    .command("kill")
    .description("the site's own kill switch: nothing more is sent to KSC; watching, reporting and releases go on")
    .addHelpText("after", EXAMPLES);
  kill
    .command("on")
    .description("pull it; the agent obeys within seconds, with or without a coordinator")
    .requiredOption("--reason <text>", "why, for whoever finds it")
    .addOption(new Option("--actions <kinds...>", "only these kinds or classes").choices(KINDS_AND_CLASSES))
    .option("--json", "print JSON")
    .action(async (options: { reason: string; actions?: KindOrClass[]; json?: boolean }) => {
      const { reason, actions } = options;
      const said = { reason, since: systemClock.now(), ...(actions === undefined ? {} : { actions }) };
      const { policy, stateDir } = host.siteConfig();
      pullKillSwitch(policy.killSwitchFile, stateDir, said);
      await confirm(host, true, options.json);
    });
  kill
    .command("off")
    .description("let go of it; what waits goes out, unless its deadline has passed")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      releaseKillSwitch(host.siteConfig().policy.killSwitchFile);
      await confirm(host, false, options.json);
    });
  kill
    .command("status")
    .description("whether it is pulled, since when and why; 1 when it is")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => {
      const file = host.siteConfig().policy.killSwitchFile;
      const pulled = readKillFile(file, systemClock.now());
      host.print(options.json, { pulled: pulled !== undefined, file, ...pulled }, () => formatPosition(pulled, file));
      if (pulled !== undefined) host.exitWith(1);
    });
};

/** The file alone stops nothing: it is told whether the agent has obeyed. */
async function confirm(host: CommandHost, wanted: boolean, json: boolean | undefined): Promise<void> {
  const { stateDir, policy } = host.siteConfig();
  const obeyed = await isObeyed(stateDir, wanted);
  const pulled = readKillFile(policy.killSwitchFile, systemClock.now());
  host.print(json, { pulled: pulled !== undefined, file: policy.killSwitchFile, obeyed, ...pulled }, () => {
    const agent = {
      yes: "The running agent obeys.",
      no: "The agent that runs has NOT obeyed within 10 s: look at `cordon-agent status`.",
      not_running: "No agent is running; the next one obeys from its start.",
    }[obeyed];
    return `${formatPosition(pulled, policy.killSwitchFile)}\n${agent}`;
  });
  if (obeyed === "no") host.exitWith(1);
}

const OBEYED_WITHIN_MS = 10_000;
const LOOK_MS = 250;

async function isObeyed(stateDir: string, wanted: boolean): Promise<"yes" | "no" | "not_running"> {
  for (let waitedMs = 0; waitedMs < OBEYED_WITHIN_MS; waitedMs += LOOK_MS) {
    const { running, fresh, live } = signsOf(stateDir, systemClock.now());
    if (!running) return "not_running";
    if (fresh && (live?.site.killSwitch !== undefined) === wanted) return "yes";
    await systemClock.sleep(LOOK_MS);
  }
  return "no";
}

/** What is stopped and why. */
export function formatKillSwitch(pulled: KillSwitch): string {
  const what = pulled.kinds.length === ACTION_KINDS.length ? "Nothing is" : `None of ${pulled.kinds.join(", ")} is`;
  return `${what} sent to KSC; reason: ${pulled.reason ?? "none was written down"}`;
}

function formatPosition(pulled: KillSwitch | undefined, file: string): string {
  if (pulled === undefined) return `The kill switch is not pulled (${file}).`;
  return `The kill switch is PULLED since ${formatTime(pulled.since)}. ${formatKillSwitch(pulled)} (${file})`;
}

const EXAMPLES = `
Without this program it works too: an empty file of that name pulls the switch, removing the file lets go of it.

Examples:
  cordon-agent kill on --reason "KSC upgrade, ask Ada"
  cordon-agent kill on --reason "scans disturb the backup" --actions scan
  cordon-agent kill status
  cordon-agent kill off`;
