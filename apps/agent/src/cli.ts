import { readFileSync } from "node:fs";
import { AppError, asAppError, Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { buildEdr } from "./build-edr.ts";
import { type AgentConfig, loadConfig } from "./config.ts";
import { type CheckResult, formatCheck, runChecks } from "./doctor/check.ts";
import { kscChecks } from "./doctor/ksc-checks.ts";
import { siteChecks } from "./doctor/site-checks.ts";
import { enroll } from "./enroll.ts";
import { readPrivateFile } from "./private-file.ts";
import { runUntilStopped } from "./run-until-stopped.ts";
import { findInLedger, formatEntries, formatEntry, LEDGER_ROWS_DEFAULT, listLedger } from "./show-ledger.ts";
import { formatStatus, readStatus } from "./show-status.ts";
import { formatTime } from "./table.ts";
import { AGENT_VERSION } from "./version.ts";

export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const CONFIG_DEFAULT = "cordon-agent.yaml";

/** Runs one command and returns the exit code: 0 well, 1 failed, 2 wrong usage or configuration. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = asAppError(thrown);
    context.err(`cordon-agent: ${error.message}\n  → ${error.spec.mend}`);
    return error.code === "config.invalid" ? 2 : 1;
  }
}

function buildProgram(context: CliContext, exitWith: (code: number) => void): Command {
  const { env, out } = context;
  const program = new Command("cordon-agent")
    .description(
      "The site agent of Cordon: takes orders from the coordinator, hands them to this site's KSC, tells what came of them.",
    )
    .version(AGENT_VERSION)
    .option("-c, --config <file>", "the agent's configuration", env.CORDON_AGENT_CONFIG ?? CONFIG_DEFAULT)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: (text) => context.err(text.trimEnd()) })
    .addHelpText("after", EXAMPLES);
  const config = (): AgentConfig => loadConfig(program.opts<{ config: string }>().config, env);
  const print = (json: boolean | undefined, value: unknown, text: () => string) =>
    out(json === true ? JSON.stringify(value) : text());

  program
    .command("enroll")
    .description("give this site its identity, with a one-time token of the coordinator")
    .option("--token-file <file>", "file with the token, mode 0600; - reads it from standard input")
    .option("--force", "replace an identity that is there", false)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nWithout --token-file the token is taken from CORDON_ENROL_TOKEN. It is never an argument: others could see it.",
    )
    .action(async (options: { tokenFile?: string; force: boolean; json?: boolean }) => {
      const token = readToken(options.tokenFile, env);
      const { siteId, tenantId, agentId, gatewayUrl, expiresAt } = await enroll({
        stateDir: config().stateDir,
        token,
        force: options.force,
      });
      print(options.json, { siteId, tenantId, agentId, gatewayUrl, expiresAt }, () =>
        [
          `Enrolled as ${agentId} of site ${siteId} (${tenantId}); the certificate is good until ${formatTime(expiresAt)}.`,
          "Next: cordon-agent doctor, then cordon-agent run.",
        ].join("\n"),
      );
    });

  program
    .command("run")
    .description("run the agent until it is told to stop (SIGTERM, Ctrl-C)")
    .action(async () => exitWith(await runUntilStopped(config())));

  program
    .command("status")
    .description("how the agent, its link and its ledger stand")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => {
      const report = readStatus(config(), systemClock);
      print(options.json, report, () => formatStatus(report, systemClock.now()));
      if (!report.running) exitWith(1);
    });

  const ledger = program.command("ledger").description("what the ledger holds");
  ledger
    .command("list")
    .description("the newest entries")
    .option("--endpoint <id>", "of one endpoint (KSC host id)")
    .option("--open", "only what is not settled")
    .option("--limit <n>", "how many at most", positiveInteger, LEDGER_ROWS_DEFAULT)
    .option("--json", "print JSON")
    .action((options: { endpoint?: string; open?: boolean; limit: number; json?: boolean }) => {
      const entries = listLedger(config(), options);
      print(options.json, entries, () => formatEntries(entries));
    });
  ledger
    .command("show <actionId>")
    .description("everything about one action")
    .option("--json", "print JSON")
    .action((id: string, options: { json?: boolean }) => {
      const entry = findInLedger(config(), id);
      print(options.json, entry, () => formatEntry(entry));
    });

  program
    .command("doctor")
    .description("walk the whole chain: state, identity, coordinator, KSC, console; one line each, with the mend")
    .option("--json", "print one JSON object per line")
    .action(async (options: { json?: boolean }) => {
      const report = (result: CheckResult) => print(options.json, result, () => formatCheck(result));
      exitWith((await doctor(config(), report)) ? 0 : 1);
    });
  return program;
}

async function doctor(config: AgentConfig, report: (result: CheckResult) => void): Promise<boolean> {
  const edr = buildEdr(
    { ...config, ksc: { ...config.ksc, sessions: 1 } },
    { clock: systemClock, random: systemRandom, logger: silentLogger },
  );
  try {
    return await runChecks([...siteChecks(config, systemClock), ...kscChecks(config, edr, systemClock)], report);
  } finally {
    await edr.close();
  }
}

function readToken(file: string | undefined, env: CliContext["env"]): Secret {
  if (file === "-") return new Secret(readFileSync(0, "utf8").trim());
  if (file !== undefined) return readPrivateFile(file, "--token-file");
  const token = env.CORDON_ENROL_TOKEN;
  if (token !== undefined && token !== "") return new Secret(token);
  throw new AppError("config.invalid", "no enrolment token: give --token-file, or set CORDON_ENROL_TOKEN");
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("must be a whole number above 0");
}

const EXAMPLES = `
Examples:
  cordon-agent -c /etc/cordon/agent.yaml enroll --token-file /root/token
  cordon-agent -c /etc/cordon/agent.yaml doctor
  cordon-agent -c /etc/cordon/agent.yaml run
  cordon-agent ledger list --open
  cordon-agent ledger show act_0123456789abcdef0123456789abcdef --json`;
