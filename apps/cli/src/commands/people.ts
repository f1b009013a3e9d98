import { newPerson, personPage } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatWhen } from "../show/times.ts";
import { accessBody, PLACE_FLAGS, role } from "./access-options.ts";

export const registerPeople: RegisterCommand = (program, host) => {
  const people = program
    .command("people")
    .description("persons who act under their own names, each with what its roles allow");
  addExamples(people, EXAMPLES);
  people
    .command("list")
    .description("who there is, and who was")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      printList(host, await (await host.api()).list("/people", personPage, { limit }), [
        { title: "name", of: ({ name }) => name },
        { title: "signs in as", of: ({ signIn }) => signIn && `${signIn.displayName} (${signIn.issuer})` },
        { title: "added", of: ({ addedAt, addedBy }) => `${formatWhen(addedAt, now)} by ${addedBy}` },
        {
          title: "removed",
          of: ({ removed }) => (removed === undefined ? undefined : `${formatWhen(removed.at, now)} by ${removed.by}`),
        },
      ]);
    });
  people
    .command("add")
    .description("make a token for a person and show it once; without a role it may do nothing")
    .argument("<name>", "under which the person acts")
    .option("--role <role>", "what the person may do in the tenant; more with `cordon roles grant`", role)
    .option(...PLACE_FLAGS.site)
    .option(...PLACE_FLAGS.class)
    .option(...PLACE_FLAGS.everyTenant)
    .action(async (name, { role, ...place }) => {
      const grants = role === undefined ? [] : [await accessBody(host, role, place)];
      const made = await (await host.api()).post("/people", { name, grants }, newPerson);
      host.print(made, () =>
        [`${made.name} signs in with this token, which is not shown again:`, "", `  ${made.token}`, ""].join("\n"),
      );
    });
  people
    .command("remove")
    .description("take a person's way in back, with all tokens that act for the person")
    .argument("<name>", "the person")
    .option("-y, --yes", "do not ask")
    .action(async (name, { yes }) => {
      await host.confirm(`Take the token of ${name} back?`, yes);
      const path = apiPath`/people/${name}`;
      await (await host.api()).delete(path);
      host.print({ name, removed: true }, () => `${name} can sign in no more.`);
    });
};

const EXAMPLES = [
  "cordon people add ann --role responder",
  "cordon people add bob --role platform-admin --every-tenant",
  "cordon people list",
  "cordon people remove ann",
];
