import { pageOf, ruleSet, ruleSetPut, ruleSetWithSource } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { readRuleFiles } from "../rules/read-rule-files.ts";
import { plainLines } from "../show/lease.ts";
import { counted } from "../show/plain-text.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment, formatTime } from "../show/times.ts";

/** Sets at the coordinator: immutable and numbered, at most one of a tenant's is active. */
export const registerRuleSets: RegisterCommand = (rules, host) => {
  rules
    .command("list")
    .description("a tenant's sets, the newest first")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const path = `${await host.tenantPath()}/rules`;
      printList(host, await (await host.api()).list(path, pageOf(ruleSet), { limit }), [
        { title: "version", of: ({ version }) => version, right: true },
        {
          title: "active",
          of: ({ active }) => (active ? "active" : undefined),
          paint: (cell) => host.paint.green(cell),
        },
        { title: "published", of: ({ publishedAt }) => formatTime(publishedAt) },
        { title: "by", of: ({ publishedBy }) => publishedBy },
        { title: "content", of: ({ contentHash }) => contentHash.slice(0, 16) },
      ]);
    });
  rules
    .command("show")
    .description("a set with its files as they were published")
    .argument("<version>", 'its number, or "active"')
    .action((version) => show(host, version));
  rules
    .command("put")
    .description("publish files as a new set, whole or not at all; it changes nothing until it is active")
    .argument("<files...>", "files, or folders of which every .yaml is taken")
    .option("--activate", "make it the active set at once")
    .option("-y, --yes", "do not ask before it becomes active")
    .action((places, { activate, yes }) => put(host, places, activate === true, yes));
  rules
    .command("activate")
    .description("make a set the active one, forward or back")
    .argument("<version>", "its number")
    .option("-y, --yes", "do not ask")
    .action(async (version, { yes }) => {
      await host.confirm(`Make rule set ${version} the active one of ${await tenantName(host)}?`, yes);
      const path = `${await host.tenantPath()}${apiPath`/rules/${version}/activate`}`;
      const changed = await (await host.api()).post(path, undefined, ruleSet);
      host.print(changed, () => `Rule set ${changed.version} is active.`);
    });
};

async function show(host: Host, version: string): Promise<void> {
  const path = `${await host.tenantPath()}${apiPath`/rules/${version}`}`;
  const found = await (await host.api()).get(path, ruleSetWithSource);
  host.print(found, () => {
    const head = formatFields([
      ["version", `${found.version}${found.active ? " (active)" : ""}`],
      ["published", `${formatMoment(found.publishedAt, host.clock.now())} by ${found.publishedBy}`],
      ["content", found.contentHash],
    ]);
    const files = found.files.map(({ name, text }) => `# ${plainLines(name)}\n${plainLines(text.trimEnd())}`);
    return [head, ...files].join("\n\n");
  });
}

async function put(host: Host, places: readonly string[], activate: boolean, yes: boolean | undefined): Promise<void> {
  const files = readRuleFiles(places);
  if (activate) {
    await host.confirm(
      `Publish ${counted(files.length, "file")} and make them the active rules of ${await tenantName(host)}?`,
      yes,
    );
  }
  const path = `${await host.tenantPath()}/rules`;
  const made = await (await host.api()).put(path, { files, activate }, ruleSetPut);
  host.print(made, () => {
    const known = made.created ? "" : " (the very same rules were published before)";
    const next = made.active ? "It is active." : `It is not active; cordon rules activate ${made.version} makes it so.`;
    const conflicts = made.conflicts.map(({ file, line, column, message }) =>
      host.paint.yellow(`warning  ${file}:${line}:${column}: ${message}`),
    );
    return [...conflicts, `Rule set ${made.version} with ${counted(made.rules, "rule")}${known}. ${next}`].join("\n");
  });
}

async function tenantName(host: Host): Promise<string> {
  return (await host.settings()).tenant ?? "no tenant";
}
