import { findInLedger, formatEntries, formatEntry, LEDGER_ROWS_DEFAULT, listLedger } from "../show-ledger.ts";
import type { RegisterCommand } from "./command.ts";
import { positiveInteger } from "./options.ts";

export const registerLedger: RegisterCommand = (program, host) => {
  const ledger = program.command("ledger").description("what the ledger holds");
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
};
