import { fleetPage } from "@cordon/contracts/api";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatWhen } from "../show/times.ts";

export const registerFleet: RegisterCommand = (program, host) => {
  const command = program
    .command("fleet")
    .description("who runs what: every agent of every tenant with its version and how its update stands")
    .option("--release <version>", "whose last report is shown; that of the newest rollout when left out")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ release, limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const listed = await (await host.api()).list("/fleet", fleetPage, { query: { version: release }, limit });
        const now = host.clock.now();
        return listLook(listed, [
          { title: "site", of: ({ tenantId, siteId }) => `${tenantId}/${siteId}` },
          { title: "agent", of: ({ agentId }) => agentId },
          { title: "role", of: ({ active }) => (active ? "active" : "stand-by") },
          { title: "runs", of: ({ running }) => running },
          { title: "platform", of: ({ target }) => target },
          { title: "seen", of: ({ connected, seenAt }) => (connected ? "connected" : formatWhen(seenAt, now)) },
          { title: "update", of: ({ off, report }) => (off ? "off" : report?.state) },
          { title: "problem", of: ({ report }) => report?.problem?.message },
        ]);
      }),
    );
  addExamples(command, EXAMPLES);
};

const EXAMPLES = [
  "cordon fleet --watch",
  `cordon fleet --release 1.4.0 --json | jq '.items | group_by(.running) | map({(.[0].running // "never seen"): length}) | add'`,
];
