import { systemClock } from "@cordon/core/kernel";
import { formatStatus, readStatus } from "../show-status.ts";
import type { RegisterCommand } from "./command.ts";

export const registerStatus: RegisterCommand = (program, host) => {
  program
    .command("status")
    .description("how the agent, its link and its ledger stand")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => {
      const report = readStatus(host.config(), systemClock);
      host.print(options.json, report, () => formatStatus(report, systemClock.now()));
      if (!report.running) host.exitWith(1);
    });
};
