import { agent, pageOf } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatWhen } from "../show/times.ts";

export const registerAgents: RegisterCommand = (program, host) => {
  const agents = program.command("agents").description("the agents of a site");
  addExamples(agents, EXAMPLES);
  agents
    .command("list")
    .description("those that were ever enrolled")
    .argument("<site>", "its id")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async (id, { limit }) => {
      const path = `${await host.tenantPath()}${apiPath`/sites/${id}/agents`}`;
      const now = host.clock.now();
      printList(host, await (await host.api()).list(path, pageOf(agent), { limit }), [
        { title: "agent", of: ({ agentId }) => agentId },
        { title: "enrolled", of: ({ enrolledAt }) => formatWhen(enrolledAt, now) },
        { title: "revoked", of: ({ revokedAt }) => formatWhen(revokedAt, now) ?? "no" },
        { title: "certificate", of: ({ certificateFingerprint }) => certificateFingerprint },
      ]);
    });
  agents
    .command("revoke")
    .description("refuse an agent's certificate from now on, and end its session; it cannot be undone")
    .argument("<agent>", "its id")
    .option("-y, --yes", "do not ask")
    .action(async (id, { yes }) => {
      await host.confirm(`Revoke ${id}? It must be enrolled anew to come back.`, yes);
      await (await host.api()).delete(`${await host.tenantPath()}${apiPath`/agents/${id}`}`);
      host.print({ agentId: id, revoked: true }, () => `${id} is revoked.`);
    });
};

const EXAMPLES = ["cordon agents list berlin", "cordon agents revoke agent_5f0c…"];
