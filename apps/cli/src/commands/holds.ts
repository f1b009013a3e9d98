import { ruleHold, ruleHoldPage } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatAge, formatWhen } from "../show/times.ts";

export const registerHolds: RegisterCommand = (program, host) => {
  const command = program
    .command("holds")
    .description("rules that went past a limit and are in hold, the newest first, with who re-armed them")
    .option("--open", "only those that wait to be re-armed")
    .option("--rule <id>", "of one rule")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ open, rule, limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const path = `${await host.tenantPath()}/rule-holds`;
        const listed = await (await host.api()).list(path, ruleHoldPage, { query: { open, ruleId: rule }, limit });
        const now = host.clock.now();
        return listLook(listed, [
          { title: "rule", of: ({ ruleId }) => ruleId },
          {
            title: "in hold for",
            of: ({ rearmed, trippedAt }) => (rearmed === undefined ? formatAge(trippedAt, now) : "no"),
          },
          { title: "limited by", of: ({ limitedBy }) => limitedBy },
          { title: "event", of: ({ eventId }) => eventId },
          {
            title: "re-armed",
            of: ({ rearmed }) =>
              rearmed === undefined ? undefined : `${formatWhen(rearmed.at, now)} by ${rearmed.by}: ${rearmed.reason}`,
          },
          { title: "why", of: ({ message }) => message },
        ]);
      }),
    );
  addExamples(command, ["cordon holds --open --watch", "cordon holds --rule isolate-on-ransomware"]);
};

export const registerRearm: RegisterCommand = (program, host) => {
  const command = program
    .command("re-arm")
    .description("let a rule that is in hold act again; what it asked for before does not count any more")
    .argument("<rule>", "its id")
    .requiredOption("--reason <text>", "why; kept with the hold")
    .option("-y, --yes", "do not ask")
    .action(async (rule, { reason, yes }) => {
      await host.confirm(`Let ${rule} act again?`, yes);
      const path = `${await host.tenantPath()}${apiPath`/rule-holds/${rule}/re-arm`}`;
      const rearmed = await (await host.api()).post(path, { reason }, ruleHold);
      host.print(rearmed, () => `${rearmed.ruleId} may act again. It was in hold because: ${rearmed.message}`);
    });
  addExamples(command, ['cordon re-arm isolate-on-ransomware --reason "a real outbreak, looked at"']);
};
