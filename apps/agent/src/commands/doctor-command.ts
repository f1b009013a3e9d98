import { silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { buildEdr } from "../build-edr.ts";
import type { AgentConfig } from "../config/index.ts";
import { type CheckResult, formatCheck, runChecks } from "../doctor/check.ts";
import { kscChecks } from "../doctor/ksc-checks.ts";
import { siteChecks } from "../doctor/site-checks.ts";
import type { RegisterCommand } from "./command.ts";

export const registerDoctor: RegisterCommand = (program, host) => {
  program
    .command("doctor")
    .description("walk the whole chain: state, identity, coordinator, KSC, console; one line each, with the mend")
    .option("--json", "print one JSON object per line")
    .addHelpText("after", EXAMPLES)
    .action(async (options: { json?: boolean }) => {
      const report = (result: CheckResult) => host.print(options.json, result, () => formatCheck(result));
      host.exitWith((await doctor(host.siteConfig(), report)) ? 0 : 1);
    });
};

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

const EXAMPLES = `
Beside a running agent, too: it logs in to KSC once and reads; all it writes is a file in the state folder that it removes again.
0 when nothing failed.

Examples:
  cordon-agent -c /etc/cordon/agent.yaml doctor
  cordon-agent doctor --json | jq -r 'select(.outcome == "failed") | .name'`;
