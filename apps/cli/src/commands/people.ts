import { newPerson, personPage } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatWhen } from "../show/times.ts";

export const registerPeople: RegisterCommand = (program, host) => {
  const people = program
    .command("people")
    .description("persons with a token of their own: approvals and changes that need two persons go by their names");
  addExamples(people, EXAMPLES);
  people
    .command("list")
    .description("who there is, and who was")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      printList(host, await (await host.api()).list("/people", personPage, { limit }), [
        { title: "name", of: ({ name }) => name },
        { title: "added", of: ({ addedAt, addedBy }) => `${formatWhen(addedAt, now)} by ${addedBy}` },
        {
          title: "removed",
          of: ({ removed }) => (removed === undefined ? undefined : `${formatWhen(removed.at, now)} by ${removed.by}`),
        },
      ]);
    });
  people
    .command("add")
    .description(
      "make a token for a person and show it once; it may do what the admin token may. Needs the admin token",
    )
    .argument("<name>", "under which the person acts")
    .action(async (name) => {
      const made = await (await host.api()).post("/people", { name }, newPerson);
      host.print(made, () =>
        [`${made.name} signs in with this token, which is not shown again:`, "", `  ${made.token}`, ""].join("\n"),
      );
    });
  people
    .command("remove")
    .description("take a person's token back. Needs the admin token")
    .argument("<name>", "the person")
    .option("-y, --yes", "do not ask")
    .action(async (name, { yes }) => {
      await host.confirm(`Take the token of ${name} back?`, yes);
      const path = apiPath`/people/${name}`;
      await (await host.api()).delete(path);
      host.print({ name, removed: true }, () => `${name} can sign in no more.`);
    });
};

const EXAMPLES = ["cordon people add ann", "cordon people list", "cordon people remove ann"];
