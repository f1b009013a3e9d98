import { Argument, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { explanation, grantPage, grantRecord } from "@cordon/contracts/api";
import { ROLES, VERB_NAMES, VERBS } from "@cordon/core/access";
import { ACTION_CLASSES } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatGrant, grantColumns } from "../show/grant.ts";
import { grantsPath, PLACE_FLAGS, placeBody, role } from "./access-options.ts";

export const registerRoles: RegisterCommand = (program, host) => {
  const roles = program.command("roles").description("who may do what where: given, denied, and why");
  roles
    .command("list")
    .description("what is given and denied in the tenant")
    .option(...PLACE_FLAGS.everyTenant)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ everyTenant, limit }) => {
      const listed = await (await host.api()).list(await grantsPath(host, everyTenant), grantPage, { limit });
      printList(host, listed, grantColumns(host.clock.now()));
    });
  registerGiving(roles, host, "grant", "allow", "give a person or a group a role; nobody gives what he does not have");
  registerGiving(
    roles,
    host,
    "deny",
    "deny",
    "take a role away wherever else it is given: a deny wins over every grant",
  );
  roles
    .command("revoke")
    .description("take a grant or a deny back; in force for the next request")
    .argument("<grant>", "its id")
    .option(...PLACE_FLAGS.everyTenant)
    .option("-y, --yes", "do not ask")
    .action(async (id, { everyTenant, yes }) => {
      await host.confirm(`Take ${id} back?`, yes);
      await (await host.api()).delete(`${await grantsPath(host, everyTenant)}${apiPath`/${id}`}`);
      host.print({ grantId: id, revoked: true }, () => `${id} counts no more.`);
    });
  roles
    .command("explain")
    .description("whether a person may do something, and which grant decides")
    .argument("<person>", "the person")
    .addArgument(new Argument("<right>", "what is to be done").choices(VERB_NAMES))
    .option("--site <id>", "at this site; at every site when left out")
    .addOption(
      new Option("--class <class>", "with actions of this class; of every class when left out").choices(ACTION_CLASSES),
    )
    .option("--every-tenant", "about all tenants instead of one")
    .action(async (person, verb, { site, class: actionClass, everyTenant }) => {
      const path = everyTenant === true ? "/access" : `${await host.tenantPath()}/access`;
      const query = { person, verb, siteId: site, actionClass };
      const found = await (await host.api()).get(path, explanation, query);
      host.print(found, () => `${person} ${SAYS[found.outcome]}: ${found.says}.\n${whyOf(found)}`);
    });
  roles
    .command("rights")
    .description("the table of rights, with the roles that have each")
    .action(() => {
      const items = VERB_NAMES.map((verb) => ({ verb, ...VERBS[verb] }));
      printList(host, { items, more: false }, [
        { title: "right", of: ({ verb }) => verb },
        { title: "about", of: ({ reach }) => reach },
        { title: "what", of: ({ says }) => says },
        { title: "roles", of: (one) => (one.roles.length === ROLES.length ? "every role" : one.roles.join(", ")) },
      ]);
    });
  addExamples(roles, EXAMPLES);
};

function registerGiving(
  roles: CommandUnknownOpts,
  host: Host,
  name: "grant" | "deny",
  effect: "allow" | "deny",
  description: string,
): void {
  roles
    .command(name)
    .description(description)
    .argument("<role>", ROLES.join(", "), role)
    .option("--person <name>", "to a person")
    .option("--group <name>", "to a group; one of your provider is oidc:NAME")
    .option(...PLACE_FLAGS.site)
    .option(...PLACE_FLAGS.class)
    .option(...PLACE_FLAGS.everyTenant)
    .option("--reason <text>", "why; kept with it")
    .action(async (role, { person, group, reason, everyTenant, ...place }) => {
      const to = recipientOf(person, group);
      const body = { to, effect, role, ...placeBody(place), ...(reason === undefined ? {} : { reason }) };
      const made = await (await host.api()).post(await grantsPath(host, everyTenant), body, grantRecord);
      host.print(made, () => formatGrant(made));
    });
}

function recipientOf(person: string | undefined, group: string | undefined) {
  if (person !== undefined && group === undefined) return { kind: "person", name: person };
  if (group !== undefined && person === undefined) return { kind: "group", name: group };
  throw new AppError("cli.usage", "give either --person or --group");
}

const SAYS = {
  allowed: "may do it",
  denied: "is denied it",
  no_grant: "has no grant for it",
  out_of_bounds: "may not do it with this token",
} as const;

function whyOf({
  grant,
  roles,
}: {
  readonly grant?: Parameters<typeof formatGrant>[0] | undefined;
  readonly roles: readonly string[];
}): string {
  return grant === undefined ? `Roles that have it: ${roles.join(", ")}.` : `By ${formatGrant(grant)}.`;
}

const EXAMPLES = [
  'cordon roles grant viewer --person ann --reason "auditor of acme"',
  "cordon roles grant responder --group soc",
  'cordon roles deny responder --group soc --site ot --class contain --reason "the line must not stop"',
  "cordon roles grant platform-admin --person bob --every-tenant",
  "cordon roles list",
  "cordon roles explain ann actions.order --site ot --class contain",
  "cordon roles revoke grt_029d2a0d-dd30-4506-a869-9e4152d72a70",
  "cordon roles rights",
];
