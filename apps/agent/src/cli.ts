import { accessSync, constants } from "node:fs";
import { AppError, asAppError } from "@cordon/core/kernel";
import { Command, CommanderError } from "commander";
import { commandsFor } from "./commands/all-commands.ts";
import type { CliContext, CommandHost } from "./commands/command.ts";
import { type AgentConfig, loadConfig } from "./config/index.ts";
import { AGENT_VERSION, describeBuild } from "./version.ts";

const CONFIG_DEFAULT = "cordon-agent.yaml";

/** Runs one command and returns the exit code: 0 well, 1 failed, 2 wrong usage or configuration. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode = 0;
  try {
    const program = await buildProgram(argv, context, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = asAppError(thrown);
    context.err(`cordon-agent: ${error.message}\n  → ${error.spec.mend}`);
    return error.code === "config.invalid" ? 2 : 1;
  }
}

async function buildProgram(
  argv: readonly string[],
  context: CliContext,
  exitWith: (code: number) => void,
): Promise<Command> {
  const { env, out, err } = context;
  const version = argv.includes("--json") ? JSON.stringify(describeBuild()) : AGENT_VERSION;
  const program = new Command("cordon-agent")
    .description(
      "The site agent of Cordon: takes orders from the coordinator, hands them to this site's KSC, tells what came of them.",
    )
    .version(version, "-V, --version", "print the version; with --json also when and from what it was built")
    .option("-c, --config <file>", "the agent's configuration", env.CORDON_AGENT_CONFIG ?? CONFIG_DEFAULT)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: (text) => err(text.trimEnd()) })
    .addHelpText("after", EXAMPLES);
  const configFile = () => program.opts<{ config: string }>().config;
  const host: CommandHost = {
    ...context,
    args: argv,
    configFile,
    config: () => loadConfig(configFile(), env),
    siteConfig: () => readableSite(loadConfig(configFile(), env)),
    print: (json, value, text) => out(json === true ? JSON.stringify(value) : text()),
    exitWith,
  };
  for (const register of await commandsFor(argv)) register(program, host);
  return program;
}

/** An agent that may not be looked at is not one that does not run. */
function readableSite(config: AgentConfig): AgentConfig {
  try {
    accessSync(config.stateDir, constants.R_OK | constants.X_OK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EACCES") {
      throw new AppError("agent.no_rights", `${config.stateDir} is not yours to read`, { cause });
    }
  }
  return config;
}

const EXAMPLES = `
Examples:
  cordon-agent -c /etc/cordon/agent.yaml enroll --token-file /root/token
  cordon-agent -c /etc/cordon/agent.yaml doctor
  cordon-agent -c /etc/cordon/agent.yaml run
  cordon-agent ledger list --open
  cordon-agent ledger show act_0123456789abcdef0123456789abcdef --json`;
