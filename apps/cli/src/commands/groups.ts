import { groupMember, groupMemberPage } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatWhen } from "../show/times.ts";

export const registerGroups: RegisterCommand = (program, host) => {
  const groups = program.command("groups").description("Cordon's own groups of persons, to whom roles can be given");
  groups
    .command("list")
    .description("who is in which")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      printList(host, await (await host.api()).list("/group-members", groupMemberPage, { limit }), [
        { title: "group", of: ({ group }) => group },
        { title: "person", of: ({ person }) => person },
        { title: "since", of: ({ addedAt, addedBy }) => `${formatWhen(addedAt, now)} by ${addedBy}` },
      ]);
    });
  groups
    .command("add")
    .description("put a person into a group, which is there as long as somebody is in it")
    .argument("<group>", "its name")
    .argument("<person>", "who")
    .action(async (group, person) => {
      const made = await (await host.api()).put(apiPath`/groups/${group}/members/${person}`, {}, groupMember);
      host.print(made, () => `${person} is in ${group}.`);
    });
  groups
    .command("remove")
    .description("take a person out of a group")
    .argument("<group>", "its name")
    .argument("<person>", "who")
    .action(async (group, person) => {
      await (await host.api()).delete(apiPath`/groups/${group}/members/${person}`);
      host.print({ group, person, removed: true }, () => `${person} is not in ${group} any more.`);
    });
  addExamples(groups, ["cordon groups add soc ann", "cordon groups list", "cordon groups remove soc ann"]);
};
