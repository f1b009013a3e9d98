import { endpointId, systemClock } from "@cordon/core/kernel";
import { exportLedger, openExportFile } from "../export-ledger.ts";
import {
  findInLedger,
  forecastOf,
  formatEntries,
  formatEntry,
  formatForecast,
  LEDGER_ROWS_DEFAULT,
  listLedger,
} from "../show-ledger.ts";
import type { RegisterCommand } from "./command.ts";
import { positiveInteger, timeOrAge } from "./options.ts";

export const registerLedger: RegisterCommand = (program, host) => {
  const ledger = program.command("ledger").description("what the ledger holds").addHelpText("after", EXAMPLES);
  ledger
    .command("list")
    .description("the newest entries")
    .option("--endpoint <id>", "of one endpoint (KSC host id)")
    .option("--open", "only what is not settled")
    .option("--limit <n>", "how many at most", positiveInteger, LEDGER_ROWS_DEFAULT)
    .option("--json", "print JSON")
    .action((options: { endpoint?: string; open?: boolean; limit: number; json?: boolean }) => {
      const entries = listLedger(host.config(), options);
      host.print(options.json, entries, () => formatEntries(entries));
    });
  ledger
    .command("show <actionId>")
    .description("everything about one action")
    .option("--json", "print JSON")
    .action((id: string, options: { json?: boolean }) => {
      const entry = findInLedger(host.config(), id);
      host.print(options.json, entry, () => formatEntry(entry));
    });
  ledger
    .command("forecast <endpoint>")
    .description("how full an endpoint (KSC host id) is, and how long what is pending there will wait")
    .option("--json", "print JSON")
    .action((id: string, options: { json?: boolean }) => {
      const foretold = forecastOf(host.config(), endpointId(id), systemClock.now());
      host.print(options.json, foretold, () => formatForecast(foretold, systemClock.now()));
    });
  ledger
    .command("export")
    .description("every entry, one line of JSON each, by rising action id; beside a running agent, too")
    .option("--out <file>", "to a new file, 0600; standard output without it")
    .option("--resume", "go on with a file that was broken off")
    .option("--after <actionId>", "only what follows this one", "")
    .option("--since <time>", "what changed since a time or within an age (4h, 30d)", timeOrAge)
    .option("--endpoint <id>", "of one endpoint (KSC host id)")
    .action((options: ExportOptions) => {
      const config = host.config();
      if (options.out === undefined) {
        exportLedger(config, options.after, options, host.out);
        return;
      }
      const file = openExportFile(options.out, options.resume === true);
      try {
        const after = file.after === "" ? options.after : file.after;
        const told = exportLedger(config, after, options, file.write);
        host.err(`${told} entries written to ${options.out}`);
      } finally {
        file.close();
      }
    });
};

interface ExportOptions {
  readonly out?: string;
  readonly resume?: boolean;
  readonly after: string;
  readonly since?: number;
  readonly endpoint?: string;
}

const EXAMPLES = `
Examples:
  cordon-agent ledger list --open
  cordon-agent ledger show act_0123456789abcdef0123456789abcdef
  cordon-agent ledger forecast 3f2a8c1e-…
  cordon-agent ledger export --out ledger.jsonl
  cordon-agent ledger export --out ledger.jsonl --resume
  cordon-agent ledger export --since 30d | jq -r 'select(.state == "failed") | .order.actionId'`;
