import { coolDownReset, coolDownResetPage } from "@cordon/contracts/api";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { formatWhen } from "../show/times.ts";

export const registerCoolDown: RegisterCommand = (program, host) => {
  const group = program
    .command("cool-down")
    .description(
      "after an act a rule leaves its endpoint alone for a while, longer each time; a person can begin that anew",
    );
  group
    .command("reset")
    .description("let a rule's cool-downs begin anew: everywhere, at a site, or on one endpoint")
    .argument("<rule>", "its id")
    .requiredOption("--reason <text>", "why; kept with the reset")
    .option("--site <id>", "only at one site")
    .option("--endpoint <endpoint>", "only on one endpoint: whole name, host id or address, or site/hostId")
    .option("-y, --yes", "do not ask")
    .action(async (rule, { reason, site, endpoint: wanted, yes }) => {
      const [api, tenant] = [await host.api(), await host.tenantPath()];
      const endpoint = wanted === undefined ? undefined : await findEndpoint(api, tenant, wanted);
      const siteId = endpoint?.siteId ?? site;
      const where = endpoint?.displayName ?? (siteId === undefined ? "everywhere" : `site ${siteId}`);
      await host.confirm(`Let the cool-downs of ${rule} begin anew (${where})?`, yes);
      const body = {
        ruleId: rule,
        reason,
        ...(siteId === undefined ? {} : { siteId }),
        ...(endpoint === undefined ? {} : { endpointId: endpoint.endpointId }),
      };
      const made = await api.post(`${tenant}/cool-down-resets`, body, coolDownReset);
      host.print(made, () => `The cool-downs of ${made.ruleId} begin anew (${where}).`);
    });
  group
    .command("list")
    .description("who reset which rule's cool-downs, the newest first")
    .option("--rule <id>", "of one rule")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action(async ({ rule, limit }) => {
      const path = `${await host.tenantPath()}/cool-down-resets`;
      const now = host.clock.now();
      printList(host, await (await host.api()).list(path, coolDownResetPage, { query: { ruleId: rule }, limit }), [
        { title: "rule", of: ({ ruleId }) => ruleId },
        {
          title: "where",
          of: ({ siteId, endpointId }) =>
            [siteId ?? "everywhere", endpointId].filter((one) => one !== undefined).join("/"),
        },
        { title: "reset", of: ({ resetAt, resetBy }) => `${formatWhen(resetAt, now)} by ${resetBy}` },
        { title: "reason", of: ({ reason }) => reason },
      ]);
    });
  addExamples(group, EXAMPLES);
};

const EXAMPLES = [
  'cordon cool-down reset isolate-on-ransomware --endpoint ws-17 --reason "cleaned, may be isolated again"',
  "cordon cool-down list --rule isolate-on-ransomware",
];
