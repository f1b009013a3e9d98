import { systemClock } from "@cordon/core/kernel";
import { withEndpointNames } from "../endpoint-names.ts";
import { exportLedger, openExportFile } from "../export-ledger.ts";
import {
  endpointInLedger,
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
    .option("--endpoint <name>", ENDPOINT)
    .option("--open", "only what is not settled, and isolations that hold")
    .option("--limit <n>", "how many at most", positiveInteger, LEDGER_ROWS_DEFAULT)
    .option("--json", "print JSON")
    .action((options: { endpoint?: string; open?: boolean; limit: number; json?: boolean }) => {
      const config = host.siteConfig();
      const of = options.endpoint === undefined ? undefined : endpointInLedger(config, options.endpoint);
      const entries = listLedger(config, { ...options, of });
      host.print(options.json, entries, () => withEndpointNames(config, (names) => formatEntries(entries, names)));
    });
  ledger
    .command("show <actionId>")
    .description("everything about one action")
    .option("--json", "print JSON")
    .action((id: string, options: { json?: boolean }) => {
      const config = host.siteConfig();
      const entry = findInLedger(config, id);
      host.print(options.json, entry, () => withEndpointNames(config, (names) => formatEntry(entry, names)));
    });
  ledger
    .command("forecast <endpoint>")
    .description("how full an endpoint (KSC host id, FQDN or name) is, and how long what is pending there will wait")
    .option("--json", "print JSON")
    .action((named: string, options: { json?: boolean }) => {
      const config = host.siteConfig();
      const now = systemClock.now();
      const foretold = forecastOf(config, endpointInLedger(config, named), now);
      host.print(options.json, foretold, () =>
        withEndpointNames(config, (names) => formatForecast(foretold, now, names)),
      );
    });
  ledger
    .command("export")
    .description("every entry, one line of JSON each, by rising action id; beside a running agent, too")
    .option("--out <file>", "to a new file, 0600; standard output without it")
    .option("--resume", "go on with a file that was broken off")
    .option("--after <actionId>", "only what follows this one")
    .option("--since <time>", "what changed since a time or within an age (4h, 30d)", timeOrAge)
    .option("--endpoint <name>", ENDPOINT)
    .action((options: ExportOptions) => {
      const config = host.siteConfig();
      const { since, endpoint: named, after = "" } = options;
      const filter = {
        ...(since === undefined ? {} : { since }),
        ...(named === undefined ? {} : { endpoint: endpointInLedger(config, named) }),
      };
      if (options.out === undefined) {
        exportLedger(config, after, filter, host.out);
        return;
      }
      const file = openExportFile(options.out, options.resume === true);
      try {
        const told = exportLedger(config, file.after === "" ? after : file.after, filter, file.write);
        host.err(`${told} entries written to ${options.out}`);
      } finally {
        file.close();
      }
    });
};

const ENDPOINT = "of one endpoint (KSC host id, FQDN or name)";

interface ExportOptions {
  readonly out?: string;
  readonly resume?: boolean;
  readonly after?: string;
  readonly since?: number;
  readonly endpoint?: string;
}

const EXAMPLES = `
Examples:
  cordon-agent ledger list --open
  cordon-agent ledger show act_0123456789abcdef0123456789abcdef
  cordon-agent ledger forecast WS-17
  cordon-agent ledger export --out ledger.jsonl
  cordon-agent ledger export --out ledger.jsonl --resume
  cordon-agent ledger export --since 30d | jq -r 'select(.state == "failed") | .order.actionId'`;
