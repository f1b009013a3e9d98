import { agent, decommissioned, pageOf } from "@cordon/contracts/api";
import type * as z from "zod";
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
        {
          title: "revoked",
          of: ({ revokedAt, decommissionedAt }) =>
            decommissionedAt === undefined
              ? (formatWhen(revokedAt, now) ?? "no")
              : `decommissioned ${formatWhen(decommissionedAt, now)}`,
        },
        { title: "good until", of: ({ certificateExpiresAt }) => formatWhen(certificateExpiresAt, now) },
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
  agents
    .command("decommission")
    .description("take an agent out of service for good: it is revoked, and what its site has open is told")
    .argument("<agent>", "its id")
    .option("-y, --yes", "do not ask")
    .action(async (id, { yes }) => {
      await host.confirm(`Take ${id} out of service for good?`, yes);
      const path = `${await host.tenantPath()}${apiPath`/agents/${id}/decommission`}`;
      const left = await (await host.api()).post(path, {}, decommissioned);
      host.print(left, () => formatLeft(left));
    });
};

function formatLeft({ agent: { agentId, siteId }, agentsLeft, openActions }: z.output<typeof decommissioned>): string {
  const lines = [`${agentId} is decommissioned.`];
  if (agentsLeft === 0) {
    lines.push(`Site ${siteId} has no agent now: nothing reaches it. Next: cordon enrolment-token create ${siteId}`);
  } else lines.push(`Site ${siteId} has ${agentsLeft} other agent(s).`);
  if (openActions > 0) {
    lines.push(
      `${openActions} action(s) of the site are open: they wait for another agent until their deadlines. See them: cordon actions list --site ${siteId}`,
    );
  }
  return lines.join("\n");
}

const EXAMPLES = [
  "cordon agents list berlin",
  "cordon agents revoke agent_5f0c…",
  "cordon agents decommission agent_5f0c…",
];
