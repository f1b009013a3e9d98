import { systemClock } from "@cordon/core/kernel";
import { runUntilStopped } from "../run-until-stopped.ts";
import { bootIfInstalled, readLaunch, relaunch } from "../update/launch.ts";
import type { CommandHost, RegisterCommand } from "./command.ts";

export const registerRun: RegisterCommand = (program, host) => {
  program
    .command("run")
    .description("run the agent until it is told to stop (SIGTERM, Ctrl-C)")
    .addHelpText("after", EXAMPLES)
    .action(async () => host.exitWith(await run(host)));
};

/** Set by the host that Windows starts as the service. */
const STDIN_VARIABLE = "CORDON_AGENT_STOP_ON_STDIN_END";

/** The release that is chosen, which may be this very program, until it ends for another reason than its own replacement. */
async function run(host: CommandHost): Promise<number> {
  const { env, args } = host;
  const launch = readLaunch(env);
  for (;;) {
    const booted = await bootIfInstalled(launch, {
      configFile: host.configFile(),
      args,
      env,
      clock: systemClock,
      say: host.err,
    });
    if (booted.kind === "ended") return booted.code;
    const ended = await runUntilStopped(host.config(), launch, { stopOnStdinEnd: env[STDIN_VARIABLE] === "1" });
    if (ended !== "restart") return ended;
    const code = relaunch(launch, args, env);
    // Where a process cannot become another, the installed binary goes on as the launcher, and a release asks its launcher.
    if (launch.kind !== "installed") return code;
  }
}

const EXAMPLES = `
It logs JSON lines to standard error, or to log.file. SIGHUP: look at the policy and the kill switch now. A second signal ends it at once.
Exit codes: 0 told to stop, 1 it could not go on, 2 a wrong configuration, which another start does not mend.

Examples:
  cordon-agent -c /etc/cordon/agent.yaml run
  CORDON_KSC_PASSWORD=… cordon-agent -c agent.yaml run`;
