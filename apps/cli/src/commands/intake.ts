import { intakeCredential, newIntakeCredential, pageOf } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatFields } from "../show/table.ts";
import { formatWhen } from "../show/times.ts";

export const registerIntake: RegisterCommand = (program, host) => {
  const intake = program.command("intake").description("how a tenant's KUMA proves who it is when it sends events");
  addExamples(intake, EXAMPLES);
  intake
    .command("list")
    .description("what is accepted; never a secret")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ limit }) => {
      const now = host.clock.now();
      const path = `${await host.tenantPath()}/intake-credentials`;
      printList(host, await (await host.api()).list(path, pageOf(intakeCredential), { limit }), [
        { title: "credential", of: ({ credentialId }) => credentialId },
        { title: "kind", of: ({ kind }) => kind },
        { title: "of", of: ({ user, fingerprint }) => user ?? fingerprint },
        { title: "made", of: ({ createdAt }) => formatWhen(createdAt, now) },
      ]);
    });
  intake
    .command("add-basic")
    .description("a user with a password, which is made and shown once")
    .argument("<user>", "its name, unique over all tenants")
    .action((user) => add(host, { kind: "basic", user }));
  intake
    .command("add-path")
    .description("a secret path, which is made and shown once")
    .action(() => add(host, { kind: "secretPath" }));
  intake
    .command("add-certificate")
    .description("a client certificate")
    .argument("<sha256>", "its fingerprint, with or without colons")
    .action((fingerprint) => add(host, { kind: "clientCertificate", fingerprint }));
  intake
    .command("remove")
    .description("accept it no more")
    .argument("<credential>", "its id")
    .option("-y, --yes", "do not ask")
    .action(async (id, { yes }) => {
      await host.confirm(`Remove ${id}? Who sends events with it is refused from then on.`, yes);
      await (await host.api()).delete(`${await host.tenantPath()}${apiPath`/intake-credentials/${id}`}`);
      host.print({ credentialId: id, removed: true }, () => `${id} is accepted no more.`);
    });
};

type Input =
  | { kind: "basic"; user: string }
  | { kind: "secretPath" }
  | { kind: "clientCertificate"; fingerprint: string };

async function add(host: Host, input: Input): Promise<void> {
  const made = await (await host.api()).post(
    `${await host.tenantPath()}/intake-credentials`,
    input,
    newIntakeCredential,
  );
  host.print(made, () => format(made));
}

function format(made: z.output<typeof newIntakeCredential>): string {
  if (made.kind === "basic" && made.password === undefined) {
    throw new AppError("cli.unexpected_answer", "a password was to be made, and the answer has none");
  }
  return [
    "Enter this in KUMA's HTTP destination; what is secret in it is shown only now.",
    formatFields([
      ["credential", made.credentialId],
      ["url", made.url],
      ["user", made.user],
      ["password", made.password],
      ["certificate", made.fingerprint],
    ]),
  ].join("\n");
}

const EXAMPLES = [
  "cordon intake list",
  "cordon intake add-basic kuma-acme",
  "cordon intake add-path",
  "cordon intake remove cred_1f0c… --yes",
  "cordon intake add-certificate 3F:2A:…:C1",
];
