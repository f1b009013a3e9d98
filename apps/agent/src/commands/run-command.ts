import { runUntilStopped } from "../run-until-stopped.ts";
import type { RegisterCommand } from "./command.ts";

export const registerRun: RegisterCommand = (program, host) => {
  program
    .command("run")
    .description("run the agent until it is told to stop (SIGTERM, Ctrl-C)")
    .action(async () => host.exitWith(await runUntilStopped(host.config())));
};
