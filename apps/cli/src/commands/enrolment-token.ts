import { enrolmentToken, newEnrolmentToken, pageOf } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { duration, LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatMoment, formatWhen } from "../show/times.ts";

export const registerEnrolmentToken: RegisterCommand = (program, host) => {
  const tokens = program
    .command("enrolment-token")
    .description("one-time tokens with which a new agent gets its certificate");
  addExamples(tokens, EXAMPLES);
  tokens
    .command("create")
    .description("a new one; its text is shown only here")
    .argument("<site>", "the site whose agent it is for")
    .option("--valid-for <duration>", "how long it can be used: 1m to 7d", duration, 86_400_000)
    .option(
      "--fingerprint <hex>",
      "only the agent whose `cordon-agent enroll --show-fingerprint` printed it may use it",
    )
    .action(async (id, { validFor, fingerprint }) => {
      const path = `${await host.tenantPath()}${apiPath`/sites/${id}/enrolment-tokens`}`;
      const made = await (await host.api()).post(
        path,
        {
          validForSeconds: Math.round(validFor / 1_000),
          ...(fingerprint === undefined ? {} : { keyFingerprint: fingerprint }),
        },
        newEnrolmentToken,
      );
      // The token stands alone on standard output, so that it can be piped into a file that nobody else can read.
      if (!host.json) {
        host.err(
          `Token for one agent of ${made.siteId}, until ${formatMoment(made.expiresAt, host.clock.now())}; shown only now.`,
        );
        host.err("On the site: cordon-agent enroll --token-file - (it reads the token from standard input)");
      }
      host.print(made, () => made.token);
    });
  tokens
    .command("list")
    .description("a site's tokens, never their text")
    .argument("<site>", "its id")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async (id, { limit }) => {
      const path = `${await host.tenantPath()}${apiPath`/sites/${id}/enrolment-tokens`}`;
      const now = host.clock.now();
      printList(host, await (await host.api()).list(path, pageOf(enrolmentToken), { limit }), [
        { title: "token", of: ({ tokenId }) => tokenId },
        { title: "made", of: ({ createdAt }) => formatWhen(createdAt, now) },
        { title: "ends", of: ({ expiresAt }) => formatWhen(expiresAt, now) },
        { title: "used", of: ({ usedAt }) => formatWhen(usedAt, now) ?? "no" },
        { title: "agent", of: ({ agentId }) => agentId },
      ]);
    });
};

const EXAMPLES = [
  "cordon enrolment-token create berlin --valid-for 2h",
  "cordon enrolment-token create berlin | ssh root@agent.berlin 'cordon-agent enroll --token-file -'",
  "cordon enrolment-token list berlin",
];
