import { systemClock } from "@cordon/core/kernel";
import { formatLeases } from "../isolation/format-leases.ts";
import { readLeases } from "../isolation/read-leases.ts";
import type { RegisterCommand } from "./command.ts";

export const registerLeases: RegisterCommand = (program, host) => {
  program
    .command("leases")
    .description(
      "the isolations that this agent holds: since when, until when, how often renewed; the next to end first",
    )
    .option("--json", "print JSON, times in epoch milliseconds")
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) => {
      const now = systemClock.now();
      const held = readLeases(host.siteConfig(), now);
      host.print(options.json, held, () => formatLeases(held, now));
    });
};

const EXAMPLES = `
wanted         when it is to end by the coordinator's order, or when its end was asked for
agent ends     when its present term ends by the agent's own timer
endpoint ends  when the device's own timer ends it, by KSC's clock; it ends then even if nobody is there
renewals       made so far, and how many it may have (isolation.renewalsMax); next: when the next one is due
heard          whether KSC has heard the device since it was isolated

The coordinator's own count stands beside these in its list: GET /api/v1/tenants/<tenant>/leases.

Examples:
  cordon-agent leases
  cordon-agent leases --json | jq -r '.leases[] | select(.problem) | "\\(.name): \\(.problem)"'`;
