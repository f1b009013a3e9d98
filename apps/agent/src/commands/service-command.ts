import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { isSea } from "node:sea";
import { AppError } from "@cordon/core/kernel";
import { InvalidArgumentError } from "commander";
import { carryOut } from "../service/carry-out.ts";
import { describeStep, SERVICE_NAME_DEFAULT, type ServiceFacts, type ServiceStep } from "../service/service-plan.ts";
import { installOnSystemd, LINUX_USER, removeFromSystemd } from "../service/systemd-service.ts";
import { unreadableFiles } from "../service/unreadable-files.ts";
import { installOnWindows, removeFromWindows, type WindowsPlaces } from "../service/windows-service.ts";
import type { CommandHost, RegisterCommand } from "./command.ts";

interface Options {
  readonly name: string;
  readonly dryRun: boolean;
}

export const registerService: RegisterCommand = (program, host) => {
  const service = program
    .command("service")
    .description("run the agent with the machine: systemd, or Windows services")
    .addHelpText("after", EXAMPLES);
  const named = (command: string, description: string) =>
    service
      .command(command)
      .description(description)
      .option("--name <name>", "the service's name, when several agents run here", serviceName, SERVICE_NAME_DEFAULT);
  named("install", "install, or install anew, and start (as root or administrator)")
    .option("--dry-run", "only show what would be done", false)
    .action((options: Options) => perform(host, options, true));
  named("uninstall", "stop and remove the service; ledger, identity and configuration stay")
    .option("--dry-run", "only show what would be done", false)
    .action((options: Options) => perform(host, options, false));
  named("status", "what the service manager says of it").action((options: Options) => {
    const argv: readonly [string, ...string[]] =
      process.platform === "win32"
        ? [path.win32.join(placesOf(host).systemRoot, "System32", "sc.exe"), "queryex", options.name]
        : ["systemctl", "status", "--no-pager", "--lines=5", `${options.name}.service`];
    const [file, ...args] = argv;
    const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: "utf8" });
    if (error !== undefined) throw new AppError("service.unsupported", `${file}: ${error.message}`, { cause: error });
    host.out(`${stdout}${stderr}`.trimEnd());
    host.exitWith(status ?? 1);
  });
};

function perform(host: CommandHost, options: Options, installing: boolean): void {
  const facts = factsOf(host, options.name);
  const steps = stepsFor(host, facts, installing);
  const unreadable = installing && process.platform !== "win32" ? unreadableFiles(filesOf(host), LINUX_USER) : [];
  if (options.dryRun) {
    host.out([...unreadable.map((problem) => `# MEND FIRST: ${problem}`), ...steps.map(describeStep)].join("\n"));
    return;
  }
  needRights();
  if (unreadable.length > 0) throw new AppError("config.invalid", unreadable.join("; "));
  carryOut(steps, host.out);
  host.out(
    installing ? `${options.name} is installed and started: cordon-agent service status` : `${options.name} is removed`,
  );
}

function stepsFor(host: CommandHost, facts: ServiceFacts, installing: boolean): readonly ServiceStep[] {
  if (process.platform !== "win32") return installing ? installOnSystemd(facts) : removeFromSystemd(facts);
  if (installing && facts.logFile === undefined) {
    throw new AppError("config.invalid", "log.file: a Windows service has no standard error, so its log needs a file");
  }
  return installing ? installOnWindows(facts, placesOf(host)) : removeFromWindows(facts, placesOf(host));
}

function factsOf(host: CommandHost, name: string): ServiceFacts {
  const config = host.config();
  return {
    name,
    configFile: path.resolve(host.configFile()),
    stateDir: config.stateDir,
    logFile: config.log.file,
    kscPasswordFile: config.ksc.passwordFile,
    proxyPasswordFile: config.proxy?.passwordFile,
    updates: config.update.mode === "auto",
    stopGraceSeconds: config.stopGraceSeconds,
  };
}

/** What the running service reads itself. */
function filesOf(host: CommandHost): readonly (string | undefined)[] {
  const { ksc, policy, proxy } = host.config();
  return [path.resolve(host.configFile()), ksc.trust.pinFile, ksc.trust.caFile, policy.file, proxy?.caFile];
}

function needRights(): void {
  if (!isSea()) throw new AppError("service.unsupported", "this agent runs from its sources; package it first");
  if (process.platform === "win32") return;
  if (process.getuid?.() !== 0) throw new AppError("service.unsupported", "only root can install a service");
  if (!existsSync("/run/systemd/system")) throw new AppError("service.unsupported", "systemd does not run here");
}

function placesOf({ env }: CommandHost): WindowsPlaces {
  return {
    systemRoot: env.SystemRoot ?? "C:\\Windows",
    programFiles: env.ProgramFiles ?? "C:\\Program Files",
  };
}

function serviceName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError("must be letters, digits and dashes");
}

const EXAMPLES = `
Examples:
  sudo cordon-agent -c /etc/cordon/agent.yaml service install --dry-run
  sudo cordon-agent -c /etc/cordon/agent.yaml service install
  sudo cordon-agent -c /etc/cordon/second.yaml service install --name cordon-agent-second
  cordon-agent service status
  sudo cordon-agent -c /etc/cordon/agent.yaml service uninstall`;
