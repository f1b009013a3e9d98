import { InvalidArgumentError } from "@commander-js/extra-typings";
import { apiTokenPage, newApiToken, TOKEN_LIMITS } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatAccess } from "../show/grant.ts";
import { formatWhen } from "../show/times.ts";
import { accessBody, PLACE_FLAGS, role } from "./access-options.ts";

export const registerTokens: RegisterCommand = (program, host) => {
  const tokens = program
    .command("tokens")
    .description("tokens for programs: each acts for its person, within its bounds");
  tokens
    .command("create")
    .description("make one and show it once; it can do no more than its person")
    .argument("<label>", "what it is for")
    .requiredOption("--role <role>", "what it may do", role)
    .option(...PLACE_FLAGS.site)
    .option(...PLACE_FLAGS.class)
    .option(...PLACE_FLAGS.everyTenant)
    .option("--days <n>", `so long it counts, at most ${TOKEN_LIMITS.daysMax}`, days, DAYS_DEFAULT)
    .action(async (label, { role, days, ...place }) => {
      const bounds = [await accessBody(host, role, place)];
      const made = await (await host.api()).post("/tokens", { label, bounds, days }, newApiToken);
      host.print(made, () =>
        [
          `It counts until ${formatWhen(made.expiresAt, host.clock.now())} and is not shown again:`,
          "",
          `  ${made.token}`,
          "",
        ].join("\n"),
      );
    });
  tokens
    .command("list")
    .description("one's own; everybody's for those who manage people everywhere")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      printList(host, await (await host.api()).list("/tokens", apiTokenPage, { limit }), [
        { title: "id", of: ({ tokenId }) => tokenId },
        { title: "begins", of: ({ prefix }) => prefix },
        { title: "for", of: ({ person }) => person },
        { title: "label", of: ({ label }) => label },
        { title: "may", of: ({ bounds }) => bounds.map(formatAccess).join("; ") },
        { title: "used", of: ({ lastUsed }) => lastUsed && `${formatWhen(lastUsed.at, now)} from ${lastUsed.from}` },
        {
          title: "ends",
          of: ({ expiresAt, revoked }) =>
            revoked === undefined
              ? formatWhen(expiresAt, now)
              : `revoked ${formatWhen(revoked.at, now)} by ${revoked.by}`,
        },
      ]);
    });
  tokens
    .command("revoke")
    .description("end one; it is refused from the next request on")
    .argument("<token>", "its id")
    .option("-y, --yes", "do not ask")
    .action(async (id, { yes }) => {
      await host.confirm(`End ${id}?`, yes);
      await (await host.api()).delete(apiPath`/tokens/${id}`);
      host.print({ tokenId: id, revoked: true }, () => `${id} counts no more.`);
    });
  addExamples(tokens, EXAMPLES);
};

const DAYS_DEFAULT = 90;

function days(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= TOKEN_LIMITS.daysMax) return value;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${TOKEN_LIMITS.daysMax}`);
}

const EXAMPLES = [
  "cordon tokens create grafana --role viewer --every-tenant",
  "cordon tokens create playbook --role responder --site hq --class scan --class collect --days 30",
  "cordon tokens list",
  "cordon tokens revoke tok_029d2a0d-dd30-4506-a869-9e4152d72a70",
];
