import { forgive } from "@cordon/agent-core/update";
import { openReleaseStore } from "../update/release-store.ts";
import { AGENT_VERSION } from "../version.ts";
import type { RegisterCommand } from "./command.ts";

export const registerUpdate: RegisterCommand = (program, host) => {
  const update = program
    .command("update")
    .description("how this agent stands with new releases of itself")
    .addHelpText("after", EXAMPLES);
  update
    .command("status")
    .description("what runs, what is tried, what was taken back")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => {
      const { stateDir, update: config } = host.siteConfig();
      const book = openReleaseStore(stateDir).readBook(AGENT_VERSION);
      host.print(options.json, { mode: config.mode, ...book }, () =>
        [
          `updates      ${config.mode}`,
          `installed    ${book.installed}`,
          ...(book.active === undefined ? [] : [`runs         ${book.active.version}`]),
          ...(book.trial === undefined
            ? []
            : [`on trial     ${book.trial.release.version}, started ${book.trial.starts} time(s)`]),
          ...book.rejected.map(({ version, code, message }) => `taken back   ${version}  ${code}: ${message}`),
        ].join("\n"),
      );
    });
  update
    .command("retry")
    .description("releases that were taken back may be tried again: their cause is mended")
    .action(() => {
      const store = openReleaseStore(host.siteConfig().stateDir);
      const book = store.readBook(AGENT_VERSION);
      store.writeBook(forgive(book));
      host.out(`${book.rejected.length} release(s) may be tried again when they are offered.`);
    });
};

const EXAMPLES = `
Releases come from the coordinator, and only with update.mode: auto; docs/install-agent.md says how.

Examples:
  cordon-agent update status
  cordon-agent update status --json | jq -r '.rejected[].message'
  cordon-agent update retry`;
