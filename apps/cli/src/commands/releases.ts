import { agentRelease, agentReleasePage } from "@cordon/contracts/api";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatFields } from "../show/table.ts";
import { formatTime } from "../show/times.ts";

type Release = z.output<typeof agentRelease>;

export const registerReleases: RegisterCommand = (program, host) => {
  const releases = program.command("releases").description("releases of the agent that may go over the fleet");
  addExamples(releases, EXAMPLES);
  releases
    .command("list")
    .description("those that were registered")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      printList(host, await (await host.api()).list("/releases", agentReleasePage, { limit }), [
        { title: "version", of: ({ version }) => version },
        { title: "built", of: ({ builtAt }) => builtAt },
        { title: "platforms", of: ({ files }) => files.map(({ target }) => target).join(", ") },
        { title: "protocol", of: ({ protocol }) => `${protocol.min}-${protocol.max}` },
        { title: "registered", of: ({ registeredAt }) => formatTime(registeredAt) },
        { title: "by", of: ({ registeredBy }) => registeredBy },
      ]);
    });
  releases
    .command("show")
    .description("one of them with its files")
    .argument("<version>", "like 1.4.0")
    .action(async (version) => {
      const found = await (await host.api()).get(apiPath`/releases/${version}`, agentRelease);
      host.print(found, () => format(found));
    });
  releases
    .command("register")
    .description(
      "take up a release that lies in the coordinator's releases folder: signature and every file are verified",
    )
    .argument("<version>", "the name of its folder")
    .action(async (version) => {
      const made = await (await host.api()).post("/releases", { version }, agentRelease);
      host.print(made, () => `${format(made)}\n\nNext: cordon agent-rollout start ${made.version}`);
    });
};

function format(release: Release): string {
  return formatFields([
    ["version", release.version],
    ["built", `${release.builtAt}${release.commit === undefined ? "" : ` from ${release.commit}`}`],
    ["protocol", `${release.protocol.min}-${release.protocol.max}`],
    ["signed by", release.keyId],
    ["registered", `${formatTime(release.registeredAt)} by ${release.registeredBy}`],
    ["", release.mayReplaceNewer ? "may also replace a newer version" : undefined],
    ...release.files.map(
      ({ target, name, bytes, sha256 }) => ["file", `${target}  ${name}, ${bytes} bytes\n${sha256}`] as const,
    ),
  ]);
}

const EXAMPLES = [
  "cordon releases register 1.4.0",
  "cordon releases list",
  "cordon agent-rollout start 1.4.0",
  "cordon releases show 1.4.0",
];
