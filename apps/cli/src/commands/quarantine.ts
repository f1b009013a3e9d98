import { quarantined, quarantinePage, replayResult } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { plainLines } from "../show/lease.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment, formatWhen } from "../show/times.ts";

export const registerQuarantine: RegisterCommand = (program, host) => {
  const quarantine = program.command("quarantine").description("events that could not be read and were put aside");
  addExamples(quarantine, EXAMPLES);
  quarantine
    .command("list")
    .description("the newest first")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const path = `${await host.tenantPath()}/quarantine`;
        const now = host.clock.now();
        return listLook(await (await host.api()).list(path, quarantinePage, { limit }), [
          { title: "number", of: ({ quarantineId }) => quarantineId, right: true },
          { title: "received", of: ({ receivedAt }) => formatWhen(receivedAt, now) },
          { title: "code", of: ({ code }) => code },
          { title: "replayed", of: ({ replayedAt }) => formatWhen(replayedAt, now) ?? "no" },
          { title: "what is wrong", of: ({ message }) => message },
        ]);
      }),
    );
  quarantine
    .command("show")
    .description("one of them as it came")
    .argument("<number>", "its number")
    .action(async (number) => {
      const path = `${await host.tenantPath()}${apiPath`/quarantine/${number}`}`;
      const found = await (await host.api()).get(path, quarantined);
      const now = host.clock.now();
      host.print(found, () =>
        [
          formatFields([
            ["number", found.quarantineId],
            ["received", formatMoment(found.receivedAt, now)],
            ["what is wrong", `${plainLines(found.message)} (${found.code})`],
            ["replayed", formatMoment(found.replayedAt, now)],
            ["", found.truncated ? "longer than what is kept: it cannot be replayed" : undefined],
          ]),
          "",
          plainLines(found.raw),
        ].join("\n"),
      );
    });
  quarantine
    .command("replay")
    .description("take one out as if it came in now; whatever the rules say then happens")
    .argument("<number>", "its number")
    .option("-y, --yes", "do not ask")
    .action(async (number, { yes }) => {
      await host.confirm(`Replay ${number}? Rules act on it as on a new event.`, yes);
      const path = `${await host.tenantPath()}${apiPath`/quarantine/${number}/replay`}`;
      const result = await (await host.api()).post(path, undefined, replayResult);
      const { accepted, duplicates, quarantined: again } = result;
      host.print(result, () => `${accepted} accepted, ${duplicates} known already, ${again} in quarantine again.`);
    });
};

const EXAMPLES = ["cordon quarantine list", "cordon quarantine show 17", "cordon quarantine replay 17 --yes"];
