import { AppError, systemClock } from "@cordon/core/kernel";
import { Option } from "commander";
import {
  fitsFilter,
  formatLogLine,
  LOG_LEVELS,
  type LogFilter,
  type LogLevelName,
  parseLogLine,
} from "../logs/log-line.ts";
import { followLog, readLog } from "../logs/read-log.ts";
import type { CommandHost, RegisterCommand } from "./command.ts";
import { positiveInteger, timeOrAge } from "./options.ts";

interface LogsOptions {
  readonly follow?: boolean;
  readonly since?: number;
  readonly level?: LogLevelName;
  readonly action?: string;
  readonly lines: number;
  readonly json?: boolean;
}

const LINES_DEFAULT = 200;

export const registerLogs: RegisterCommand = (program, host) => {
  program
    .command("logs")
    .description("what the agent wrote into its log file, older files included")
    .option("-f, --follow", "go on with what is written from now on")
    .option("--since <time>", "not older than a time (2026-03-01T02:00:00Z) or an age (15m, 4h, 2d)", timeOrAge)
    .addOption(new Option("--level <level>", "this level and above").choices(LOG_LEVELS))
    .option("--action <id>", "lines that name this action")
    .option("-n, --lines <n>", "the last so many of what fits", positiveInteger, LINES_DEFAULT)
    .option("--json", "the lines as they are, long values whole")
    .addHelpText("after", EXAMPLES)
    .action((options: LogsOptions) => logs(host, options));
};

async function logs(host: CommandHost, options: LogsOptions): Promise<void> {
  const { file } = host.config().log;
  if (file === undefined) {
    const text =
      "the agent writes its log to stderr, so whoever runs it has it (journalctl -u cordon-agent); set log.file for a file";
    throw new AppError("config.invalid", text);
  }
  const { since, level, action } = options;
  const filter: LogFilter = {
    ...(since === undefined ? {} : { since }),
    ...(level === undefined ? {} : { level }),
    ...(action === undefined ? {} : { action }),
  };
  const format = (raw: string): string | undefined => {
    const line = parseLogLine(raw);
    if (!fitsFilter(line, filter)) return undefined;
    return options.json === true ? raw : formatLogLine(line);
  };
  const last: string[] = [];
  const keep = (raw: string): void => {
    const text = format(raw);
    if (text === undefined) return;
    last.push(text);
    if (last.length > options.lines) last.shift();
  };
  if (options.follow !== true) {
    for (const raw of readLog(file)) keep(raw);
    for (const text of last) host.out(text);
    return;
  }
  await follow(host, file, { keep, last, format });
}

/** First the last lines of what is there, then each as it comes. */
async function follow(
  host: CommandHost,
  file: string,
  { keep, last, format }: { keep(raw: string): void; last: string[]; format(raw: string): string | undefined },
): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  let caughtUp = false;
  const caught = () => {
    caughtUp = true;
    for (const text of last.splice(0)) host.out(text);
  };
  await followLog(
    file,
    (raw) => {
      if (!caughtUp) return keep(raw);
      const text = format(raw);
      if (text !== undefined) host.out(text);
    },
    { clock: systemClock, signal: stop.signal, onCaughtUp: caught },
  );
}

const EXAMPLES = `
Examples:
  cordon-agent logs --since 1h --level warn
  cordon-agent logs --action act_0123456789abcdef0123456789abcdef
  cordon-agent logs --follow --json | jq -r .op`;
