import { systemClock } from "@cordon/core/kernel";
import { formatStatus } from "../status/format-status.ts";
import { readStatus } from "../status/read-status.ts";
import type { RegisterCommand } from "./command.ts";

export const registerStatus: RegisterCommand = (program, host) => {
  program
    .command("status")
    .description("how the agent, its link and its ledger stand")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) => {
      const report = readStatus(host.siteConfig(), systemClock);
      host.print(options.json, report, () => formatStatus(report, systemClock.now()));
      if (!report.running) host.exitWith(1);
    });
};

const EXAMPLES = `
0 when the agent runs, 1 when it does not. What needs a person stands in capitals.

Examples:
  cordon-agent status
  cordon-agent status --json | jq .live.site
  watch -n 2 cordon-agent -c /etc/cordon/agent.yaml status`;
