import { signingKeys } from "@cordon/contracts/api";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { formatTable } from "../show/table.ts";
import { formatWhen } from "../show/times.ts";

export const registerSigningKeys: RegisterCommand = (program, host) => {
  const group = program.command("signing-keys").description("the keys that sign a tenant's orders to its agents");
  addExamples(group, [
    "cordon signing-keys list",
    "cordon signing-keys rotate",
    "cordon signing-keys retire 3f2ac1d0e8b74455",
    "cordon signing-keys revoke 3f2ac1d0e8b74455",
  ]);
  group
    .command("list")
    .description("every key, and whether orders are signed with it")
    .action(async () => {
      const path = `${await host.tenantPath()}/signing-keys`;
      show(host, await (await host.api()).get(path, signingKeys));
    });
  group
    .command("rotate")
    .description("make a new key beside the present ones; agents that have taken it are spoken to with it")
    .option("-y, --yes", "do not ask")
    .action(async ({ yes }) => {
      await host.confirm("Make a new key for signing orders?", yes);
      const path = `${await host.tenantPath()}/signing-keys`;
      show(host, await (await host.api()).post(path, {}, signingKeys));
    });
  for (const [how, description, question] of ENDS) {
    group
      .command(how)
      .description(description)
      .argument("<key>", "its id")
      .option("-y, --yes", "do not ask")
      .action(async (keyId, { yes }) => {
        await host.confirm(`${question} ${keyId}?`, yes);
        const path = `${await host.tenantPath()}${apiPath`/signing-keys/${keyId}/end`}`;
        show(host, await (await host.api()).post(path, { how }, signingKeys));
      });
  }
};

const ENDS = [
  ["retire", "end a rotation: agents that are connected take nothing more of the old key", "Retire"],
  ["revoke", "a key is known to others: agents drop it at once, and a new one is made if it is the newest", "Revoke"],
] as const;

function show(host: Host, keys: z.output<typeof signingKeys>): void {
  host.print(keys, () => {
    const now = host.clock.now();
    const table = formatTable(
      [
        { title: "key", of: ({ keyId }) => keyId },
        { title: "state", of: ({ state }) => state },
        { title: "made", of: ({ createdAt }) => formatWhen(createdAt, now) },
        { title: "ended", of: ({ endedAt }) => (endedAt === undefined ? undefined : formatWhen(endedAt, now)) },
      ],
      keys.keys,
    );
    return `${table}\n\nAgents hold list ${keys.version} of them.`;
  });
}
